-- Listings and their slots. Nothing is ever removed: a deleted listing and a retired slot may still have bookings.
CREATE SCHEMA IF NOT EXISTS listings;

CREATE TABLE listings.listing (
    id                  uuid PRIMARY KEY,
    -- +1 with every change of this row or of its slots, which are only changed under a lock on this row.
    version             bigint           NOT NULL CHECK (version > 0),
    owner_id            uuid             NOT NULL,
    title               text             NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    description         text             NOT NULL CHECK (char_length(description) <= 4000),
    type                text             NOT NULL,
    lat                 double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lng                 double precision NOT NULL CHECK (lng BETWEEN -180 AND 180),
    address             text             NOT NULL CHECK (char_length(address) BETWEEN 1 AND 300),
    time_zone           text             NOT NULL,
    currency            text             NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    hour_amount         bigint           NOT NULL CHECK (hour_amount >= 0),
    day_amount          bigint CHECK (day_amount >= hour_amount),
    amenities           text[]           NOT NULL,
    instant_book        boolean          NOT NULL,
    cancellation_policy text             NOT NULL,
    max_height_cm       integer CHECK (max_height_cm > 0),
    demo                boolean          NOT NULL,
    attribution         text,
    -- Where an imported listing comes from, and a digest of what was imported, so that importing it again without a
    -- change at its source leaves the owner's own changes alone. A deleted one keeps its place and stays deleted.
    import_source       text,
    import_id           text,
    import_digest       text,
    deleted_at          timestamptz,
    created_at          timestamptz      NOT NULL DEFAULT now(),
    changed_at          timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT listing_import UNIQUE (owner_id, import_source, import_id),
    CHECK ((import_source IS NULL) = (import_id IS NULL))
);
CREATE INDEX listing_by_owner ON listings.listing (owner_id, id) WHERE deleted_at IS NULL;

CREATE TABLE listings.slot (
    id         uuid PRIMARY KEY,
    listing_id uuid    NOT NULL REFERENCES listings.listing (id),
    name       text    NOT NULL CHECK (char_length(name) BETWEEN 1 AND 20),
    kind       text    NOT NULL,
    position   integer NOT NULL CHECK (position >= 0),
    -- A retired slot is offered to nobody. Its name stays its own, because the same bay painted with the same name is
    -- the same slot when it comes back: a second one would be booked beside the first.
    retired_at timestamptz,
    -- Deferrable, so that it is checked at the end of a statement, which may exchange names.
    CONSTRAINT slot_name UNIQUE (listing_id, name) DEFERRABLE INITIALLY IMMEDIATE
);
