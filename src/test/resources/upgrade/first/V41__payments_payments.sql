-- A driver as the provider knows them; made with the first payment.
CREATE TABLE payments.customer (
    driver            uuid        PRIMARY KEY,
    provider_customer text        NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now()
);

-- One row per payment of a booking, written before the provider is called. The provider's intent is made once per
-- payment and confirmed once per attempt, and an intent succeeds once: that is what makes a second charge impossible.
CREATE TABLE payments.payment (
    id                      uuid        PRIMARY KEY,
    booking                 uuid        NOT NULL,
    driver                  uuid        NOT NULL,
    host                    uuid        NOT NULL,
    amount                  bigint      NOT NULL CHECK (amount >= 0),
    currency                text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    commission_basis_points integer     NOT NULL CHECK (commission_basis_points BETWEEN 0 AND 10000),
    description             text        NOT NULL,
    status                  text        NOT NULL CHECK (status IN ('REQUIRES_PAYMENT_METHOD', 'REQUIRES_ACTION',
                                            'PROCESSING', 'SUCCEEDED', 'DECLINED', 'CANCELLED', 'REFUNDED')),
    -- Fences attempts: what an older attempt or look-up found out changes nothing, unless it is a success.
    version                 bigint      NOT NULL DEFAULT 0,
    attempt                 integer     NOT NULL DEFAULT 0,
    method                  text,
    return_url              text,
    provider_intent         text        UNIQUE,
    action_url              text,
    decline_code            text,
    decline_message         text,
    -- Nobody waits for it any more: it is to be cancelled at the provider, unless it has succeeded.
    abandoned               boolean     NOT NULL DEFAULT false,
    -- When the provider is to be asked what has become of it; none when there is nothing to ask.
    next_check_at           timestamptz,
    checks                  integer     NOT NULL DEFAULT 0,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payment_driver ON payments.payment (driver, id);
CREATE INDEX payment_due ON payments.payment (next_check_at) WHERE next_check_at IS NOT NULL;

-- Payments that were called off before anything had been tried.
CREATE TABLE payments.never_charge (
    payment    uuid        PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE payments.refund (
    -- Also the id of its transfer, and its idempotency key at the provider.
    id              uuid        PRIMARY KEY,
    payment         uuid        NOT NULL REFERENCES payments.payment,
    amount          bigint      NOT NULL CHECK (amount > 0),
    reason          text        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
    provider_refund text        UNIQUE,
    failure_reason  text,
    next_check_at   timestamptz,
    checks          integer     NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
-- All is given back at once, so one refund that has not failed is all there can be.
CREATE UNIQUE INDEX refund_once ON payments.refund (payment) WHERE status <> 'FAILED';
CREATE INDEX refund_due ON payments.refund (next_check_at) WHERE next_check_at IS NOT NULL;

-- The provider's events that have had their effect.
CREATE TABLE payments.webhook_event (
    id          text        PRIMARY KEY,
    type        text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_event_age ON payments.webhook_event (received_at);
