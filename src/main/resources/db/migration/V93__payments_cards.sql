-- The cards that drivers have kept with the provider. What is known here of a card is its token, what it is called by and when
-- it ends.
CREATE TABLE payments.card (
    id              uuid        PRIMARY KEY,
    driver          uuid        NOT NULL,
    provider_method text        NOT NULL UNIQUE,
    brand           text        NOT NULL,
    last4           text        NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    exp_month       integer     NOT NULL CHECK (exp_month BETWEEN 1 AND 12),
    exp_year        integer     NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- A removed card stays, so that nobody is charged by a token that was kept elsewhere.
    removed_at      timestamptz,
    -- When the provider is to be told that it is removed; none when there is nothing to tell.
    next_check_at   timestamptz,
    CONSTRAINT card_removed_is_told CHECK (next_check_at IS NULL OR removed_at IS NOT NULL)
);
CREATE INDEX card_of_driver ON payments.card (driver, id) WHERE removed_at IS NULL;
CREATE INDEX card_due ON payments.card (next_check_at) WHERE next_check_at IS NOT NULL;

-- Which of them comes first. Of somebody who has chosen none, or has removed it, it is the one that was added last.
CREATE TABLE payments.default_card (
    driver uuid PRIMARY KEY,
    card   uuid NOT NULL REFERENCES payments.card
);

-- Whose card a provider's customer's is.
CREATE INDEX customer_at_provider ON payments.customer (provider_customer);
