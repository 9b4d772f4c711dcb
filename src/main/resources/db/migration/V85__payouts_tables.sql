-- Paying hosts. The money itself stands in the ledger; here is when it may be paid, where to, and what was sent.
CREATE SCHEMA payouts;

-- The stays that hosts earn with, as bookings tell of them. Their money is held until some time after they end.
CREATE TABLE payouts.stay (
    booking   uuid        PRIMARY KEY,
    -- The booking's: what is told late changes nothing.
    version   bigint      NOT NULL,
    host      uuid        NOT NULL,
    listing   uuid        NOT NULL,
    title     text        NOT NULL,
    time_zone text        NOT NULL,
    ends_at   timestamptz NOT NULL,
    -- Something of its money may still be held: it is looked at once its time has come, and then no more until something
    -- happens to its money or to the booking.
    open      boolean     NOT NULL DEFAULT true
);
CREATE INDEX stay_due ON payouts.stay (ends_at) WHERE open;
CREATE INDEX stay_of_host ON payouts.stay (host, ends_at) WHERE open;

-- A host who is paid, or will be. Bank details are the provider's; all that is known of them is this account's token.
CREATE TABLE payouts.account (
    host             uuid        PRIMARY KEY,
    provider_account text        UNIQUE,
    state            text        NOT NULL CHECK (state IN ('NONE', 'ONBOARDING', 'ENABLED', 'RESTRICTED')),
    time_zone        text        NOT NULL,
    -- Of the weekly run. Whoever moves it on carries the run out, in the same transaction.
    next_run_at      timestamptz NOT NULL,
    -- When the provider last told its state, and when it is to be asked again; none when there is nothing to ask.
    checked_at       timestamptz,
    next_check_at    timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_at_provider CHECK ((state = 'NONE') = (provider_account IS NULL))
);
CREATE INDEX account_run ON payouts.account (next_run_at);
CREATE INDEX account_check ON payouts.account (next_check_at) WHERE next_check_at IS NOT NULL;

-- Written down before the provider is asked, in the transaction that takes the money out of what is available.
CREATE TABLE payouts.payout (
    -- Also its idempotency key at the provider.
    id                uuid        PRIMARY KEY,
    host              uuid        NOT NULL REFERENCES payouts.account (host),
    amount            bigint      NOT NULL CHECK (amount > 0),
    currency          text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- The Monday of the weekly run; none when the host has asked for it.
    week              date,
    provider_account  text        NOT NULL,
    status            text        NOT NULL CHECK (status IN ('PENDING', 'SENT', 'FAILED', 'REVERSED')),
    provider_transfer text        UNIQUE,
    reversed          bigint      NOT NULL DEFAULT 0,
    failure           text,
    -- When the provider is to be asked what has become of it; none when there is nothing to ask.
    next_check_at     timestamptz,
    checks            integer     NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL DEFAULT now(),
    settled_at        timestamptz,
    CONSTRAINT payout_of_week UNIQUE (host, currency, week),
    CONSTRAINT payout_pending_is_checked CHECK (status <> 'PENDING' OR next_check_at IS NOT NULL),
    CONSTRAINT payout_settled CHECK ((status = 'PENDING') = (settled_at IS NULL)),
    CONSTRAINT payout_sent_is_known CHECK ((status IN ('SENT', 'REVERSED')) = (provider_transfer IS NOT NULL)),
    CONSTRAINT payout_failed_says_why CHECK ((status = 'FAILED') = (failure IS NOT NULL)),
    CONSTRAINT payout_reversed_within CHECK (
        reversed BETWEEN 0 AND amount AND (status = 'REVERSED') = (reversed = amount)
        AND (reversed = 0 OR status IN ('SENT', 'REVERSED')))
);
CREATE INDEX payout_of_host ON payouts.payout (host, id);
CREATE INDEX payout_due ON payouts.payout (next_check_at) WHERE next_check_at IS NOT NULL;
