-- Monthly passes and permits (PY7): what hosts offer, what was sold on which terms, and for which months it is paid.
CREATE SCHEMA subscriptions;

CREATE TABLE subscriptions.plan (
    id           uuid        PRIMARY KEY,
    listing_id   uuid        NOT NULL,
    owner_id     uuid        NOT NULL,
    -- What is offered, as JSON: title, kind, price, deposit, concurrency, hours. It is copied into what is sold.
    terms        jsonb       NOT NULL,
    -- How many may be held at the same time.
    places       int         NOT NULL CHECK (places BETWEEN 1 AND 10000),
    version      bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    -- No more are sold from then on; those that were go on.
    withdrawn_at timestamptz
);
CREATE INDEX plan_of_listing ON subscriptions.plan (listing_id, id) WHERE withdrawn_at IS NULL;

CREATE TABLE subscriptions.subscription (
    -- Also that of the block that keeps its slots.
    id            uuid        PRIMARY KEY,
    plan_id       uuid        NOT NULL REFERENCES subscriptions.plan (id),
    listing_id    uuid        NOT NULL,
    driver_id     uuid        NOT NULL,
    host_id       uuid        NOT NULL,
    status        text        NOT NULL
        CHECK (status IN ('PENDING', 'ACTIVE', 'PAST_DUE', 'SUSPENDED', 'ENDED', 'FAILED')),
    -- +1 with each event: what is told late changes nothing.
    version       bigint      NOT NULL DEFAULT 1,
    terms         jsonb       NOT NULL,
    place_title   text        NOT NULL,
    place_text    text        NOT NULL,
    time_zone     text        NOT NULL,
    commission    int         NOT NULL CHECK (commission BETWEEN 0 AND 10000),
    -- Of a permit: whom it is for, in the owner's words.
    holder        text,
    -- Months are counted from here, by the clocks of the place.
    starts_at     timestamptz NOT NULL,
    -- The end of the last month that is paid; null until the first one is. Of a permit there is none.
    paid_until    timestamptz,
    -- When it ends without being renewed, once that is known.
    ends_at       timestamptz,
    -- What bookings were told of that, and whether they were.
    slots_until   timestamptz,
    -- What it is paid with, as payments know it.
    method        text,
    -- Of a renewal that has failed: how long the right stays, and how long the slots are kept after that.
    grace_until   timestamptz,
    keep_until    timestamptz,
    end_reason    text,
    -- Something is still to be done for one that has ended: slots to be freed, money to go back.
    closing       boolean     NOT NULL DEFAULT false,
    -- When a node looks at it next; null when there is nothing to do.
    due_at        timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    CONSTRAINT subscription_ended CHECK ((status IN ('ENDED', 'FAILED')) = (ended_at IS NOT NULL)),
    CONSTRAINT subscription_in_grace CHECK ((status IN ('PAST_DUE', 'SUSPENDED')) = (grace_until IS NOT NULL)),
    CONSTRAINT subscription_suspended CHECK ((status = 'SUSPENDED') = (keep_until IS NOT NULL))
);
CREATE INDEX subscription_of_driver ON subscriptions.subscription (driver_id, id);
CREATE INDEX subscription_of_host ON subscriptions.subscription (host_id, id);
CREATE INDEX subscription_of_plan ON subscriptions.subscription (plan_id) WHERE status NOT IN ('ENDED', 'FAILED');
CREATE INDEX subscription_of_listing ON subscriptions.subscription (listing_id) WHERE status NOT IN ('PENDING', 'FAILED');
CREATE INDEX subscription_due ON subscriptions.subscription (due_at) WHERE due_at IS NOT NULL;

-- A month of a pass, and the payment that is to pay it. Written before the money is asked for: a month is charged once.
CREATE TABLE subscriptions.month (
    subscription_id uuid        NOT NULL REFERENCES subscriptions.subscription (id),
    -- From 1 on.
    number          int         NOT NULL CHECK (number >= 1),
    begins_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    amount          bigint      NOT NULL CHECK (amount >= 0),
    deposit         bigint      NOT NULL DEFAULT 0 CHECK (deposit >= 0),
    -- The payment; and what it consists of, which the ledger knows by these ids.
    payment         uuid        NOT NULL UNIQUE,
    charge          uuid        NOT NULL UNIQUE,
    deposit_charge  uuid UNIQUE,
    paid_at         timestamptz,
    PRIMARY KEY (subscription_id, number),
    CHECK (begins_at < ends_at),
    CHECK ((deposit > 0) = (deposit_charge IS NOT NULL))
);

-- What opens the gate beside plates: as many as slots are kept. Each can be inside once. The id is that of the slot's share of
-- the block, which the PIN belongs to.
CREATE TABLE subscriptions.card (
    id              uuid   PRIMARY KEY,
    subscription_id uuid   NOT NULL REFERENCES subscriptions.subscription (id),
    listing_id      uuid   NOT NULL,
    slot_id         uuid   NOT NULL,
    slot_name       text   NOT NULL,
    pin             int    NOT NULL CHECK (pin BETWEEN 0 AND 999999),
    nonce           bigint NOT NULL
);
CREATE INDEX card_of_subscription ON subscriptions.card (subscription_id);
CREATE INDEX card_of_pin ON subscriptions.card (listing_id, pin);

-- The vehicles that may use it: a driver's own, or, of a permit, plates that the owner has named.
CREATE TABLE subscriptions.vehicle (
    -- By it gates know who is inside.
    id              uuid PRIMARY KEY,
    subscription_id uuid NOT NULL REFERENCES subscriptions.subscription (id),
    vehicle_id      uuid,
    plate           text,
    CHECK (num_nonnulls(vehicle_id, plate) = 1),
    UNIQUE (subscription_id, vehicle_id)
);
