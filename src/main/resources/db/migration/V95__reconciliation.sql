-- The provider's books beside ours: what it lists for a period is compared with what stands in the ledger, and written down.
CREATE SCHEMA reconciliation;

CREATE TABLE reconciliation.run (
    id             uuid        PRIMARY KEY,
    from_at        timestamptz NOT NULL,
    to_at          timestamptz NOT NULL,
    -- Who has asked for it; none when its day had come.
    asked_by       uuid,
    status         text        NOT NULL CHECK (status IN ('RUNNING', 'DONE', 'FAILED')),
    started_at     timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz,
    -- Whoever carries it out has until then; after that it is anybody's.
    lease_until    timestamptz NOT NULL DEFAULT now(),
    attempts       integer     NOT NULL DEFAULT 0,
    provider_count integer     NOT NULL DEFAULT 0,
    ledger_count   integer     NOT NULL DEFAULT 0,
    differences    integer     NOT NULL DEFAULT 0,
    failure        text,
    CONSTRAINT run_period CHECK (from_at < to_at),
    CONSTRAINT run_ended CHECK ((status = 'RUNNING') = (ended_at IS NULL)),
    CONSTRAINT run_failed_says_why CHECK ((status = 'FAILED') = (failure IS NOT NULL))
);
CREATE INDEX run_due ON reconciliation.run (lease_until) WHERE status = 'RUNNING';

CREATE TABLE reconciliation.difference (
    run         uuid        NOT NULL REFERENCES reconciliation.run,
    number      integer     NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('MISSING_HERE', 'MISSING_THERE', 'AMOUNT')),
    -- The provider's id of what has moved the money, or the ledger's transfer where it has none.
    subject     text        NOT NULL,
    currency    text        NOT NULL,
    -- What it has brought, in minor units; negative when it has taken.
    here        bigint,
    there       bigint,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (run, number)
);

-- When the next daily run is due. Whoever moves it on writes the run down, in the same statement.
CREATE TABLE reconciliation.schedule (
    single      boolean     PRIMARY KEY DEFAULT true CHECK (single),
    next_run_at timestamptz NOT NULL
);

-- Which payout a transfer of the ledger has sent, or brought back.
CREATE TABLE payouts.sending (
    transfer uuid PRIMARY KEY,
    payout   uuid NOT NULL REFERENCES payouts.payout
);
-- What was sent before was posted in the transaction that settled its payout.
INSERT INTO payouts.sending (transfer, payout)
SELECT DISTINCT ON (t.id) t.id, p.id
FROM payments.transfer t
JOIN payments.entry e ON e.transfer = t.id
JOIN payments.account a ON a.id = e.account AND a.kind = 'payouts_under_way'
JOIN payouts.payout p ON p.host = a.owner AND p.amount = e.amount AND p.currency = e.currency AND p.settled_at = t.posted_at
WHERE t.kind = 'PAYOUT_SENT'
ORDER BY t.id, p.id;
