-- Events on their way to Kafka. Rows are written with the change that made them true and deleted once Kafka has them.
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE platform.outbox (
    -- Taken while the writer holds the lock that orders its key: the order of the key, not of all commits.
    sequence    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    uuid        NOT NULL UNIQUE,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    type        text        NOT NULL,
    body        text        NOT NULL,
    correlation text,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

-- What each consumer has taken in, so that an event delivered twice has its effect once.
CREATE TABLE platform.inbox (
    consumer text        NOT NULL,
    event_id uuid        NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_age ON platform.inbox (taken_at);

-- Events that a consumer could not take in after all its tries: parked with the reason, for an operator.
CREATE TABLE platform.parked_event (
    consumer  text        NOT NULL,
    event_id  uuid        NOT NULL,
    topic     text        NOT NULL,
    type      text        NOT NULL,
    body      text        NOT NULL,
    reason    text        NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);

-- Results of operations that take an Idempotency-Key, written with their effect.
CREATE TABLE platform.idempotency (
    principal    uuid        NOT NULL,
    operation    text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    result       text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, operation, key)
);
CREATE INDEX idempotency_age ON platform.idempotency (created_at);
