-- What a booking's money is, once it may be given back in part and changed after it was paid.
ALTER TABLE bookings.occupation
    -- What the first payment, which has the booking's id, was for; none while that is the price.
    ADD COLUMN charged_amount bigint,
    -- What of that has to go back to the driver.
    ADD COLUMN refund_amount  bigint NOT NULL DEFAULT 0 CHECK (refund_amount >= 0);
UPDATE bookings.occupation SET refund_amount = price_amount
WHERE status IN ('CANCELLED_BY_DRIVER', 'CANCELLED_BY_HOST');

-- Every further payment: for a change that costs more, or for staying too long.
CREATE TABLE bookings.charge (
    -- Also the payment's.
    id            uuid PRIMARY KEY,
    booking_id    uuid        NOT NULL REFERENCES bookings.occupation (id),
    purpose       text        NOT NULL CHECK (purpose IN ('MODIFY', 'EXTEND', 'OVERSTAY')),
    -- Waiting for the money; paid; never to be paid.
    status        text        NOT NULL CHECK (status IN ('PENDING', 'SETTLED', 'DROPPED')),
    amount        bigint      NOT NULL CHECK (amount > 0),
    refund_amount bigint      NOT NULL DEFAULT 0 CHECK (refund_amount BETWEEN 0 AND amount),
    actor         uuid,
    -- What the booking becomes when the money has come.
    stay          tstzrange,
    slot_id       uuid,
    slot_name     text,
    price_amount  bigint,
    -- What keeps that time free for it until then.
    block_id      uuid REFERENCES bookings.block (id),
    expires_at    timestamptz,
    created_at    timestamptz NOT NULL,
    CHECK ((purpose = 'OVERSTAY') = (stay IS NULL) AND num_nulls(stay, slot_id, slot_name, price_amount, expires_at) IN (0, 5))
);
CREATE UNIQUE INDEX charge_one_change ON bookings.charge (booking_id) WHERE status = 'PENDING' AND purpose <> 'OVERSTAY';
CREATE INDEX charge_of_booking ON bookings.charge (booking_id, id);
CREATE INDEX charge_due ON bookings.charge (expires_at) WHERE status = 'PENDING' AND expires_at IS NOT NULL;

-- Blocks that keep a time for a change are not the host's.
ALTER TABLE bookings.block ADD COLUMN for_change boolean NOT NULL DEFAULT false;
