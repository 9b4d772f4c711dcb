-- Events on their way to Kafka. Rows are written with the change that made them true and deleted once Kafka has them.
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE platform.outbox (
    sequence    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The transaction that wrote the row. The relay reads below pg_snapshot_xmin only, where nothing can appear any more:
    -- sequence numbers alone are taken before the commit and would let a slow transaction's event be passed over.
    transaction xid8        NOT NULL DEFAULT pg_current_xact_id(),
    event_id    uuid        NOT NULL UNIQUE,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    type        text        NOT NULL,
    body        text        NOT NULL,
    correlation text,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_commit_order ON platform.outbox (transaction, sequence);

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
