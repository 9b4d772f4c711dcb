-- Finds the stays that are over although nobody has said so.
CREATE INDEX occupation_unused ON bookings.occupation (upper(stay)) WHERE status = 'CONFIRMED';
