-- Bookings that were made together by a rule, all of them or none (BK10). Each is a booking like any other; they were paid in
-- one go, with a payment that has the series' id.
CREATE TABLE bookings.series (
    id              uuid PRIMARY KEY,
    driver_id       uuid        NOT NULL,
    -- As the driver wrote it, RFC 5545.
    rule            text        NOT NULL,
    created_at      timestamptz NOT NULL,
    -- What makes the request repeatable.
    idempotency_key text        NOT NULL,
    request_hash    bytea       NOT NULL,
    CONSTRAINT series_request UNIQUE (driver_id, idempotency_key)
);

ALTER TABLE bookings.occupation
    ADD COLUMN series_id     uuid REFERENCES bookings.series (id),
    -- Which of the series' bookings it is, in the order of time, and how many were made.
    ADD COLUMN series_number smallint CHECK (series_number BETWEEN 1 AND series_size),
    ADD COLUMN series_size   smallint,
    ADD CONSTRAINT occupation_of_series_whole CHECK (num_nulls(series_id, series_number, series_size) IN (0, 3));
CREATE INDEX occupation_of_series ON bookings.occupation (series_id, series_number) WHERE series_id IS NOT NULL;
