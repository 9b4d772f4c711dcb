-- What is special about a bay: measures that a vehicle must not exceed, whether it is for charging only, how far it is to
-- the entrance and to the lift. As the JSON of the record Bay; null when nothing is.
ALTER TABLE listings.slot ADD COLUMN bay jsonb;
