-- Points: a promise to drivers that is worth a fixed sum each, for a while (RULES 32). What they are worth stands in the ledger,
-- as a credit of the driver's account; here is until when they can be spent.

CREATE TABLE payments.points_lot (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     bigint      NOT NULL REFERENCES payments.account,
    -- What has brought them: they were earned, or have come back.
    transfer    uuid        NOT NULL,
    -- What they are worth, in minor units; and what is left of that.
    amount      bigint      NOT NULL CHECK (amount > 0),
    remaining   bigint      NOT NULL CHECK (remaining BETWEEN 0 AND amount),
    expires_at  timestamptz NOT NULL,
    -- How long they can be spent at least when they come back.
    kept_millis bigint      NOT NULL CHECK (kept_millis >= 0),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX points_lot_left ON payments.points_lot (account, expires_at, id) WHERE remaining > 0;
CREATE INDEX points_lot_due ON payments.points_lot (expires_at) WHERE remaining > 0;
CREATE INDEX points_lot_transfer ON payments.points_lot (transfer);

-- What each transfer has taken of which lots, and what of that has come back.
CREATE TABLE payments.points_used (
    transfer uuid   NOT NULL,
    lot      bigint NOT NULL REFERENCES payments.points_lot,
    amount   bigint NOT NULL CHECK (amount > 0),
    returned bigint NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND amount),
    PRIMARY KEY (transfer, lot)
);

CREATE TRIGGER points_lot_append_only BEFORE DELETE OR TRUNCATE ON payments.points_lot
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();
CREATE TRIGGER points_used_append_only BEFORE DELETE OR TRUNCATE ON payments.points_used
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();
REVOKE ALL ON payments.points_lot, payments.points_used FROM PUBLIC;
REVOKE DELETE, TRUNCATE ON payments.points_lot, payments.points_used FROM CURRENT_USER;

-- What of a price points pay, beside what the wallet does; the card pays the rest. What is reserved for that until the card has
-- paid: a pending transfer.
ALTER TABLE payments.payment
    ADD COLUMN points      bigint NOT NULL DEFAULT 0,
    ADD COLUMN reservation uuid REFERENCES payments.pending,
    DROP CONSTRAINT payment_from_wallet,
    ADD CONSTRAINT payment_from_inside CHECK (
        points >= 0 AND wallet >= 0 AND points + wallet <= amount AND (points + wallet = 0 OR purpose = 'BOOKING'));

-- Where a refund goes to: by the provider to the card, or inside Berth.
ALTER TABLE payments.refund
    ADD COLUMN source text NOT NULL DEFAULT 'CARD' CHECK (source IN ('CARD', 'INSIDE'));

-- Checked at the commit: never more goes back than was charged, neither to the card nor into the wallet nor as points.
CREATE OR REPLACE FUNCTION payments.require_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM payments.transfer t
        JOIN payments.entry e ON e.transfer = t.id
        JOIN payments.account a ON a.id = e.account AND a.kind IN ('processor_clearing', 'wallet', 'points_liability')
        WHERE t.payment = NEW.payment AND t.kind IN ('CHARGE', 'REFUND')
        GROUP BY a.id
        HAVING sum(e.amount) < 0) THEN
        RAISE EXCEPTION 'transfer % gives back more than was charged', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_charge';
    END IF;
    RETURN NULL;
END
$$;
