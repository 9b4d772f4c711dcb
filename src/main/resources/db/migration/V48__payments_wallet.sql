-- What a payment is for: a booking, or money in the driver's own wallet; and what of it the wallet pays (RULES 32).
ALTER TABLE payments.payment
    ADD COLUMN purpose text   NOT NULL DEFAULT 'BOOKING' CHECK (purpose IN ('BOOKING', 'TOP_UP')),
    ADD COLUMN wallet  bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT payment_from_wallet CHECK (wallet BETWEEN 0 AND amount AND (wallet = 0 OR purpose = 'BOOKING'));

-- Checked at the commit: never more goes back than was charged, neither to the card nor into the wallet.
CREATE OR REPLACE FUNCTION payments.require_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM payments.transfer t
        JOIN payments.entry e ON e.transfer = t.id
        JOIN payments.account a ON a.id = e.account AND a.kind IN ('processor_clearing', 'wallet')
        WHERE t.payment = NEW.payment
        GROUP BY a.id
        HAVING sum(e.amount) < 0) THEN
        RAISE EXCEPTION 'transfer % gives back more than was charged', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_charge';
    END IF;
    RETURN NULL;
END
$$;
