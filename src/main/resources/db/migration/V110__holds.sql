-- Less than what was set aside may be collected, and what is set aside is renewed before it ends (RULES 28).

-- What was set aside for a request whose price is less now; none while that is its price.
ALTER TABLE bookings.occupation ADD COLUMN set_aside_amount bigint;

-- What the provider keeps on a driver's card for a payment that is collected later, and until when.
CREATE TABLE payments.hold (
    payment     uuid        PRIMARY KEY REFERENCES payments.payment,
    -- The card's part of the price, as the provider has set it aside: what is collected is never more.
    amount      bigint      NOT NULL CHECK (amount > 0),
    -- The provider's name of the card, by which it can be asked again when its holder is not there.
    method      text,
    -- When the provider lets it go; none when it has not said so.
    ends_at     timestamptz,
    -- KEPT; RENEWING while another one is asked for; REFUSED when the bank does not want to: it ends as it is.
    state       text        NOT NULL DEFAULT 'KEPT' CHECK (state IN ('KEPT', 'RENEWING', 'REFUSED')),
    -- How many have been asked for to follow the first: each has idempotency keys of its own.
    renewals    integer     NOT NULL DEFAULT 0,
    -- The one that is asked for while it is RENEWING, once the provider has named it.
    next_intent text        UNIQUE,
    -- When it is to be renewed, or looked up when that has been broken off; none when there is nothing to do.
    due_at      timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT hold_next_intent CHECK (next_intent IS NULL OR state = 'RENEWING')
);
CREATE INDEX hold_due ON payments.hold (due_at) WHERE due_at IS NOT NULL;

-- Intents that nobody needs any more: to be cancelled at the provider, so that the card is free again.
CREATE TABLE payments.let_go (
    intent     text        PRIMARY KEY,
    payment    uuid        NOT NULL REFERENCES payments.payment,
    due_at     timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX let_go_due ON payments.let_go (due_at);
