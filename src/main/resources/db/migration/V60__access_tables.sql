-- Gates: who has tried to come in or go out, who is inside, what sensors have told.
CREATE SCHEMA IF NOT EXISTS access;

-- What the owner has said of a listing's gates; without a row the configuration says it.
CREATE TABLE access.gate (
    listing_id uuid PRIMARY KEY,
    -- Whether gates open while nobody can be asked.
    fail_entry text    NOT NULL CHECK (fail_entry IN ('OPEN', 'CLOSED')),
    fail_exit  text    NOT NULL CHECK (fail_exit IN ('OPEN', 'CLOSED')),
    -- Whether a right lets its holder in again after leaving.
    reentry    boolean NOT NULL,
    -- Nobody comes in for now; who is inside can leave.
    closed     boolean NOT NULL,
    version    bigint  NOT NULL CHECK (version > 0)
);

-- Every attempt, whatever its answer. Ids sort by time.
CREATE TABLE access.attempt (
    id          uuid PRIMARY KEY,
    -- Makes a request repeatable: the same one again has the same answer.
    request     uuid UNIQUE,
    listing_id  uuid        NOT NULL,
    device      text        NOT NULL CHECK (char_length(device) BETWEEN 1 AND 64),
    -- Null when a sensor has told of it.
    actor       uuid,
    direction   text        NOT NULL CHECK (direction IN ('ENTRY', 'EXIT')),
    credential  text        NOT NULL CHECK (credential IN ('QR', 'PIN', 'PLATE')),
    -- As it was read, normalised; after some time only its keyed digest is left.
    plate       text,
    plate_hash  text,
    plate_match text CHECK (plate_match IN ('EXACT', 'OCR')),
    decision    text        NOT NULL CHECK (decision IN ('ALLOW', 'DENY')),
    reason      text,
    booking_id  uuid,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK (decision = 'ALLOW' OR reason IS NOT NULL)
);
CREATE INDEX attempt_of_listing ON access.attempt (listing_id, id DESC);
CREATE INDEX attempt_with_plate ON access.attempt (recorded_at) WHERE plate IS NOT NULL;
CREATE INDEX attempt_age ON access.attempt (recorded_at);

-- Where the holder of a booking is. The row decides, so that of two gates at once one opens.
CREATE TABLE access.presence (
    booking_id   uuid PRIMARY KEY,
    listing_id   uuid        NOT NULL,
    inside       boolean     NOT NULL,
    entries      int         NOT NULL,
    exits        int         NOT NULL,
    -- Normalised, while inside: by it the exit knows who leaves.
    plate        text,
    last_attempt uuid        NOT NULL,
    changed_at   timestamptz NOT NULL,
    -- When one who may come back counts as gone for good.
    gone_at      timestamptz
);
CREATE INDEX presence_inside ON access.presence (listing_id) WHERE inside;
CREATE INDEX presence_gone ON access.presence (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX presence_with_plate ON access.presence (changed_at) WHERE plate IS NOT NULL;

-- Tries of PINs that did not open, of each device.
CREATE TABLE access.pin_tries (
    listing_id uuid          NOT NULL,
    device     text          NOT NULL,
    tries      timestamptz[] NOT NULL,
    last_try   timestamptz   NOT NULL,
    PRIMARY KEY (listing_id, device)
);
CREATE INDEX pin_tries_age ON access.pin_tries (last_try);

-- The latest count of each sensor.
CREATE TABLE access.reading (
    listing_id  uuid        NOT NULL,
    source      text        NOT NULL CHECK (char_length(source) BETWEEN 1 AND 64),
    -- Free places as counted, or those that are taken.
    free        int CHECK (free >= 0),
    occupied    int CHECK (occupied >= 0),
    confidence  float8      NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    observed_at timestamptz NOT NULL,
    PRIMARY KEY (listing_id, source),
    CHECK (num_nonnulls(free, occupied) = 1)
);
CREATE INDEX reading_age ON access.reading (observed_at);
