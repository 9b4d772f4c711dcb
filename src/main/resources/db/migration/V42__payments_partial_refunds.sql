-- A charge may be given back in parts: what a cancelled booking's policy leaves with the host stays there.
DROP INDEX payments.refund_once;
CREATE INDEX refund_of_payment ON payments.refund (payment) WHERE status <> 'FAILED';

ALTER TABLE payments.transfer DROP CONSTRAINT transfer_reverses_key;

-- Checked at the commit instead: never more than was charged.
CREATE FUNCTION payments.require_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM payments.transfer t
        JOIN payments.entry e ON e.transfer = t.id
        JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
        WHERE t.payment = NEW.payment
        HAVING sum(e.amount) < 0) THEN
        RAISE EXCEPTION 'transfer % gives back more than was charged', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_charge';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER refund_within_charge AFTER INSERT ON payments.transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'REFUND') EXECUTE FUNCTION payments.require_charge();
