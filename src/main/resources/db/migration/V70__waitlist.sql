CREATE SCHEMA waitlist;

-- Who waits for a slot of a listing. Told means: a slot was free, and nobody waits here any more.
CREATE TABLE waitlist.wait (
    id         uuid        PRIMARY KEY,
    driver_id  uuid        NOT NULL,
    listing_id uuid        NOT NULL,
    title      text        NOT NULL,
    time_zone  text        NOT NULL,
    stay       tstzrange   NOT NULL CHECK (NOT isempty(stay) AND lower_inc(stay) AND NOT upper_inc(stay)),
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    told_at    timestamptz
);
CREATE UNIQUE INDEX wait_once ON waitlist.wait (driver_id, listing_id, stay) WHERE told_at IS NULL;
CREATE INDEX wait_for ON waitlist.wait USING gist (listing_id, stay) WHERE told_at IS NULL;
CREATE INDEX wait_of_driver ON waitlist.wait (driver_id, id DESC);
CREATE INDEX wait_over ON waitlist.wait (upper(stay));
