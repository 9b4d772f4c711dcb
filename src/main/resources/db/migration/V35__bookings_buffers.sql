-- How long a slot stays empty between two bookings (RULES 7), kept by the database: what a booking takes is its stay and the
-- time behind it, and of one slot no two of those overlap. Beside the first constraint, because blocks may stand right
-- before and behind bookings, and because a row without a buffer then costs no second index entry.
--
-- Nodes of the version before write no buffer; the defaults are those of a listing without one. No row is rewritten.
ALTER TABLE bookings.occupation
    ADD COLUMN buffer_minutes smallint NOT NULL DEFAULT 0 CHECK (buffer_minutes BETWEEN 0 AND 1440),
    -- Kept by a trigger; null where there is no buffer. Of a stay that is over, the buffer goes on.
    ADD COLUMN taken tstzrange,
    ADD CONSTRAINT occupation_buffer EXCLUDE USING gist (slot_id WITH =, taken WITH &&) WHERE (taken IS NOT NULL);
-- Stays that are over and still keep others away.
CREATE INDEX occupation_cooling ON bookings.occupation (listing_id, upper(taken)) WHERE taken IS NOT NULL AND NOT live;
