-- Money may be set aside first and be collected when it is certain what it is for: a request that the host accepts (RULES 12).
ALTER TABLE payments.payment
    -- When the money is collected: with the charge, on a later word, or now, because that word has come.
    ADD COLUMN capture text NOT NULL DEFAULT 'AT_ONCE' CHECK (capture IN ('AT_ONCE', 'LATER', 'DUE')),
    DROP CONSTRAINT payment_status_check,
    ADD CONSTRAINT payment_status_check CHECK (status IN ('REQUIRES_PAYMENT_METHOD', 'REQUIRES_ACTION', 'AUTHORISED',
        'PROCESSING', 'SUCCEEDED', 'DECLINED', 'CANCELLED', 'REFUNDED'));
