CREATE SCHEMA calendars;

-- Who knows the secret may read the calendar; only its digest is kept.
CREATE TABLE calendars.feed (
    id            uuid        PRIMARY KEY,
    owner_id      uuid        NOT NULL,
    -- Null for what the owner has booked as a driver.
    listing_id    uuid,
    secret_digest bytea       NOT NULL UNIQUE,
    created_at    timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    read_at       timestamptz
);
CREATE INDEX feed_of_owner ON calendars.feed (owner_id, id);
