-- What decides which bays a vehicle may have. Measures that are not known stay null.
ALTER TABLE identity.vehicle
    ADD COLUMN kind      text    NOT NULL DEFAULT 'CAR' CHECK (kind IN ('CAR', 'MOTORCYCLE', 'TRUCK')),
    ADD COLUMN length_cm integer CHECK (length_cm BETWEEN 50 AND 3000),
    ADD COLUMN width_cm  integer CHECK (width_cm BETWEEN 30 AND 500),
    ADD COLUMN weight_kg integer CHECK (weight_kg BETWEEN 20 AND 60000),
    ADD COLUMN permit    boolean NOT NULL DEFAULT false,
    ADD COLUMN car_share boolean NOT NULL DEFAULT false;
