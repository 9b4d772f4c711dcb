-- Wallets paid out to the cards that have filled them (RULES 32): each is refunds of the driver's own top-ups.
CREATE TABLE payments.withdrawal (
    id         uuid        PRIMARY KEY,
    driver     uuid        NOT NULL,
    amount     bigint      NOT NULL CHECK (amount > 0),
    currency   text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    -- When the last of its refunds was decided, and the driver told.
    ended_at   timestamptz
);
CREATE INDEX withdrawal_of_driver ON payments.withdrawal (driver, created_at);

CREATE TABLE payments.withdrawal_part (
    refund     uuid     PRIMARY KEY REFERENCES payments.refund,
    withdrawal uuid     NOT NULL REFERENCES payments.withdrawal,
    number     smallint NOT NULL,
    -- The transfer that has put the money back, when the provider has given a refund up that it had told was done.
    returned   uuid     UNIQUE,
    UNIQUE (withdrawal, number)
);

-- What a top-up was paid with, for the driver to know the card by; asked of the provider when somebody wants to see it.
CREATE TABLE payments.paid_with (
    payment uuid PRIMARY KEY REFERENCES payments.payment,
    brand   text NOT NULL,
    last4   text NOT NULL CHECK (last4 ~ '^[0-9]{4}$')
);

-- Checked at the commit: never more of a top-up is paid out than it has brought.
CREATE FUNCTION payments.require_top_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce((
        SELECT sum(e.amount)
        FROM payments.transfer t
        JOIN payments.entry e ON e.transfer = t.id
        JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
        WHERE t.payment = NEW.payment AND t.kind IN ('TOP_UP', 'WALLET_PAID_OUT', 'WALLET_PAYOUT_RETURNED')), -1) < 0
    THEN
        RAISE EXCEPTION 'transfer % pays out more than was brought in', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_out_within_top_up';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER paid_out_within_top_up AFTER INSERT ON payments.transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'WALLET_PAID_OUT')
    EXECUTE FUNCTION payments.require_top_up();
