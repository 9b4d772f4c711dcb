-- Who is inside with a monthly pass: so many at once.
ALTER TABLE access.presence ADD COLUMN pass_id uuid;
ALTER TABLE access.attempt ADD COLUMN pass_id uuid;
CREATE INDEX presence_of_pass ON access.presence (pass_id) WHERE pass_id IS NOT NULL AND inside;

-- A payment may be for a pass: others than bookings hear of it.
ALTER TABLE payments.payment
    DROP CONSTRAINT payment_purpose_check,
    DROP CONSTRAINT payment_from_inside,
    ADD CONSTRAINT payment_purpose_check CHECK (purpose IN ('BOOKING', 'TOP_UP', 'PASS')),
    ADD CONSTRAINT payment_from_inside CHECK (
        points >= 0 AND wallet >= 0 AND points + wallet <= amount AND (points + wallet = 0 OR purpose IN ('BOOKING', 'PASS')));
