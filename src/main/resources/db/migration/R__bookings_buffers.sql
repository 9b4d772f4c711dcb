-- The time between the bookings of a slot (RULES 7). The rules of R__bookings_functions.sql hold here too.

CREATE OR REPLACE FUNCTION bookings.minutes(n int) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT n * interval '1 minute'
$$;

-- Where no other booking of the slot may be, seen from a stay: others have the same buffer, or had one when they were made,
-- which the constraint knows.
CREATE OR REPLACE FUNCTION bookings.near(p_stay tstzrange, p_buffer int) RETURNS tstzrange
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_buffer = 0 THEN p_stay
        ELSE tstzrange(lower(p_stay) - bookings.minutes(p_buffer), upper(p_stay) + bookings.minutes(p_buffer)) END
$$;

-- Whether a row near a stay in its slot stands in its way: any that overlaps it, and bookings that are too near. A block that
-- keeps a time for a booking's change counts as a booking, which its range of taken time tells.
CREATE OR REPLACE FUNCTION bookings.in_the_way(x bookings.occupation, p_stay tstzrange) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT x.block_id IS NULL OR x.taken IS NOT NULL OR x.stay && p_stay
$$;

-- What a time that is kept for a booking's change takes, beside what the booking itself takes in that slot.
CREATE OR REPLACE FUNCTION bookings.taken_beside(p_piece tstzrange, p_own tstzrange, p_buffer int) RETURNS tstzrange
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    begins timestamptz := lower(p_piece);
    ends timestamptz := upper(p_piece) + bookings.minutes(p_buffer);
BEGIN
    IF p_buffer = 0 THEN
        RETURN NULL;
    ELSIF begins >= upper(p_own) THEN
        begins := greatest(begins, upper(p_own) + bookings.minutes(p_buffer));
    ELSIF upper(p_piece) <= lower(p_own) THEN
        ends := least(ends, lower(p_own));
    END IF;
    RETURN CASE WHEN begins < ends THEN tstzrange(begins, ends) END;
END
$$;

CREATE OR REPLACE FUNCTION bookings.keep_buffer() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    ends timestamptz;
BEGIN
    IF NEW.block_id IS NOT NULL THEN
        -- Who keeps a time for a change says what it takes.
        NEW.taken := CASE WHEN NEW.live THEN NEW.taken END;
    ELSIF NEW.live THEN
        NEW.taken := tstzrange(lower(NEW.stay), upper(NEW.stay) + bookings.minutes(NEW.buffer_minutes));
    ELSIF NEW.status = 'COMPLETED' THEN
        -- Never more than before: who leaves late must not fail at the next one's stay.
        ends := least(coalesce(NEW.left_at, upper(NEW.stay)), upper(NEW.stay)) + bookings.minutes(NEW.buffer_minutes);
        NEW.taken := CASE WHEN ends > lower(NEW.stay) THEN tstzrange(lower(NEW.stay), ends) END;
    ELSE
        NEW.taken := NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER occupation_buffer BEFORE INSERT OR UPDATE ON bookings.occupation
    FOR EACH ROW
    WHEN (NEW.buffer_minutes > 0 OR NEW.taken IS NOT NULL)
    EXECUTE FUNCTION bookings.keep_buffer();
