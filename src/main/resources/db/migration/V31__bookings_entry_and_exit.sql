-- When a driver came and went, as told by the gate or by the driver.
ALTER TABLE bookings.occupation
    ADD COLUMN entered_at timestamptz,
    ADD COLUMN left_at    timestamptz;
