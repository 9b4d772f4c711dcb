-- What happens to a booking after it was made and paid. The rules of R__bookings_functions.sql hold here too: each function
-- is one statement and one transaction, and locks are taken in the same order.

-- Which state may follow which (RULES 13): the same as Transitions.java, which a test compares with it. The trigger
-- below keeps every statement to it, whoever sends it.
CREATE OR REPLACE FUNCTION bookings.may_become(p_from text, p_to text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE p_from
        WHEN 'HELD' THEN p_to IN ('CONFIRMED', 'EXPIRED', 'CANCELLED_BY_DRIVER', 'CANCELLED_BY_HOST')
        WHEN 'PENDING_HOST' THEN p_to IN ('CONFIRMED', 'DECLINED', 'EXPIRED', 'CANCELLED_BY_DRIVER')
        WHEN 'CONFIRMED' THEN p_to IN ('ACTIVE', 'COMPLETED', 'NO_SHOW', 'CANCELLED_BY_DRIVER', 'CANCELLED_BY_HOST')
        WHEN 'ACTIVE' THEN p_to IN ('COMPLETED')
        WHEN 'EXPIRED' THEN p_to IN ('CONFIRMED')
        WHEN 'NO_SHOW' THEN p_to IN ('ACTIVE')
        ELSE false
    END
$$;

CREATE OR REPLACE FUNCTION bookings.refuse_transition() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a booking that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'occupation_transition';
END
$$;

CREATE OR REPLACE TRIGGER occupation_transition BEFORE UPDATE OF status ON bookings.occupation
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NOT bookings.may_become(OLD.status, NEW.status))
    EXECUTE FUNCTION bookings.refuse_transition();

-- The driver has come: CHANGED with the event, or ALREADY when they are in. TOO_EARLY when the stay begins later than
-- that, OCCUPIED when it begins soon but the slot is not empty (RULES 16), OVER when it has ended, ILLEGAL in other states. One
-- who counts as not having come may come all the same, as long as the slot is kept. BLOCKED, if that is asked, when somebody
-- was seen to be in the slot without a right to it.
--
-- p_at is when it was; null for the present moment. A gate without a network may tell of it later. What staying too long will cost is settled
-- now: each started hour, and once.
DROP FUNCTION IF EXISTS bookings.enter_booking(uuid, uuid, timestamptz, bigint, text, text, text);
CREATE OR REPLACE FUNCTION bookings.enter_booking(
    p_id uuid, p_actor uuid, p_at timestamptz, p_early_millis bigint, p_reason text, p_detail text, p_correlation text,
    p_overstay_hour bigint DEFAULT NULL, p_overstay_fee bigint DEFAULT NULL, p_ask boolean DEFAULT false,
    OUT outcome text, OUT status text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    -- The clock now, not that of the statement's start: it may have waited for the row.
    moment timestamptz;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    moment := date_trunc('milliseconds', least(coalesce(p_at, clock_timestamp()), clock_timestamp()));
    status := o.status;
    outcome := CASE
        WHEN o.id IS NULL THEN 'UNKNOWN'
        WHEN o.status = 'ACTIVE' THEN 'ALREADY'
        WHEN o.status <> 'CONFIRMED' AND NOT (o.status = 'NO_SHOW' AND o.live) THEN 'ILLEGAL'
        WHEN moment < lower(o.stay) - p_early_millis * interval '1 millisecond' THEN 'TOO_EARLY'
        WHEN moment >= upper(o.stay) THEN 'OVER'
        -- Nobody books the minutes before a stay: they are fewer than the shortest stay. Who is in the slot has either
        -- booked them or has not left in time.
        WHEN moment < lower(o.stay) AND EXISTS (
            SELECT FROM bookings.occupation x
            WHERE x.live AND x.slot_id = o.slot_id AND x.id <> o.id
                AND (x.stay && tstzrange(moment, lower(o.stay)) OR x.status = 'ACTIVE' AND upper(x.stay) <= moment))
            THEN 'OCCUPIED'
        WHEN p_ask AND (bookings.in_the_way(o, o.slot_id)).seen THEN 'BLOCKED'
        ELSE 'CHANGED'
    END;
    IF outcome <> 'CHANGED' THEN
        RETURN;
    END IF;
    UPDATE bookings.occupation x
    SET status = 'ACTIVE', version = x.version + 1, entered_at = moment, overstay_hour = p_overstay_hour,
        overstay_fee = p_overstay_fee
    WHERE x.id = p_id
    RETURNING x.* INTO o;
    status := o.status;
    types := types || 'bookings.BookingStarted'::text;
    bodies := bodies || bookings.tell_change(o, 'bookings.BookingStarted', p_actor, p_reason, p_detail, p_correlation);
END
$$;

-- The driver has gone: CHANGED with the event, or ALREADY when they were known to be gone, ILLEGAL in other states. The
-- slot is free from now on, however long it was booked for.
--
-- What staying past the grace has cost is a charge of the same statement, to be paid (RULES 18). Who came in time and goes
-- again within p_free has not stayed: all that was paid goes back (RULES 17). p_said is whether the time is only what the
-- driver says: it moves nothing back but the end, and is WATCHED where the place sees who goes.
DROP FUNCTION IF EXISTS bookings.leave_booking(uuid, uuid, timestamptz, text, text, text);
CREATE OR REPLACE FUNCTION bookings.leave_booking(
    p_id uuid, p_actor uuid, p_at timestamptz, p_reason text, p_detail text, p_correlation text,
    p_charge uuid DEFAULT uuidv7(), p_grace_millis bigint DEFAULT 600000, p_max_millis bigint DEFAULT 86400000,
    p_free_millis bigint DEFAULT 0, p_late_millis bigint DEFAULT 0, p_said boolean DEFAULT false,
    OUT outcome text, OUT status text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    moment timestamptz;
    dropped uuid[];
    due record;
    free boolean;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    moment := date_trunc('milliseconds', least(coalesce(p_at, clock_timestamp()), clock_timestamp()));
    status := o.status;
    outcome := CASE
        WHEN o.id IS NULL THEN 'UNKNOWN'
        WHEN o.status = 'COMPLETED' THEN 'ALREADY'
        WHEN o.status <> 'ACTIVE' THEN 'ILLEGAL'
        WHEN p_said AND EXISTS (SELECT FROM bookings.watch w WHERE w.listing_id = o.listing_id AND w.sees_exit) THEN 'WATCHED'
        ELSE 'CHANGED'
    END;
    IF outcome <> 'CHANGED' THEN
        RETURN;
    END IF;
    moment := greatest(moment, o.entered_at);
    due := bookings.overstay_due(o, moment, p_grace_millis, p_max_millis);
    free := NOT p_said AND moment <= o.entered_at + p_free_millis * interval '1 millisecond'
        AND o.entered_at <= lower(o.stay) + p_late_millis * interval '1 millisecond' AND due.hours = 0 AND p_free_millis > 0;
    dropped := bookings.drop_changes(p_id);
    UPDATE bookings.occupation x
    SET live = false, status = 'COMPLETED', version = x.version + 1, left_at = moment,
        overstay_since = CASE WHEN due.hours > 0 THEN due.since END,
        overstay_hour = CASE WHEN due.hours > 0 THEN bookings.overstay_rate(x) ELSE x.overstay_hour END,
        overstay_amount = CASE WHEN due.hours > 0 THEN due.amount END
    WHERE x.id = p_id
    RETURNING x.* INTO o;
    status := o.status;
    IF due.amount > 0 THEN
        INSERT INTO bookings.charge (id, booking_id, purpose, status, amount, actor, hours, admin_fee, created_at)
        VALUES (p_charge, p_id, 'OVERSTAY', 'PENDING', due.amount, p_actor, due.hours, due.fee, now());
    ELSIF free THEN
        PERFORM bookings.give_back(p_id, o.price_amount);
    END IF;
    SELECT t.types, t.bodies INTO types, bodies
    FROM bookings.tell_unblocked(o.listing_id, dropped, p_correlation, types, bodies) t;
    types := types || 'bookings.BookingCompleted'::text;
    bodies := bodies || bookings.tell_more(o, 'bookings.BookingCompleted',
        CASE WHEN free THEN ',"moneyBack":true' END, p_actor, p_reason, p_detail, p_correlation);
END
$$;

-- Completes confirmed stays that were over so long ago, at most so many: nobody has seen their drivers come or go, which
-- does not mean that they have not (RULES 19). Any node, any number of them at once.
CREATE OR REPLACE FUNCTION bookings.complete_stays(p_grace_millis bigint, p_limit int)
RETURNS TABLE (body text)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
BEGIN
    FOR o IN
        WITH over AS MATERIALIZED (
            SELECT x.* FROM bookings.occupation x
            WHERE x.status = 'CONFIRMED' AND upper(x.stay) <= now() - p_grace_millis * interval '1 millisecond'
                AND NOT EXISTS (
                    SELECT FROM bookings.charge c
                    WHERE c.booking_id = x.id AND c.status = 'PENDING' AND c.purpose <> 'OVERSTAY')
            ORDER BY upper(x.stay)
            LIMIT p_limit
            FOR UPDATE SKIP LOCKED)
        SELECT * FROM over ORDER BY listing_id, id
    LOOP
        UPDATE bookings.occupation x SET live = false, status = 'COMPLETED', version = x.version + 1
        WHERE x.id = o.id
        RETURNING x.* INTO o;
        body := bookings.tell_change(o, 'bookings.BookingCompleted', NULL, 'STAY_OVER', NULL, NULL);
        RETURN NEXT;
    END LOOP;
END
$$;
