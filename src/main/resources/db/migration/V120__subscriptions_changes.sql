-- A pass that becomes another plan's, or for another number of vehicles, now or with its next month.
CREATE TABLE subscriptions.change (
    -- Also that of the block that keeps the slots that it adds.
    id              uuid        PRIMARY KEY,
    subscription_id uuid        NOT NULL REFERENCES subscriptions.subscription (id),
    plan_id         uuid        NOT NULL REFERENCES subscriptions.plan (id),
    -- What the pass is sold on from then on.
    terms           jsonb       NOT NULL,
    -- PENDING: it is being paid. PLANNED: the next month begins with it.
    status          text        NOT NULL CHECK (status IN ('PENDING', 'PLANNED', 'DONE', 'DROPPED')),
    -- The month that it is made in, and the rest of that month.
    month           int         NOT NULL,
    begins_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    -- The difference for the rest: to be paid, or, below zero, to be given back.
    amount          bigint      NOT NULL,
    payment         uuid UNIQUE,
    charge          uuid UNIQUE,
    -- What has been given back of it by later changes.
    credited        bigint      NOT NULL DEFAULT 0 CHECK (credited >= 0),
    -- Something is still to be done: it is paid in time, or its slots are freed and its money goes back.
    due_at          timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    CONSTRAINT change_is_paid CHECK ((amount > 0) = (payment IS NOT NULL) AND (payment IS NULL) = (charge IS NULL)),
    CONSTRAINT change_ended CHECK ((status IN ('DONE', 'DROPPED')) = (ended_at IS NOT NULL))
);
-- One at a time.
CREATE UNIQUE INDEX change_open ON subscriptions.change (subscription_id) WHERE status IN ('PENDING', 'PLANNED');
CREATE INDEX change_of_subscription ON subscriptions.change (subscription_id, month);
CREATE INDEX change_due ON subscriptions.change (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE subscriptions.month ADD COLUMN credited bigint NOT NULL DEFAULT 0 CHECK (credited >= 0);

-- A slot that a change has added is kept by a block of its own; one that it has freed opens nothing from then on.
ALTER TABLE subscriptions.card ADD COLUMN block_id uuid, ADD COLUMN ended_at timestamptz, ADD COLUMN freed_at timestamptz;
CREATE INDEX card_to_free ON subscriptions.card (subscription_id) WHERE ended_at IS NOT NULL AND freed_at IS NULL;
CREATE INDEX change_to_plan ON subscriptions.change (plan_id) WHERE status IN ('PENDING', 'PLANNED');
CREATE INDEX card_of_block ON subscriptions.card (block_id) WHERE block_id IS NOT NULL;
