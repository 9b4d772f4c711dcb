-- A request waits for its host's answer without keeping the slot from others, until the host has accepted it and the card
-- is charged. When it ends by itself is kept where a hold's end is.
ALTER TABLE bookings.occupation
    DROP CONSTRAINT occupation_live_by_status,
    DROP CONSTRAINT occupation_hold_expires,
    -- The provider's token of the card that an accepted request is charged to.
    ADD COLUMN payment_method text,
    -- Whether the host was asked.
    ADD COLUMN requested      boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT occupation_live_by_status CHECK (
        block_id IS NOT NULL OR status = 'PENDING_HOST' OR live = (status IN ('HELD', 'CONFIRMED', 'ACTIVE'))),
    ADD CONSTRAINT occupation_hold_expires CHECK (
        (status IN ('HELD', 'PENDING_HOST')) = (hold_expires_at IS NOT NULL));
DROP INDEX bookings.occupation_due;
CREATE INDEX occupation_due ON bookings.occupation (hold_expires_at) WHERE status IN ('HELD', 'PENDING_HOST');
-- What a request that is accepted competes with.
CREATE INDEX occupation_requested ON bookings.occupation (listing_id) WHERE status = 'PENDING_HOST';
