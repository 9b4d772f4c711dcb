-- How often a refund was asked for anew, after the provider had kept a fault of its own as the answer to the ask before and has
-- no such refund: part of the idempotency key, written down before the provider hears of it.
ALTER TABLE payments.refund ADD COLUMN attempt integer NOT NULL DEFAULT 0;
