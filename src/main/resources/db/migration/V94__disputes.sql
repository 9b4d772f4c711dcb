-- Charges that their card's holder contests. The provider decides; here is what it has told, what was answered, and what of the
-- money has been posted. The money itself stands in the ledger.
CREATE SCHEMA disputes;

CREATE TABLE disputes.dispute (
    id                uuid        PRIMARY KEY,
    provider_dispute  text        NOT NULL UNIQUE,
    payment           uuid        NOT NULL,
    driver            uuid        NOT NULL,
    host              uuid        NOT NULL,
    -- What is contested.
    amount            bigint      NOT NULL CHECK (amount > 0),
    currency          text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason            text        NOT NULL,
    status            text        NOT NULL CHECK (status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'CLOSED')),
    due_by            timestamptz,
    opened_at         timestamptz NOT NULL,
    closed_at         timestamptz,
    -- What the provider has taken of our balance and not given back, and its fees.
    withdrawn         bigint      NOT NULL DEFAULT 0,
    fees              bigint      NOT NULL DEFAULT 0,
    -- Of a lost one, who has borne it.
    borne             bigint      NOT NULL DEFAULT 0,
    borne_by_host     bigint      NOT NULL DEFAULT 0,
    -- Written down before the provider is given it.
    evidence          text,
    evidence_by       uuid,
    evidence_wanted_at timestamptz,
    evidence_sent_at  timestamptz,
    -- When the provider is to be asked; none when it is over and all is posted.
    next_check_at     timestamptz,
    checks            integer     NOT NULL DEFAULT 0,
    CONSTRAINT dispute_closed CHECK ((status IN ('WON', 'LOST', 'CLOSED')) = (closed_at IS NOT NULL)),
    CONSTRAINT dispute_evidence CHECK (
        (evidence IS NULL) = (evidence_wanted_at IS NULL) AND (evidence_sent_at IS NULL OR evidence IS NOT NULL)),
    CONSTRAINT dispute_borne_when_lost CHECK (borne = 0 OR status = 'LOST')
);
CREATE INDEX dispute_due ON disputes.dispute (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX dispute_of_payment ON disputes.dispute (payment);

-- Bookings whose money is not paid out while a dispute runs. An ended one stays, so that what is told late freezes nothing.
CREATE TABLE payouts.freeze (
    dispute uuid        NOT NULL,
    booking uuid        NOT NULL,
    ended   boolean     NOT NULL DEFAULT false,
    begun_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dispute, booking)
);
CREATE INDEX freeze_of_booking ON payouts.freeze (booking) WHERE NOT ended;
