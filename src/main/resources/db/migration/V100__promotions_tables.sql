-- Codes that take something off a price: what they are worth, who pays for that, and what has been used. A promotion is never
-- changed but withdrawn, so that what a quote has promised stays what its booking gets.
CREATE SCHEMA promotions;

-- An account that pays for its customers' parking (RULES 36). What it owes stands in the ledger, in merchant_validations.
CREATE TABLE promotions.merchant (
    account      uuid        PRIMARY KEY,
    name         text        NOT NULL,
    currency     text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- What it owes and what its open codes may come to is not more than this.
    credit_limit bigint      NOT NULL CHECK (credit_limit >= 0),
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE promotions.promotion (
    id              uuid        PRIMARY KEY,
    -- Who has made it: a merchant, a host, or an administrator for the platform.
    owner           uuid        NOT NULL,
    payer           text        NOT NULL CHECK (payer IN ('PLATFORM', 'HOST', 'MERCHANT')),
    name            text        NOT NULL,
    -- One of the two: of the price, or in minor units.
    percent         integer     CHECK (percent BETWEEN 1 AND 100),
    amount          bigint      CHECK (amount > 0),
    currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    minimum_price   bigint      NOT NULL DEFAULT 0 CHECK (minimum_price >= 0),
    -- The most that it takes off.
    cap             bigint      CHECK (cap > 0),
    valid_from      timestamptz NOT NULL,
    valid_until     timestamptz NOT NULL,
    -- Whose places it is for; those of all hosts without one.
    host            uuid,
    -- How often in all, and by one driver; any number without one.
    uses            integer     CHECK (uses > 0),
    uses_per_driver integer     CHECK (uses_per_driver > 0),
    -- How often it is used now, counted only where it is limited: whoever counts waits for each other.
    taken           integer     NOT NULL DEFAULT 0 CHECK (taken >= 0),
    withdrawn_at    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT promotion_worth CHECK ((percent IS NULL) <> (amount IS NULL)),
    CONSTRAINT promotion_validity CHECK (valid_from < valid_until),
    CONSTRAINT promotion_of_host CHECK (payer <> 'HOST' OR host = owner),
    CONSTRAINT promotion_of_merchant CHECK (payer <> 'MERCHANT' OR percent IS NULL OR cap IS NOT NULL),
    CONSTRAINT promotion_uses CHECK (uses IS NULL OR taken <= uses)
);
CREATE INDEX promotion_of_owner ON promotions.promotion (owner, id);

CREATE TABLE promotions.code (
    -- As PromoCodes.normal makes it of whatever people type.
    code      text    PRIMARY KEY CHECK (code ~ '^[0-9A-Z]{4,24}$'),
    promotion uuid    NOT NULL REFERENCES promotions.promotion,
    -- As it is printed.
    shown     text    NOT NULL,
    -- Whether it can be used once, by whoever has it.
    single    boolean NOT NULL,
    used      boolean NOT NULL DEFAULT false,
    CONSTRAINT code_used_once CHECK (single OR NOT used)
);
CREATE INDEX code_of_promotion ON promotions.code (promotion, code);

-- How often a driver uses a promotion that is limited by driver.
CREATE TABLE promotions.driver_uses (
    promotion uuid    NOT NULL REFERENCES promotions.promotion,
    driver    uuid    NOT NULL,
    taken     integer NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (promotion, driver)
);

-- A booking with a code.
CREATE TABLE promotions.use (
    booking       uuid        PRIMARY KEY,
    promotion     uuid        NOT NULL REFERENCES promotions.promotion,
    code          text        NOT NULL REFERENCES promotions.code,
    driver        uuid        NOT NULL,
    -- Whose place it was booked at.
    host          uuid        NOT NULL,
    payer         text        NOT NULL CHECK (payer IN ('PLATFORM', 'HOST', 'MERCHANT')),
    -- The merchant's or the host's; none for the platform.
    payer_account uuid,
    currency      text        NOT NULL,
    -- Before and what is off: the driver pays the difference.
    price         bigint      NOT NULL,
    discount      bigint      NOT NULL,
    commission    integer     NOT NULL CHECK (commission BETWEEN 0 AND 10000),
    -- RESERVED while the booking waits for its money, then CONSUMED; RETURNED when it has ended before that.
    state         text        NOT NULL CHECK (state IN ('RESERVED', 'CONSUMED', 'RETURNED')),
    -- What is posted when it is consumed; no lines where the host pays, whose share is that of the reduced price.
    transfer      uuid        NOT NULL,
    kinds         text[]      NOT NULL,
    owners        uuid[]      NOT NULL,
    amounts       bigint[]    NOT NULL,
    -- What of it stands in the ledger now: what the payer bears, and what of that the host has.
    borne         bigint      NOT NULL DEFAULT 0 CHECK (borne BETWEEN 0 AND discount),
    host_part     bigint      NOT NULL DEFAULT 0 CHECK (host_part >= 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT use_discount CHECK (discount BETWEEN 1 AND price),
    CONSTRAINT use_lines CHECK (cardinality(kinds) = cardinality(amounts) AND cardinality(owners) = cardinality(amounts)),
    CONSTRAINT use_stands_when_consumed CHECK (state = 'CONSUMED' OR borne = 0 AND host_part = 0)
);
CREATE INDEX use_of_promotion ON promotions.use (promotion, booking);
CREATE INDEX use_of_code ON promotions.use (code);
