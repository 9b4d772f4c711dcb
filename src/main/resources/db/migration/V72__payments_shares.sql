-- One payment for several bookings. Its money is posted, given back and reassigned as that of its shares, each of which is a
-- payment of its booking like any other, but for the provider's intent, which is the whole's.
ALTER TABLE payments.payment
    ADD COLUMN shared   boolean NOT NULL DEFAULT false,
    ADD COLUMN share_of uuid REFERENCES payments.payment (id),
    ADD CONSTRAINT payment_share_has_no_intent CHECK (share_of IS NULL OR NOT shared AND provider_intent IS NULL);
CREATE INDEX payment_shares ON payments.payment (share_of) WHERE share_of IS NOT NULL;
