-- Slots that are kept for a monthly pass are blocks that are not the host's (for_change says that too), without an end as long
-- as the pass goes on: the same constraint decides between them, bookings and other blocks.
ALTER TABLE bookings.block ADD COLUMN for_pass boolean NOT NULL DEFAULT false;
