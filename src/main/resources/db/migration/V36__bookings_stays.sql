-- What happens around the end and the start of a stay: warnings, staying too long, not coming, a slot that is not empty.
ALTER TABLE bookings.occupation
    DROP CONSTRAINT occupation_live_by_status,
    -- The end that the driver was warned of beforehand, and the one they were told of when it came: another end is told anew.
    ADD COLUMN warned_for        timestamptz,
    ADD COLUMN ended_for         timestamptz,
    -- What staying too long costs, as it was when the driver came: each started hour, and once.
    ADD COLUMN overstay_hour     bigint CHECK (overstay_hour >= 0),
    ADD COLUMN overstay_fee      bigint CHECK (overstay_fee >= 0),
    -- Since when the driver is in the slot without a right to it, which is from the end of the grace on; and what that has
    -- come to in all, once they are gone.
    ADD COLUMN overstay_since    timestamptz,
    ADD COLUMN overstay_amount   bigint CHECK (overstay_amount >= 0),
    ADD COLUMN fee_waived_at     timestamptz,
    ADD COLUMN fee_waived_by     uuid,
    ADD COLUMN fee_waived_reason text,
    -- Whether it was looked at because nobody had come in time.
    ADD COLUMN missed            boolean NOT NULL DEFAULT false,
    -- When another place was looked for the last time, because the slot was not empty.
    ADD COLUMN rescue_tried_at   timestamptz,
    -- A driver who has not come keeps the slot, unless the host lets it be sold again (RULES 16, 19).
    ADD CONSTRAINT occupation_live_by_status CHECK (
        block_id IS NOT NULL OR status IN ('PENDING_HOST', 'NO_SHOW') OR live = (status IN ('HELD', 'CONFIRMED', 'ACTIVE'))),
    ADD CONSTRAINT occupation_fee_waived CHECK (
        num_nulls(fee_waived_at, fee_waived_by, fee_waived_reason) IN (0, 3));
CREATE INDEX occupation_to_warn ON bookings.occupation (upper(stay))
    WHERE status = 'ACTIVE' AND warned_for IS DISTINCT FROM upper(stay);
CREATE INDEX occupation_to_end ON bookings.occupation (upper(stay))
    WHERE status = 'ACTIVE' AND ended_for IS DISTINCT FROM upper(stay);
CREATE INDEX occupation_to_leave ON bookings.occupation (upper(stay)) WHERE status = 'ACTIVE' AND overstay_since IS NULL;
CREATE INDEX occupation_overstayed ON bookings.occupation (overstay_since)
    WHERE status = 'ACTIVE' AND overstay_since IS NOT NULL;
CREATE INDEX occupation_in_the_way ON bookings.occupation (slot_id) WHERE status = 'ACTIVE' AND overstay_since IS NOT NULL;
CREATE INDEX occupation_to_miss ON bookings.occupation (lower(stay)) WHERE status = 'CONFIRMED' AND NOT missed;

-- Of what a charge for staying too long consists; the fee is in its amount.
ALTER TABLE bookings.charge
    ADD COLUMN hours     int CHECK (hours > 0),
    ADD COLUMN admin_fee bigint CHECK (admin_fee BETWEEN 0 AND amount);
CREATE UNIQUE INDEX charge_one_overstay ON bookings.charge (booking_id) WHERE purpose = 'OVERSTAY' AND status <> 'DROPPED';

-- What a place sees of who comes and goes, as the capability that knows its gates has told: without a row, nothing.
CREATE TABLE bookings.watch (
    listing_id       uuid PRIMARY KEY,
    sees_entry       boolean NOT NULL,
    sees_exit        boolean NOT NULL,
    -- Whether the slot of a driver who has not come may be sold again.
    release_no_shows boolean NOT NULL,
    -- Of the gate's settings: an older word changes nothing.
    version          bigint  NOT NULL
);
