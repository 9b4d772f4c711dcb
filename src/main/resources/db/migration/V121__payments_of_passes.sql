-- Whose pass a payment is for: what has been paid is shown with a way to it.
ALTER TABLE payments.payment ADD COLUMN pass uuid;

-- Those that there are, with their parts.
UPDATE payments.payment p SET pass = m.subscription_id
FROM subscriptions.month m WHERE p.purpose = 'PASS' AND (p.id = m.payment OR p.id = m.charge OR p.id = m.deposit_charge);
