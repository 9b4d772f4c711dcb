-- What of a deposit is given back at the end: less than all of it when a bank has taken some back before.
ALTER TABLE subscriptions.month ADD COLUMN deposit_returned bigint CHECK (deposit_returned >= 0);
