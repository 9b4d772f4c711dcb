-- Accounts, their sessions, their vehicles.
CREATE SCHEMA IF NOT EXISTS identity;

CREATE TABLE identity.account (
    id            uuid        PRIMARY KEY,
    -- As it was typed, in lower case: one person does not mean two accounts by two spellings.
    email         text        NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) <= 254),
    password_hash text        NOT NULL,
    name          text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    phone         text        CHECK (length(phone) <= 30),
    locale        text        NOT NULL,
    roles         text[]      NOT NULL,
    version       bigint      NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now()
);

-- A log-in and all tokens that came of it: the family that ends together.
CREATE TABLE identity.session (
    id         uuid        PRIMARY KEY,
    account_id uuid        NOT NULL REFERENCES identity.account ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz
);
CREATE INDEX session_account ON identity.session (account_id);

CREATE TABLE identity.refresh_token (
    -- SHA-256 of the token: who reads the table cannot use what he reads.
    hash       bytea       PRIMARY KEY,
    session_id uuid        NOT NULL REFERENCES identity.session ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_token_session ON identity.refresh_token (session_id);
CREATE INDEX refresh_token_age ON identity.refresh_token (expires_at);

CREATE TABLE identity.vehicle (
    id         uuid        PRIMARY KEY,
    owner_id   uuid        NOT NULL REFERENCES identity.account ON DELETE CASCADE,
    plate      text        NOT NULL CHECK (length(plate) BETWEEN 1 AND 20),
    make       text        CHECK (length(make) <= 60),
    model      text        CHECK (length(model) <= 60),
    colour     text        CHECK (length(colour) <= 40),
    year       integer     CHECK (year BETWEEN 1900 AND 2100),
    size       text        CHECK (size IN ('SMALL', 'MEDIUM', 'LARGE', 'VAN')),
    height_cm  integer     CHECK (height_cm BETWEEN 50 AND 500),
    ev         boolean     NOT NULL,
    is_default boolean     NOT NULL,
    version    bigint      NOT NULL DEFAULT 1
);
CREATE INDEX vehicle_owner ON identity.vehicle (owner_id, id);
CREATE UNIQUE INDEX vehicle_one_default ON identity.vehicle (owner_id) WHERE is_default;
