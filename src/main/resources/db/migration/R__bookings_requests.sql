-- Bookings that a host is asked for (RULES 12). The rules of R__bookings_functions.sql hold here too: each function is one
-- statement and one transaction, and locks are taken in the same order.

-- Until when a host has to answer who is asked now: half of the time to the start, or as long as is given.
CREATE OR REPLACE FUNCTION bookings.answer_until(p_from timestamptz, p_answer_millis bigint) RETURNS timestamptz
LANGUAGE sql STABLE
RETURN date_trunc('milliseconds', now()
    + least(p_answer_millis * interval '1 millisecond', greatest(p_from - now(), interval '0') / 2));

-- Asks for the first of the given slots that nobody has booked: PLACED with the event, REPLAYED, KEY_REUSED, QUOTE_STALE or
-- TAKEN, as place_booking. It keeps nothing from others: many may ask for the same time. The host has until half of the
-- time to the start, or as long as is given when that is shorter.
--
-- Where money has to be set aside first, the driver has so many milliseconds for that, and then ask_host asks.
DROP FUNCTION IF EXISTS bookings.request_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text, int);
DROP FUNCTION IF EXISTS bookings.request_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text);
DROP FUNCTION IF EXISTS bookings.request_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text, int, bigint);
DROP FUNCTION IF EXISTS bookings.request_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text, int, bigint, text);
CREATE OR REPLACE FUNCTION bookings.request_booking(
    p_id uuid, p_listing uuid, p_slots uuid[], p_slot_names text[], p_from timestamptz, p_to timestamptz,
    p_driver uuid, p_host uuid, p_vehicle uuid, p_price bigint, p_currency text, p_commission int, p_policy text,
    p_title text, p_location text, p_lat float8, p_lng float8, p_zone text, p_answer_millis bigint,
    p_quote_expires timestamptz, p_method text, p_key text, p_hash bytea, p_correlation text, p_buffer int DEFAULT 0,
    p_hold_millis bigint DEFAULT NULL, p_discount text DEFAULT NULL, p_fee text DEFAULT NULL,
    OUT outcome text, OUT booking_id uuid, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    wanted CONSTANT tstzrange := tstzrange(p_from, p_to);
    around CONSTANT tstzrange := bookings.near(wanted, p_buffer);
    o bookings.occupation;
    hash bytea;
    chosen int;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT i INTO chosen FROM generate_subscripts(p_slots, 1) AS i
    WHERE NOT EXISTS (
        SELECT FROM bookings.occupation x
        WHERE x.live AND x.slot_id = p_slots[i] AND x.stay && around AND bookings.in_the_way(x, wanted))
    ORDER BY i LIMIT 1;
    IF p_quote_expires > now() AND chosen IS NOT NULL THEN
        INSERT INTO bookings.occupation (
            id, listing_id, slot_id, stay, live, version, status, slot_name, driver_id, host_id, vehicle_id,
            price_amount, price_currency, commission, policy, title, location_text, lat, lng, time_zone,
            hold_expires_at, created_at, payment_status, payment_method, requested, idempotency_key, request_hash,
            buffer_minutes, fee)
        VALUES (
            p_id, p_listing, p_slots[chosen], wanted, false, 1, 'PENDING_HOST', p_slot_names[chosen], p_driver, p_host,
            p_vehicle, p_price, p_currency, p_commission, p_policy, p_title, p_location, p_lat, p_lng, p_zone,
            CASE WHEN p_hold_millis IS NULL THEN bookings.answer_until(p_from, p_answer_millis)
                ELSE date_trunc('milliseconds', now() + p_hold_millis * interval '1 millisecond') END,
            date_trunc('milliseconds', now()),
            CASE WHEN p_hold_millis IS NULL THEN 'REQUIRES_PAYMENT_METHOD' ELSE 'PROCESSING' END,
            p_method, true, p_key, p_hash, p_buffer, p_fee::json)
        ON CONFLICT DO NOTHING
        RETURNING * INTO o;
    END IF;
    IF o.id IS NULL THEN
        SELECT x.id, x.request_hash INTO booking_id, hash FROM bookings.occupation x
        WHERE x.driver_id = p_driver AND x.idempotency_key = p_key;
        outcome := CASE
            WHEN hash = p_hash THEN 'REPLAYED'
            WHEN hash IS NOT NULL THEN 'KEY_REUSED'
            WHEN p_quote_expires <= now() THEN 'QUOTE_STALE'
            ELSE 'TAKEN'
        END;
        RETURN;
    END IF;
    outcome := 'PLACED';
    booking_id := p_id;
    IF p_discount IS NOT NULL THEN
        PERFORM promotions.reserve(p_id, p_driver, p_discount::jsonb);
    END IF;
    types := types || CASE WHEN p_hold_millis IS NULL THEN 'bookings.BookingRequested' ELSE 'bookings.BookingBegun' END;
    bodies := bodies || bookings.tell(
        types[1], p_listing, concat('"booking":', bookings.booking_json(o)), p_correlation);
END
$$;

-- The money for a request is set aside: the host is asked, ASKED with the event. ALREADY when that has been done; ENDED when
-- nobody wants it any more, so that the money is to be given up.
CREATE OR REPLACE FUNCTION bookings.ask_host(
    p_id uuid, p_answer_millis bigint, p_correlation text, OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
BEGIN
    types := '{}';
    bodies := '{}';
    UPDATE bookings.occupation x
    SET payment_status = 'AUTHORISED', version = x.version + 1,
        hold_expires_at = bookings.answer_until(lower(x.stay), p_answer_millis)
    WHERE x.id = p_id AND x.status = 'PENDING_HOST' AND NOT x.live
        AND x.payment_status IN ('PROCESSING', 'REQUIRES_ACTION')
    RETURNING x.* INTO o;
    IF o.id IS NULL THEN
        outcome := CASE
            WHEN EXISTS (
                SELECT FROM bookings.occupation x
                WHERE x.id = p_id AND x.status IN ('EXPIRED', 'DECLINED', 'CANCELLED_BY_DRIVER')) THEN 'ENDED'
            ELSE 'ALREADY'
        END;
        RETURN;
    END IF;
    outcome := 'ASKED';
    types := types || 'bookings.BookingRequested'::text;
    bodies := bodies || bookings.tell_change(o, 'bookings.BookingRequested', NULL, 'AUTHORISED', NULL, p_correlation);
END
$$;

-- The host says yes: ACCEPTED, and the first of the given slots that is free is kept for it while the card is charged;
-- PENDING when that is so already; ALREADY when it is confirmed; TAKEN when nothing is free any more; ILLEGAL in other
-- states and when the answer comes too late; STALE when the driver has changed it since the host saw it.
DROP FUNCTION IF EXISTS bookings.accept_request(uuid, uuid[], text[], bigint);
CREATE OR REPLACE FUNCTION bookings.accept_request(
    p_id uuid, p_slots uuid[], p_slot_names text[], p_hold_millis bigint, p_version bigint DEFAULT NULL,
    OUT outcome text, OUT status text, OUT method text)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
BEGIN
    -- One after the other, so that who comes later sees that the slot is taken: two that try at once, and the first one's
    -- confirmation, would wait for each other at the constraint.
    PERFORM pg_advisory_xact_lock(hashtextextended(x.listing_id::text, 33)) FROM bookings.occupation x WHERE x.id = p_id;
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    status := o.status;
    method := o.payment_method;
    outcome := CASE
        WHEN o.id IS NULL THEN 'UNKNOWN'
        WHEN o.status IN ('CONFIRMED', 'ACTIVE', 'COMPLETED') THEN 'ALREADY'
        WHEN o.status <> 'PENDING_HOST' OR o.hold_expires_at <= clock_timestamp() THEN 'ILLEGAL'
        WHEN o.live THEN 'PENDING'
        -- The host has not been asked yet.
        WHEN o.payment_status IN ('PROCESSING', 'REQUIRES_ACTION') THEN 'ILLEGAL'
        WHEN o.version <> p_version THEN 'STALE'
        ELSE 'TAKEN'
    END;
    IF outcome <> 'TAKEN' THEN
        RETURN;
    END IF;
    FOR i IN 1 .. cardinality(p_slots) LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM bookings.occupation x
            WHERE x.live AND x.slot_id = p_slots[i] AND x.stay && bookings.near(o.stay, o.buffer_minutes)
                AND bookings.in_the_way(x, o.stay));
        BEGIN
            UPDATE bookings.occupation x
            SET live = true, slot_id = p_slots[i], slot_name = p_slot_names[i], payment_status = 'PROCESSING',
                hold_expires_at = date_trunc('milliseconds', clock_timestamp() + p_hold_millis * interval '1 millisecond')
            WHERE x.id = p_id;
            outcome := 'ACCEPTED';
            RETURN;
        EXCEPTION WHEN exclusion_violation THEN
            -- Somebody was faster: the next one.
        END;
    END LOOP;
END
$$;

-- The host says no: ENDED with the event, ALREADY, or ILLEGAL in other states.
CREATE OR REPLACE FUNCTION bookings.decline_request(
    p_id uuid, p_actor uuid, p_detail text, p_correlation text,
    OUT outcome text, OUT status text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    status := o.status;
    outcome := CASE
        WHEN o.status = 'DECLINED' THEN 'ALREADY'
        WHEN o.id IS NULL OR o.status <> 'PENDING_HOST' OR o.live THEN 'ILLEGAL'
        ELSE 'ENDED'
    END;
    IF outcome <> 'ENDED' THEN
        RETURN;
    END IF;
    UPDATE bookings.occupation x SET status = 'DECLINED', version = x.version + 1, hold_expires_at = NULL
    WHERE x.id = p_id
    RETURNING x.* INTO o;
    types := types || 'bookings.BookingDeclined'::text;
    bodies := bodies || bookings.tell_change(
        o, 'bookings.BookingDeclined', p_actor, 'DECLINED_BY_HOST', p_detail, p_correlation);
END
$$;

-- Declines the requests that an accepted one has left no slot for, of those given: all of the listing's.
CREATE OR REPLACE FUNCTION bookings.decline_overtaken(
    p_accepted uuid, p_slots uuid[], p_correlation text, OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    ended bookings.occupation[] := '{}';
BEGIN
    types := '{}';
    bodies := '{}';
    outcome := 'ENDED';
    -- No request is skipped because it is just being accepted in vain.
    PERFORM pg_advisory_xact_lock(hashtextextended(x.listing_id::text, 33))
    FROM bookings.occupation x WHERE x.id = p_accepted;
    FOR o IN
        SELECT x.* FROM bookings.occupation x JOIN bookings.occupation a
            ON a.id = p_accepted AND x.listing_id = a.listing_id
                AND x.stay && bookings.near(a.stay, a.buffer_minutes)
        WHERE x.status = 'PENDING_HOST' AND NOT x.live
        ORDER BY x.id FOR UPDATE OF x SKIP LOCKED
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM unnest(p_slots) AS s (id)
            WHERE NOT EXISTS (
                SELECT FROM bookings.occupation y
                WHERE y.live AND y.slot_id = s.id AND y.stay && bookings.near(o.stay, o.buffer_minutes)
                    AND bookings.in_the_way(y, o.stay)));
        UPDATE bookings.occupation x SET status = 'DECLINED', version = x.version + 1, hold_expires_at = NULL
        WHERE x.id = o.id
        RETURNING x.* INTO o;
        ended := ended || o;
    END LOOP;
    FOREACH o IN ARRAY ended LOOP
        types := types || 'bookings.BookingDeclined'::text;
        bodies := bodies || bookings.tell_change(
            o, 'bookings.BookingDeclined', NULL, 'ANOTHER_ACCEPTED', NULL, p_correlation);
    END LOOP;
END
$$;

-- The driver wants another time before the host has answered, for no more than what is set aside (RULES 12, 28): CHANGED with
-- the event, and what is set aside stays so until the host has answered. The host has no longer for it than before.
--
-- ALREADY when it is so; DEARER when it costs more than is set aside; TAKEN when nothing is free then; QUOTE_STALE when its
-- price has expired; STALE when the request is not of that version; ILLEGAL once the host has answered, and in other states.
CREATE OR REPLACE FUNCTION bookings.change_request(
    p_id uuid, p_actor uuid, p_version bigint, p_slots uuid[], p_slot_names text[], p_from timestamptz, p_to timestamptz,
    p_price bigint, p_quote_expires timestamptz, p_answer_millis bigint, p_discount text, p_correlation text,
    OUT outcome text, OUT status text, OUT set_aside bigint, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    wanted CONSTANT tstzrange := tstzrange(p_from, p_to);
    o bookings.occupation;
    old bookings.occupation;
    moment timestamptz;
    chosen int;
BEGIN
    types := '{}';
    bodies := '{}';
    -- The row's lock decides between this and the host's answer.
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    moment := clock_timestamp();
    status := o.status;
    set_aside := coalesce(o.set_aside_amount, o.price_amount);
    outcome := CASE
        WHEN o.id IS NULL THEN 'UNKNOWN'
        WHEN o.stay = wanted AND o.slot_id = ANY (p_slots) AND o.price_amount = p_price THEN 'ALREADY'
        WHEN o.status <> 'PENDING_HOST' OR o.live OR o.hold_expires_at <= moment
            OR o.payment_status IN ('PROCESSING', 'REQUIRES_ACTION') THEN 'ILLEGAL'
        WHEN o.version <> p_version THEN 'STALE'
        WHEN p_quote_expires <= moment THEN 'QUOTE_STALE'
        WHEN p_price > coalesce(o.set_aside_amount, o.price_amount) THEN 'DEARER'
        ELSE 'TAKEN'
    END;
    IF outcome <> 'TAKEN' THEN
        RETURN;
    END IF;
    SELECT i INTO chosen FROM generate_subscripts(p_slots, 1) AS i
    WHERE NOT EXISTS (
        SELECT FROM bookings.occupation x
        WHERE x.live AND x.slot_id = p_slots[i] AND x.stay && bookings.near(wanted, o.buffer_minutes)
            AND bookings.in_the_way(x, wanted))
    ORDER BY i LIMIT 1;
    IF chosen IS NULL THEN
        RETURN;
    END IF;
    old := o;
    UPDATE bookings.occupation x
    SET stay = wanted, slot_id = p_slots[chosen], slot_name = p_slot_names[chosen], version = x.version + 1,
        price_amount = p_price, set_aside_amount = nullif(coalesce(x.set_aside_amount, x.price_amount), p_price),
        hold_expires_at = CASE WHEN p_from < lower(x.stay)
            THEN least(x.hold_expires_at, bookings.answer_until(p_from, p_answer_millis)) ELSE x.hold_expires_at END
    WHERE x.id = p_id
    RETURNING x.* INTO o;
    IF p_discount IS NOT NULL THEN
        PERFORM promotions.lower(p_id, p_discount::jsonb);
    END IF;
    outcome := 'CHANGED';
    INSERT INTO bookings.transition (booking_id, version, status, actor, reason, detail, at)
    VALUES (o.id, o.version, o.status, p_actor, 'MODIFIED',
        concat(bookings.instant(lower(old.stay)), '/', bookings.instant(upper(old.stay))),
        date_trunc('milliseconds', clock_timestamp()));
    types := types || 'bookings.BookingRequestChanged'::text;
    bodies := bodies || bookings.tell('bookings.BookingRequestChanged', o.listing_id,
        concat('"booking":', bookings.booking_json(o), ',"before":', bookings.stay_json(old.stay),
            ',"priceBefore":{"amount":', old.price_amount, ',"currency":"', old.price_currency, '"}'),
        p_correlation);
END
$$;
