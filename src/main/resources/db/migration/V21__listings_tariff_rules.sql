-- What a tariff says beyond the hour and its cap for the day; NULL where nothing. It is read and written as a whole.
ALTER TABLE listings.listing ADD COLUMN tariff_rules jsonb CHECK (jsonb_typeof(tariff_rules) = 'object');
