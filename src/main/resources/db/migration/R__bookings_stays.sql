-- What happens to stays by time alone, and what their ends cost (RULES 16 to 20). The rules of R__bookings_functions.sql hold
-- here too: each function is one statement and one transaction, and locks are taken in the same order. Any node calls them,
-- any number of nodes at once: a row is taken by one of them, and what was done is written into it, so that none is done
-- twice; only the database's clock counts.

-- Writes the history and tells of a booking whose row has just been changed, with more members than the booking.
CREATE OR REPLACE FUNCTION bookings.tell_more(
    o bookings.occupation, p_type text, p_members text, p_actor uuid, p_reason text, p_detail text, p_correlation text)
RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bookings.transition (booking_id, version, status, actor, reason, detail, at)
    VALUES (o.id, o.version, o.status, p_actor, p_reason, p_detail, date_trunc('milliseconds', clock_timestamp()));
    RETURN bookings.tell(p_type, o.listing_id, concat('"booking":', bookings.booking_json(o), p_members), p_correlation);
END
$$;

-- What each started hour of staying too long costs: as it was when the driver came; for one of whom that is not known, what
-- an hour of the stay has cost.
CREATE OR REPLACE FUNCTION bookings.overstay_rate(o bookings.occupation) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(o.overstay_hour,
        ceil((o.price_amount - bookings.fee_amount(o.fee)) / ceil(extract(epoch FROM upper(o.stay) - lower(o.stay)) / 3600))::bigint)
$$;

-- What staying until then costs beside the stay (RULES 18): nothing in the grace; after it each started hour, at most so many,
-- and the fee, unless the host has waived it.
CREATE OR REPLACE FUNCTION bookings.overstay_due(
    o bookings.occupation, p_until timestamptz, p_grace_millis bigint, p_max_millis bigint,
    OUT since timestamptz, OUT hours int, OUT fee bigint, OUT amount bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    since := upper(o.stay) + p_grace_millis * interval '1 millisecond';
    hours := ceil(least(greatest(extract(epoch FROM p_until - since), 0), p_max_millis / 1000.0) / 3600);
    fee := CASE WHEN hours = 0 OR o.fee_waived_at IS NOT NULL THEN 0 ELSE coalesce(o.overstay_fee, 0) END;
    amount := hours * bookings.overstay_rate(o) + fee;
END
$$;

-- Whether the place would have seen it if the driver had gone: it sees who goes, and has seen this one come.
CREATE OR REPLACE FUNCTION bookings.is_watched(o bookings.occupation) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM bookings.watch w WHERE w.listing_id = o.listing_id AND w.sees_exit)
        AND EXISTS (SELECT FROM bookings.transition t WHERE t.booking_id = o.id AND t.reason = 'ENTERED')
$$;

-- Who is in a booking's slot without a right to it: whether anybody, and whether that is seen or only not known otherwise.
CREATE OR REPLACE FUNCTION bookings.in_the_way(
    o bookings.occupation, p_slot uuid, OUT blocked boolean, OUT seen boolean)
LANGUAGE sql STABLE AS $$
    SELECT count(*) > 0, coalesce(bool_or(bookings.is_watched(y)), false)
    FROM bookings.occupation y
    WHERE y.status = 'ACTIVE' AND y.overstay_since IS NOT NULL AND y.slot_id = p_slot AND y.id <> o.id
$$;

-- Tells drivers who are in that their stay ends soon (ENDING_SOON) or now (ENDED), at most so many; handled is how many were
-- looked at. Who has just come or just stayed on knows it and is not told; nor is told of an end that lies behind the grace.
CREATE OR REPLACE FUNCTION bookings.warn_stays(
    p_warning text, p_before_millis bigint, p_grace_millis bigint, p_limit int,
    OUT handled int, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    soon CONSTANT boolean := p_warning = 'ENDING_SOON';
    before CONSTANT interval := p_before_millis * interval '1 millisecond';
    grace CONSTANT interval := p_grace_millis * interval '1 millisecond';
    chosen bookings.occupation[];
BEGIN
    types := '{}';
    bodies := '{}';
    IF soon THEN
        SELECT array_agg(d.o ORDER BY (d.o).listing_id, (d.o).id) INTO chosen FROM (
            SELECT x AS o FROM bookings.occupation x
            WHERE x.status = 'ACTIVE' AND x.warned_for IS DISTINCT FROM upper(x.stay) AND upper(x.stay) <= now() + before
            ORDER BY upper(x.stay) LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    ELSE
        SELECT array_agg(d.o ORDER BY (d.o).listing_id, (d.o).id) INTO chosen FROM (
            SELECT x AS o FROM bookings.occupation x
            WHERE x.status = 'ACTIVE' AND x.ended_for IS DISTINCT FROM upper(x.stay) AND upper(x.stay) <= now()
            ORDER BY upper(x.stay) LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    END IF;
    handled := coalesce(cardinality(chosen), 0);
    IF handled = 0 THEN
        RETURN;
    END IF;
    UPDATE bookings.occupation x
    SET warned_for = upper(x.stay), ended_for = CASE WHEN soon THEN x.ended_for ELSE upper(x.stay) END
    FROM unnest(chosen) AS d WHERE x.id = d.id;
    FOREACH o IN ARRAY chosen LOOP
        CONTINUE WHEN soon AND (upper(o.stay) <= now() OR EXISTS (
            SELECT FROM bookings.transition t
            WHERE t.booking_id = o.id AND t.status = 'ACTIVE' AND t.at > upper(o.stay) - before - interval '1 minute'));
        CONTINUE WHEN NOT soon AND upper(o.stay) + grace <= now();
        types := types || 'bookings.BookingWarned'::text;
        bodies := bodies || bookings.tell('bookings.BookingWarned', o.listing_id,
            concat('"booking":', bookings.booking_json(o), ',"warning":"', p_warning, '"'), NULL);
    END LOOP;
END
$$;

-- What becomes of stays whose grace is over, at most so many. Where the place sees who goes, a driver whom it has not seen
-- inside has gone, and the stay ends with its time (RULES 20). Otherwise they are in the slot without a right to it, as far as
-- anybody knows: BookingOverstayed, which says whether that was seen; if not, the driver is asked.
CREATE OR REPLACE FUNCTION bookings.overstay_stays(
    p_grace_millis bigint, p_limit int, OUT handled int, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    grace CONSTANT interval := p_grace_millis * interval '1 millisecond';
    chosen bookings.occupation[];
    ended bookings.occupation[] := '{}';
    sees boolean;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT array_agg(d.o ORDER BY (d.o).listing_id, (d.o).id) INTO chosen FROM (
        SELECT x AS o FROM bookings.occupation x
        WHERE x.status = 'ACTIVE' AND x.overstay_since IS NULL AND upper(x.stay) <= now() - grace
            -- The money for a longer stay may still come.
            AND NOT EXISTS (
                SELECT FROM bookings.charge c
                WHERE c.booking_id = x.id AND c.status = 'PENDING' AND c.purpose <> 'OVERSTAY')
        ORDER BY upper(x.stay) LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    handled := coalesce(cardinality(chosen), 0);
    IF handled = 0 THEN
        RETURN;
    END IF;
    FOREACH o IN ARRAY chosen LOOP
        SELECT w.sees_exit INTO sees FROM bookings.watch w WHERE w.listing_id = o.listing_id;
        IF coalesce(sees, false) AND NOT bookings.is_watched(o) THEN
            UPDATE bookings.occupation x
            SET live = false, status = 'COMPLETED', version = x.version + 1, left_at = greatest(upper(x.stay), x.entered_at)
            WHERE x.id = o.id RETURNING x.* INTO o;
        ELSE
            UPDATE bookings.occupation x
            SET overstay_since = upper(x.stay) + grace, overstay_hour = bookings.overstay_rate(x), version = x.version + 1
            WHERE x.id = o.id RETURNING x.* INTO o;
        END IF;
        ended := ended || o;
    END LOOP;
    FOREACH o IN ARRAY ended LOOP
        IF o.status = 'COMPLETED' THEN
            types := types || 'bookings.BookingCompleted'::text;
            bodies := bodies || bookings.tell_change(o, 'bookings.BookingCompleted', NULL, 'STAY_OVER', NULL, NULL);
        ELSE
            types := types || 'bookings.BookingOverstayed'::text;
            bodies := bodies || bookings.tell_more(o, 'bookings.BookingOverstayed',
                concat(',"seen":', bookings.is_watched(o)::text), NULL, 'OVERSTAYED', NULL, NULL);
        END IF;
    END LOOP;
END
$$;

-- Ends stays, at most so many, of drivers who were asked for so long whether they have gone and have not said: nobody has seen
-- them stay, so that they pay nothing for it.
CREATE OR REPLACE FUNCTION bookings.close_unanswered(
    p_max_millis bigint, p_limit int, OUT handled int, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    chosen bookings.occupation[];
    ended bookings.occupation[] := '{}';
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT array_agg(d.o ORDER BY (d.o).listing_id, (d.o).id) INTO chosen FROM (
        SELECT x AS o FROM bookings.occupation x
        WHERE x.status = 'ACTIVE' AND x.overstay_since IS NOT NULL
            AND x.overstay_since <= now() - p_max_millis * interval '1 millisecond'
            AND NOT bookings.is_watched(x)
        ORDER BY x.overstay_since LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    handled := coalesce(cardinality(chosen), 0);
    IF handled = 0 THEN
        RETURN;
    END IF;
    FOREACH o IN ARRAY chosen LOOP
        UPDATE bookings.occupation x
        SET live = false, status = 'COMPLETED', version = x.version + 1, overstay_since = NULL
        WHERE x.id = o.id RETURNING x.* INTO o;
        ended := ended || o;
    END LOOP;
    FOREACH o IN ARRAY ended LOOP
        types := types || 'bookings.BookingCompleted'::text;
        bodies := bodies || bookings.tell_change(o, 'bookings.BookingCompleted', NULL, 'STAY_OVER', 'UNANSWERED', NULL);
    END LOOP;
END
$$;

-- Marks bookings, at most so many, whose drivers have not come so long after the start, where the place sees who comes (RULES
-- 19). The slot is kept for them until the end of the stay, unless the host lets it be sold again.
CREATE OR REPLACE FUNCTION bookings.miss_stays(
    p_after_millis bigint, p_limit int, OUT handled int, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    w bookings.watch;
    chosen bookings.occupation[];
    gone bookings.occupation[] := '{}';
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT array_agg(d.o ORDER BY (d.o).listing_id, (d.o).id) INTO chosen FROM (
        SELECT x AS o FROM bookings.occupation x
        WHERE x.status = 'CONFIRMED' AND NOT x.missed
            AND lower(x.stay) <= now() - p_after_millis * interval '1 millisecond'
            AND NOT EXISTS (
                SELECT FROM bookings.charge c
                WHERE c.booking_id = x.id AND c.status = 'PENDING' AND c.purpose <> 'OVERSTAY')
        ORDER BY lower(x.stay) LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    handled := coalesce(cardinality(chosen), 0);
    IF handled = 0 THEN
        RETURN;
    END IF;
    FOREACH o IN ARRAY chosen LOOP
        SELECT * INTO w FROM bookings.watch x WHERE x.listing_id = o.listing_id AND x.sees_entry;
        IF NOT FOUND THEN
            UPDATE bookings.occupation x SET missed = true WHERE x.id = o.id;
            CONTINUE;
        END IF;
        UPDATE bookings.occupation x
        SET missed = true, status = 'NO_SHOW', live = NOT w.release_no_shows, version = x.version + 1
        WHERE x.id = o.id RETURNING x.* INTO o;
        IF NOT o.live THEN
            DELETE FROM bookings.pass p WHERE p.booking_id = o.id;
        END IF;
        gone := gone || o;
    END LOOP;
    FOREACH o IN ARRAY gone LOOP
        types := types || 'bookings.BookingMissed'::text;
        bodies := bodies || bookings.tell_more(o, 'bookings.BookingMissed',
            concat(',"released":', (NOT o.live)::text), NULL, 'NOT_ENTERED', NULL, NULL);
    END LOOP;
END
$$;

-- The host waives the fee of staying too long: CHANGED with the event, ALREADY, or ILLEGAL when nobody has stayed too long.
-- What was paid goes back; a charge that was not paid is dropped in favour of a smaller one.
CREATE OR REPLACE FUNCTION bookings.waive_fee(
    p_id uuid, p_actor uuid, p_why text, p_charge uuid, p_correlation text,
    OUT outcome text, OUT status text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    c bookings.charge;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    status := o.status;
    outcome := CASE
        WHEN o.id IS NULL THEN 'UNKNOWN'
        WHEN o.fee_waived_at IS NOT NULL THEN 'ALREADY'
        WHEN o.overstay_since IS NULL OR o.status NOT IN ('ACTIVE', 'COMPLETED') THEN 'ILLEGAL'
        ELSE 'CHANGED'
    END;
    IF outcome <> 'CHANGED' THEN
        RETURN;
    END IF;
    SELECT * INTO c FROM bookings.charge x
    WHERE x.booking_id = p_id AND x.purpose = 'OVERSTAY' AND x.status <> 'DROPPED';
    IF c.status = 'SETTLED' THEN
        UPDATE bookings.charge x SET refund_amount = x.refund_amount + c.admin_fee WHERE x.id = c.id;
    ELSIF c.status = 'PENDING' AND c.admin_fee > 0 THEN
        UPDATE bookings.charge x SET status = 'DROPPED' WHERE x.id = c.id;
        IF c.amount > c.admin_fee THEN
            INSERT INTO bookings.charge (id, booking_id, purpose, status, amount, actor, hours, admin_fee, created_at)
            VALUES (p_charge, p_id, 'OVERSTAY', 'PENDING', c.amount - c.admin_fee, p_actor, c.hours, 0, now());
        END IF;
    END IF;
    UPDATE bookings.occupation x
    SET fee_waived_at = now(), fee_waived_by = p_actor, fee_waived_reason = p_why, version = x.version + 1,
        overstay_amount = x.overstay_amount - coalesce(c.admin_fee, 0)
    WHERE x.id = p_id RETURNING x.* INTO o;
    types := types || 'bookings.BookingFeeWaived'::text;
    bodies := bodies || bookings.tell_change(o, 'bookings.BookingFeeWaived', p_actor, 'FEE_WAIVED', p_why, p_correlation);
END
$$;

-- Takes bookings, at most so many, that begin within that time or have begun, and in whose slot somebody still is: to be
-- brought elsewhere by whoever has taken them. They are not taken again for a while, so that one that cannot be helped now is
-- tried again, and one whose node has died is not forgotten.
CREATE OR REPLACE FUNCTION bookings.take_blocked(p_lead_millis bigint, p_again_millis bigint, p_limit int)
RETURNS TABLE (booking uuid)
LANGUAGE sql
SET enable_seqscan = off
AS $$
    UPDATE bookings.occupation x SET rescue_tried_at = now()
    WHERE x.id IN (
        SELECT n.id FROM bookings.occupation y JOIN bookings.occupation n
            ON n.live AND n.slot_id = y.slot_id AND n.status = 'CONFIRMED'
            AND n.stay && tstzrange(now(), now() + p_lead_millis * interval '1 millisecond', '[]')
        WHERE y.status = 'ACTIVE' AND y.overstay_since IS NOT NULL
            AND (n.rescue_tried_at IS NULL OR n.rescue_tried_at <= now() - p_again_millis * interval '1 millisecond')
        LIMIT p_limit FOR UPDATE OF n SKIP LOCKED)
    RETURNING x.id
$$;

-- Brings a booking whose slot is not empty to the first free one of the given slots of its listing (MOVED), else to the first
-- of the given places (ELSEWHERE): [{"listing", "host", "slot", "slotName", "title", "address", "lat", "lng", "zone",
-- "worth"}], worth being what the stay costs there. The price stays as it is (RULES 18). When nothing is free: NONE, or
-- REFUNDED when that is final, with all that was paid to go back.
--
-- NOT_NEEDED when nobody is in the way any more, or the driver is in; STALE when the booking is not of that version. sure is
-- whether somebody is in the way for certain: seen, or claimed by the driver who stands before it. Nobody is sent away
-- on a guess: NONE as long as that is not so.
CREATE OR REPLACE FUNCTION bookings.rescue_booking(
    p_id uuid, p_version bigint, p_claimed boolean, p_slots uuid[], p_slot_names text[], p_places jsonb, p_final boolean,
    p_pins int[], p_nonce bigint, p_correlation text,
    OUT outcome text, OUT sure boolean, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    old bookings.occupation;
    way record;
    place jsonb;
    candidate_pin int;
    dropped uuid[] := '{}';
    origin text;
    gone text;
BEGIN
    types := '{}';
    bodies := '{}';
    sure := false;
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    way := bookings.in_the_way(o, o.slot_id);
    outcome := CASE
        WHEN o.id IS NULL THEN 'UNKNOWN'
        WHEN o.status <> 'CONFIRMED' OR upper(o.stay) <= clock_timestamp() OR NOT way.blocked THEN 'NOT_NEEDED'
        WHEN o.version <> p_version THEN 'STALE'
        ELSE 'NONE'
    END;
    IF outcome <> 'NONE' THEN
        RETURN;
    END IF;
    sure := way.seen OR p_claimed;
    old := o;
    FOR i IN 1 .. cardinality(p_slots) LOOP
        CONTINUE WHEN p_slots[i] = old.slot_id OR (bookings.in_the_way(o, p_slots[i])).blocked OR EXISTS (
            SELECT FROM bookings.occupation x WHERE x.live AND x.slot_id = p_slots[i] AND x.stay && o.stay);
        BEGIN
            UPDATE bookings.occupation x
            SET slot_id = p_slots[i], slot_name = p_slot_names[i], version = x.version + 1
            WHERE x.id = p_id RETURNING x.* INTO o;
            outcome := 'MOVED';
            EXIT;
        EXCEPTION WHEN exclusion_violation THEN
            -- Somebody was faster: the next one.
        END;
    END LOOP;
    IF outcome = 'NONE' AND sure THEN
        FOR place IN SELECT e FROM jsonb_array_elements(p_places) AS e LOOP
            CONTINUE WHEN (bookings.in_the_way(o, (place->>'slot')::uuid)).blocked OR EXISTS (
                SELECT FROM bookings.occupation x
                WHERE x.live AND x.slot_id = (place->>'slot')::uuid AND x.stay && o.stay);
            BEGIN
                UPDATE bookings.occupation x
                SET listing_id = (place->>'listing')::uuid, host_id = (place->>'host')::uuid, slot_id = (place->>'slot')::uuid,
                    slot_name = place->>'slotName', title = place->>'title', location_text = place->>'address',
                    lat = (place->>'lat')::float8, lng = (place->>'lng')::float8, time_zone = place->>'zone',
                    version = x.version + 1
                WHERE x.id = p_id RETURNING x.* INTO o;
                outcome := 'ELSEWHERE';
                EXIT;
            EXCEPTION WHEN exclusion_violation THEN
                -- Somebody was faster: the next one.
            END;
        END LOOP;
    END IF;
    IF outcome = 'NONE' AND NOT (sure AND p_final) THEN
        RETURN;
    END IF;

    dropped := bookings.drop_changes(p_id);
    IF outcome = 'NONE' THEN
        PERFORM bookings.give_back(p_id, o.price_amount);
        UPDATE bookings.occupation x SET live = false, status = 'CANCELLED_BY_HOST', version = x.version + 1
        WHERE x.id = p_id RETURNING x.* INTO o;
        DELETE FROM bookings.pass p WHERE p.booking_id = p_id;
        outcome := 'REFUNDED';
    ELSIF outcome = 'ELSEWHERE' THEN
        -- Its PIN is another place's, its QR code too: the old ones open nothing any more.
        FOREACH candidate_pin IN ARRAY p_pins LOOP
            BEGIN
                UPDATE bookings.pass p
                SET listing_id = o.listing_id, pin = candidate_pin, nonce = p_nonce, days = daterange(
                    (lower(o.stay) AT TIME ZONE o.time_zone)::date, (upper(o.stay) AT TIME ZONE o.time_zone)::date, '[]')
                WHERE p.booking_id = p_id;
                candidate_pin := NULL;
                EXIT;
            EXCEPTION WHEN exclusion_violation THEN
                -- Somebody else's: the next one.
            END;
        END LOOP;
        IF candidate_pin IS NOT NULL THEN
            RAISE EXCEPTION 'no PIN is free for booking %', p_id;
        END IF;
    END IF;

    gone := concat('{"id":"', old.id, '","slot":"', old.slot_id, '","stay":', bookings.stay_json(old.stay), ',"live":false}');
    origin := concat('{"listing":"', old.listing_id, '","host":"', old.host_id, '","title":', to_json(old.title),
        ',"slotName":', to_json(old.slot_name), '}');
    -- Calendars are locked in the order of their listings.
    IF o.listing_id > old.listing_id THEN
        SELECT t.types, t.bodies INTO types, bodies
        FROM bookings.tell_withdrawn(old, gone, dropped, p_correlation, types, bodies) t;
    ELSIF o.listing_id = old.listing_id THEN
        SELECT t.types, t.bodies INTO types, bodies
        FROM bookings.tell_unblocked(old.listing_id, dropped, p_correlation, types, bodies) t;
    END IF;
    IF outcome = 'REFUNDED' THEN
        types := types || 'bookings.BookingDisplaced'::text;
        bodies := bodies || bookings.tell_change(o, 'bookings.BookingDisplaced', NULL, 'SLOT_OCCUPIED', NULL, p_correlation);
    ELSE
        types := types || 'bookings.BookingRescued'::text;
        bodies := bodies || bookings.tell_more(o, 'bookings.BookingRescued',
            concat(',"left":', gone, ',"origin":', origin,
                CASE WHEN outcome = 'ELSEWHERE' THEN concat(',"worth":{"amount":', (place->>'worth')::bigint, ',"currency":"',
                    o.price_currency, '"}') END),
            NULL, 'RESCUED', concat(old.title, ', ', old.slot_name), p_correlation);
    END IF;
    IF o.listing_id < old.listing_id THEN
        SELECT t.types, t.bodies INTO types, bodies
        FROM bookings.tell_withdrawn(old, gone, dropped, p_correlation, types, bodies) t;
    END IF;
END
$$;

-- Tells the calendar that a booking has left for another listing.
CREATE OR REPLACE FUNCTION bookings.tell_withdrawn(
    old bookings.occupation, p_left text, p_dropped uuid[], p_correlation text, INOUT types text[], INOUT bodies text[])
LANGUAGE plpgsql AS $$
BEGIN
    SELECT t.types, t.bodies INTO types, bodies
    FROM bookings.tell_unblocked(old.listing_id, p_dropped, p_correlation, types, bodies) t;
    types := types || 'bookings.BookingWithdrawn'::text;
    bodies := bodies || bookings.tell('bookings.BookingWithdrawn', old.listing_id,
        concat('"id":"', old.id, '","listing":"', old.listing_id, '","left":', p_left), p_correlation);
END
$$;

-- What a place sees of who comes and goes from now on. An older word than the last one changes nothing.
CREATE OR REPLACE FUNCTION bookings.watch_place(
    p_listing uuid, p_entry boolean, p_exit boolean, p_release boolean, p_version bigint) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO bookings.watch AS w (listing_id, sees_entry, sees_exit, release_no_shows, version)
    VALUES (p_listing, p_entry, p_exit, p_release, p_version)
    ON CONFLICT (listing_id) DO UPDATE
    SET sees_entry = excluded.sees_entry, sees_exit = excluded.sees_exit, release_no_shows = excluded.release_no_shows,
        version = excluded.version
    WHERE w.version < excluded.version
$$;
