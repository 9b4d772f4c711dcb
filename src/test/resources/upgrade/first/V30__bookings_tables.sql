-- The calendar of every slot: who or what occupies it when. One constraint decides, for bookings and for blocks alike.
CREATE SCHEMA IF NOT EXISTS bookings;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Counts the changes of a listing's calendar without a gap. Its row is locked from the change to the commit, last of all
-- locks, so that events of a listing are written in the order of their versions and nothing waits in a circle.
CREATE TABLE bookings.calendar (
    listing_id uuid PRIMARY KEY,
    version    bigint NOT NULL
) WITH (fillfactor = 50);

-- Slots kept from drivers for a while (LI9); each slot's share is an occupation.
CREATE TABLE bookings.block (
    id         uuid PRIMARY KEY,
    listing_id uuid        NOT NULL,
    stay       tstzrange   NOT NULL,
    reason     text        NOT NULL,
    created_by uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    removed_at timestamptz
);
CREATE INDEX block_of_listing ON bookings.block (listing_id, id) WHERE removed_at IS NULL;

-- A booking, or a slot's share of a block. A booking is one row with all it needs: it is made by one insert.
CREATE TABLE bookings.occupation (
    id              uuid PRIMARY KEY,
    listing_id      uuid      NOT NULL,
    slot_id         uuid      NOT NULL,
    stay            tstzrange NOT NULL,
    -- Whether it keeps others out.
    live            boolean   NOT NULL,
    block_id        uuid REFERENCES bookings.block (id),
    -- From here on: bookings only.
    version         bigint,
    status          text,
    slot_name       text,
    driver_id       uuid,
    host_id         uuid,
    vehicle_id      uuid,
    price_amount    bigint,
    price_currency  text,
    commission      int,
    policy          text,
    title           text,
    location_text   text,
    lat             float8,
    lng             float8,
    time_zone       text,
    hold_expires_at timestamptz,
    created_at      timestamptz,
    -- As far as this capability knows; the truth about money lies with payments.
    payment_status  text,
    -- What makes the request repeatable lives in the row that it made: they exist together or not at all.
    idempotency_key text,
    request_hash    bytea,
    CONSTRAINT occupation_no_overlap EXCLUDE USING gist (slot_id WITH =, stay WITH &&) WHERE (live),
    CONSTRAINT occupation_is_booking_or_block CHECK (
        (block_id IS NULL) = (num_nulls(version, status, slot_name, driver_id, host_id, price_amount, price_currency,
            commission, policy, title, location_text, lat, lng, time_zone, created_at, payment_status, idempotency_key,
            request_hash) = 0)),
    CONSTRAINT occupation_live_by_status CHECK (
        block_id IS NOT NULL OR live = (status IN ('HELD', 'PENDING_HOST', 'CONFIRMED', 'ACTIVE'))),
    CONSTRAINT occupation_hold_expires CHECK ((status = 'HELD') = (hold_expires_at IS NOT NULL)),
    CONSTRAINT occupation_request UNIQUE (driver_id, idempotency_key)
);
CREATE INDEX occupation_of_driver ON bookings.occupation (driver_id, id) WHERE block_id IS NULL;
CREATE INDEX occupation_of_host ON bookings.occupation (host_id, id) WHERE block_id IS NULL;
CREATE INDEX occupation_of_listing ON bookings.occupation (listing_id, upper(stay)) WHERE live;
CREATE INDEX occupation_of_block ON bookings.occupation (block_id) WHERE block_id IS NOT NULL;
CREATE INDEX occupation_due ON bookings.occupation (hold_expires_at) WHERE status = 'HELD';

-- The history of a booking after it was made: version 1, HELD by its driver, is the row itself.
CREATE TABLE bookings.transition (
    booking_id uuid        NOT NULL REFERENCES bookings.occupation (id),
    version    bigint      NOT NULL,
    status     text        NOT NULL,
    -- Null when the platform did it.
    actor      uuid,
    -- A code for programs and, where there is more to say, words for people.
    reason     text        NOT NULL,
    detail     text,
    at         timestamptz NOT NULL,
    PRIMARY KEY (booking_id, version)
);

-- What opens the gate, from the confirmation on. Of one listing, no two PINs are the same on any local day.
CREATE TABLE bookings.pass (
    booking_id uuid PRIMARY KEY REFERENCES bookings.occupation (id),
    listing_id uuid      NOT NULL,
    pin        int       NOT NULL CHECK (pin BETWEEN 0 AND 999999),
    days       daterange NOT NULL,
    -- Goes into the QR code, so that it cannot be made up from ids that others know.
    nonce      bigint    NOT NULL,
    CONSTRAINT pass_pin_of_day EXCLUDE USING gist (listing_id WITH =, pin WITH =, days WITH &&)
);
