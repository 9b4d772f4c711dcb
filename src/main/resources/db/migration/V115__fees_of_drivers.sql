-- What drivers pay to the platform beside the parking (RULES 27). Nothing without a policy that says so.

-- A version says all: without a service fee a host's leaves it to the platform's, and the platform's has none.
ALTER TABLE fees.policy
    -- Of 10,000.
    ADD COLUMN service_fee      integer,
    -- Once for a booking in that currency, in its minor units.
    ADD COLUMN service_fixed    bigint,
    ADD COLUMN service_currency text,
    ADD CONSTRAINT policy_service_fee CHECK (
        service_fee BETWEEN 0 AND 10000 AND service_fixed >= 0 AND service_currency ~ '^[A-Z]{3}$'
        AND (service_fixed IS NULL) = (service_currency IS NULL) AND (service_fixed IS NULL OR service_fee IS NOT NULL));

-- The record BookedFee, as it is in the price of the booking now: the amount with its tax, and by which version it was reckoned.
-- Of a charge for a change what the booking's is when it is paid. As text, because it is told as it was written.
ALTER TABLE bookings.occupation ADD COLUMN fee json;
-- Beside it, what of the charge itself is fee, in minor units.
ALTER TABLE bookings.charge
    ADD COLUMN fee      json,
    ADD COLUMN fee_part bigint NOT NULL DEFAULT 0;

-- What of a payment is the platform's fee, and what of that is tax, in minor units. Not checked of what is there: it has none.
ALTER TABLE payments.payment
    ADD COLUMN service_fee     bigint NOT NULL DEFAULT 0,
    ADD COLUMN service_fee_tax bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT payment_service_fee CHECK (service_fee_tax BETWEEN 0 AND service_fee AND service_fee <= amount) NOT VALID;
