-- When a listing can be booked; NULL for at any time, with the platform's defaults. It is read and written as a whole. Nodes
-- of the version before do not name the column and leave it as it is.
ALTER TABLE listings.listing ADD COLUMN availability jsonb CHECK (jsonb_typeof(availability) = 'object');
