-- Calendars elsewhere whose busy times are kept as blocks (LI9).
CREATE TABLE calendars.import (
    id            uuid        PRIMARY KEY,
    owner_id      uuid        NOT NULL,
    listing_id    uuid        NOT NULL,
    -- Null for all of the listing.
    slot_id       uuid,
    -- Whole, as it has to be fetched: whoever has it can read the calendar, so it is shown to nobody.
    address       text        NOT NULL CHECK (length(address) <= 2000),
    created_at    timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    -- Deleted by its host; the row goes when its blocks have gone.
    removed       boolean     NOT NULL DEFAULT false,
    due_at        timestamptz NOT NULL DEFAULT now(),
    -- Until when a node is at it; another one takes over after that, and what the first then writes counts no more.
    leased_until  timestamptz,
    claim         bigint      NOT NULL DEFAULT 0,
    tried_at      timestamptz,
    -- When it was last read without a failure, and when that was all of it.
    read_at       timestamptz,
    whole_at      timestamptz,
    tag           text,
    modified      text,
    failures      integer     NOT NULL DEFAULT 0,
    failure       text,
    busy          integer     NOT NULL DEFAULT 0,
    skipped       integer     NOT NULL DEFAULT 0,
    conflicts     text        NOT NULL DEFAULT '[]'
);
CREATE INDEX import_of_owner ON calendars.import (owner_id, id);
CREATE INDEX import_due ON calendars.import (due_at);

-- Which blocks are an import's. The row is written before its block is made, so that none is made that nobody knows.
CREATE TABLE calendars.imported_block (
    block_id  uuid        PRIMARY KEY,
    import_id uuid        NOT NULL REFERENCES calendars.import ON DELETE CASCADE,
    -- Of the event, and of the occurrence where it repeats.
    event_key text        NOT NULL,
    slots     uuid[]      NOT NULL,
    from_at   timestamptz NOT NULL,
    to_at     timestamptz NOT NULL
);
CREATE INDEX imported_block_of ON calendars.imported_block (import_id);
