-- One payment for several bookings. Its money is posted, given back and reassigned as that of its shares, each of which is a
-- payment of its booking like any other, but for the provider's intent, which is the whole's.
ALTER TABLE payments.payment
    ADD COLUMN shared   boolean NOT NULL DEFAULT false,
    ADD COLUMN share_of uuid REFERENCES payments.payment (id),
    ADD CONSTRAINT payment_share_has_no_intent CHECK (share_of IS NULL OR NOT shared AND provider_intent IS NULL);
-- Also kept from nodes of the version before, who would post the whole.
CREATE FUNCTION payments.refuse_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM payments.payment p WHERE p.id = NEW.payment AND p.shared) THEN
        RAISE EXCEPTION 'payment % is posted by its shares', NEW.payment
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shared_posts_nothing';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER shared_posts_nothing BEFORE INSERT ON payments.transfer
    FOR EACH ROW EXECUTE FUNCTION payments.refuse_whole();
CREATE INDEX payment_shares ON payments.payment (share_of) WHERE share_of IS NOT NULL;
