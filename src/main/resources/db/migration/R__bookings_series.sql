-- Bookings that are made together (BK10). The rules of R__bookings_functions.sql hold here too: each function is one statement
-- and one transaction, all rows of bookings.occupation come before any pass, and the calendar comes last.
--
-- Of a series the rows are made and locked in the order of time, which their numbers say. No two of them overlap, so that what
-- one series waits for always begins later than all that it has: two of them never wait for each other in a circle.

-- The slot for each stay, by its place among the slots, 0 where none is free: the first one that is free for all of them, else for
-- each the first that is free then. Expired holds do not count.
CREATE OR REPLACE FUNCTION bookings.plan_series(
    p_slots uuid[], p_froms timestamptz[], p_tos timestamptz[], p_buffer int) RETURNS int[]
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    RETURN (
        WITH free AS MATERIALIZED (
            SELECT s.i, t.k
            FROM unnest(p_slots) WITH ORDINALITY AS s (id, i)
            CROSS JOIN unnest(p_froms, p_tos) WITH ORDINALITY AS t (begins, ends, k)
            WHERE NOT EXISTS (
                SELECT FROM bookings.occupation x
                WHERE x.live AND x.slot_id = s.id AND x.stay && bookings.near(tstzrange(t.begins, t.ends), p_buffer)
                    AND bookings.in_the_way(x, tstzrange(t.begins, t.ends))
                    AND NOT (coalesce(x.status, '') = 'HELD' AND x.hold_expires_at <= now()))),
        for_all AS (
            SELECT min(w.i) AS i
            FROM (SELECT f.i FROM free f GROUP BY f.i HAVING count(*) = cardinality(p_froms)) w)
        SELECT array_agg(coalesce(a.i, (SELECT min(f.i) FROM free f WHERE f.k = n), 0)::int ORDER BY n)
        FROM generate_series(1, cardinality(p_froms)) AS n CROSS JOIN for_all a);
END
$$;

-- Books all of the stays or none: PLACED with the events, the last of which are the bookings'. TAKEN with the stays for which
-- none of the slots is free, counted from 1; then nothing was written. REPLAYED, KEY_REUSED and QUOTE_STALE are those of
-- bookings.place_booking. p_fees has the record BookedFee of each stay.
DROP FUNCTION IF EXISTS bookings.place_series(
    uuid, text, uuid[], uuid, uuid[], text[], timestamptz[], timestamptz[], bigint[], uuid, uuid, uuid, text, int, text, text, text,
    float8, float8, text, bigint, timestamptz, text, text, bytea, text, int);
CREATE OR REPLACE FUNCTION bookings.place_series(
    p_series uuid, p_rule text, p_ids uuid[], p_listing uuid, p_slots uuid[], p_slot_names text[], p_froms timestamptz[],
    p_tos timestamptz[], p_prices bigint[], p_driver uuid, p_host uuid, p_vehicle uuid, p_currency text, p_commission int,
    p_policy text, p_title text, p_location text, p_lat float8, p_lng float8, p_zone text, p_hold_millis bigint,
    p_quote_expires timestamptz, p_payment_status text, p_key text, p_hash bytea, p_correlation text, p_buffer int,
    p_fees text[] DEFAULT NULL,
    OUT outcome text, OUT series_id uuid, OUT conflicts int[], OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    size CONSTANT int := cardinality(p_ids);
    slots uuid[] := p_slots;
    names text[] := p_slot_names;
    plan int[];
    -- Slots that somebody else took between the look and the insert, or that something unseen keeps.
    unlucky uuid[] := '{}';
    failed int;
    i int;
    o bookings.occupation;
    made bookings.occupation[];
    ended bookings.occupation[];
    clearing record;
    hash bytea;
BEGIN
    types := '{}';
    bodies := '{}';
    conflicts := '{}';
    SELECT s.id, s.request_hash INTO series_id, hash FROM bookings.series s
    WHERE s.driver_id = p_driver AND s.idempotency_key = p_key;
    IF FOUND THEN
        outcome := CASE WHEN hash = p_hash THEN 'REPLAYED' ELSE 'KEY_REUSED' END;
        RETURN;
    END IF;
    IF p_quote_expires <= now() THEN
        outcome := 'QUOTE_STALE';
        RETURN;
    END IF;

    outcome := 'TAKEN';
    <<search>>
    LOOP
        plan := bookings.plan_series(slots, p_froms, p_tos, p_buffer);
        SELECT coalesce(array_agg(t.k::int ORDER BY t.k), '{}') INTO conflicts
        FROM unnest(plan) WITH ORDINALITY AS t (slot, k) WHERE t.slot = 0;
        EXIT search WHEN cardinality(conflicts) > 0;
        BEGIN
            INSERT INTO bookings.series AS s (id, driver_id, rule, created_at, idempotency_key, request_hash)
            VALUES (p_series, p_driver, p_rule, date_trunc('milliseconds', now()), p_key, p_hash)
            ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                -- This very request, sent twice, and the other one was faster.
                outcome := 'REPLAYED';
                EXIT search;
            END IF;
            made := '{}';
            ended := '{}';
            FOR k IN 1 .. size LOOP
                i := plan[k];
                failed := k;
                clearing := bookings.clear_expired(slots[i], tstzrange(p_froms[k], p_tos[k]), NULL, p_buffer);
                ended := ended || clearing.ended;
                IF NOT clearing.cleared THEN
                    RAISE EXCEPTION USING ERRCODE = 'BK001', MESSAGE = 'taken';
                END IF;
                INSERT INTO bookings.occupation AS x (
                    id, listing_id, slot_id, stay, live, version, status, slot_name, driver_id, host_id, vehicle_id,
                    price_amount, price_currency, commission, policy, title, location_text, lat, lng, time_zone,
                    hold_expires_at, created_at, payment_status, idempotency_key, request_hash, buffer_minutes,
                    series_id, series_number, series_size, fee)
                VALUES (
                    p_ids[k], p_listing, slots[i], tstzrange(p_froms[k], p_tos[k]), true, 1, 'HELD', names[i], p_driver,
                    p_host, p_vehicle, p_prices[k], p_currency, p_commission, p_policy, p_title, p_location, p_lat, p_lng,
                    p_zone, date_trunc('milliseconds', now() + p_hold_millis * interval '1 millisecond'),
                    date_trunc('milliseconds', now()), p_payment_status, concat('series:', p_series, ':', k), p_hash,
                    p_buffer, p_series, k, size, p_fees[k]::json)
                ON CONFLICT DO NOTHING
                RETURNING x.* INTO o;
                IF NOT FOUND THEN
                    RAISE EXCEPTION USING ERRCODE = 'BK001', MESSAGE = 'taken';
                END IF;
                made := made || o;
            END LOOP;
            outcome := 'PLACED';
            series_id := p_series;
        EXCEPTION WHEN SQLSTATE 'BK001' THEN
            -- All of it is undone. Who was faster has committed by now, and the next look sees it. Where it does not, the slot
            -- is left out: a stay that is over may keep its buffer there, or somebody may be at the hold that is in the way.
            i := plan[failed];
            IF slots[i] = ANY (unlucky) THEN
                slots := slots[:i - 1] || slots[i + 1:];
                names := names[:i - 1] || names[i + 1:];
                IF cardinality(slots) = 0 THEN
                    conflicts := ARRAY[failed];
                    EXIT search;
                END IF;
            ELSE
                unlucky := unlucky || slots[i];
            END IF;
        END;
        EXIT search WHEN outcome = 'PLACED';
    END LOOP;

    IF outcome = 'REPLAYED' THEN
        SELECT s.id, CASE WHEN s.request_hash = p_hash THEN 'REPLAYED' ELSE 'KEY_REUSED' END INTO series_id, outcome
        FROM bookings.series s WHERE s.driver_id = p_driver AND s.idempotency_key = p_key;
    ELSIF outcome = 'PLACED' THEN
        IF cardinality(ended) > 0 THEN
            SELECT t.types, t.bodies INTO types, bodies FROM bookings.tell_expired(ended, p_correlation, types, bodies) t;
        END IF;
        FOREACH o IN ARRAY made LOOP
            types := types || 'bookings.BookingPlaced'::text;
            bodies := bodies || bookings.tell(
                'bookings.BookingPlaced', p_listing, concat('"booking":', bookings.booking_json(o)), p_correlation);
        END LOOP;
    END IF;
END
$$;

-- The money for all of a series is there: CONFIRMED with the events, or ALREADY. What has expired is taken up again, in its slot
-- or one of the given ones, when that goes for all of them (RULES 9); else LOST: when that is final, what is still held is let
-- go, and all of the money must go back. UNKNOWN when there is no such series.
CREATE OR REPLACE FUNCTION bookings.confirm_series(
    p_series uuid, p_slots uuid[], p_slot_names text[], p_final boolean, p_pins int[], p_nonces bigint[], p_correlation text,
    OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    done bookings.occupation[] := '{}';
    late boolean[] := '{}';
    slots uuid[];
    names text[];
    placed boolean;
    candidate_pin int;
BEGIN
    types := '{}';
    bodies := '{}';
    PERFORM FROM bookings.occupation x WHERE x.series_id = p_series ORDER BY x.series_number FOR UPDATE;
    IF NOT FOUND THEN
        outcome := 'UNKNOWN';
        RETURN;
    ELSIF EXISTS (
        SELECT FROM bookings.occupation x JOIN bookings.transition t ON t.booking_id = x.id AND t.status = 'CONFIRMED'
        WHERE x.series_id = p_series) THEN
        outcome := 'ALREADY';
        RETURN;
    END IF;

    outcome := 'LOST';
    IF NOT EXISTS (
        SELECT FROM bookings.occupation x
        WHERE x.series_id = p_series AND x.status <> 'HELD'
            AND (x.status <> 'EXPIRED' OR x.payment_status = 'REFUNDED' OR upper(x.stay) <= now())) THEN
        BEGIN
            FOR o IN SELECT * FROM bookings.occupation x WHERE x.series_id = p_series ORDER BY x.series_number LOOP
                late := late || (o.status <> 'HELD');
                IF o.status = 'HELD' THEN
                    UPDATE bookings.occupation x
                    SET status = 'CONFIRMED', version = x.version + 1, hold_expires_at = NULL, payment_status = 'SUCCEEDED'
                    WHERE x.id = o.id
                    RETURNING x.* INTO o;
                ELSE
                    placed := false;
                    slots := o.slot_id || p_slots;
                    names := o.slot_name || p_slot_names;
                    FOR i IN 1 .. cardinality(slots) LOOP
                        CONTINUE WHEN EXISTS (
                            SELECT FROM bookings.occupation x
                            WHERE x.live AND x.slot_id = slots[i] AND x.stay && bookings.near(o.stay, o.buffer_minutes)
                                AND bookings.in_the_way(x, o.stay));
                        BEGIN
                            UPDATE bookings.occupation x
                            SET live = true, status = 'CONFIRMED', version = x.version + 1, payment_status = 'SUCCEEDED',
                                slot_id = slots[i], slot_name = names[i]
                            WHERE x.id = o.id
                            RETURNING x.* INTO o;
                            placed := true;
                            EXIT;
                        EXCEPTION WHEN exclusion_violation THEN
                            -- Somebody was faster: the next one.
                        END;
                    END LOOP;
                    IF NOT placed THEN
                        RAISE EXCEPTION USING ERRCODE = 'BK001', MESSAGE = 'taken';
                    END IF;
                END IF;
                done := done || o;
            END LOOP;
            outcome := 'CONFIRMED';
        EXCEPTION WHEN SQLSTATE 'BK001' THEN
            done := '{}';
        END;
    END IF;

    IF outcome = 'LOST' THEN
        IF p_final THEN
            FOR o IN SELECT * FROM bookings.occupation x WHERE x.series_id = p_series AND x.status = 'HELD' ORDER BY x.series_number LOOP
                UPDATE bookings.occupation x
                SET live = false, status = 'EXPIRED', version = x.version + 1, hold_expires_at = NULL
                WHERE x.id = o.id
                RETURNING x.* INTO o;
                done := done || o;
            END LOOP;
            UPDATE bookings.occupation x SET payment_status = 'REFUNDED' WHERE x.series_id = p_series;
            SELECT t.types, t.bodies INTO types, bodies FROM bookings.tell_expired(done, p_correlation, types, bodies) t;
        END IF;
        RETURN;
    END IF;

    FOR k IN 1 .. cardinality(done) LOOP
        o := done[k];
        placed := false;
        -- Each begins with another PIN than its neighbours: a gate looks some days around, and must not mistake one for the other.
        FOR i IN 0 .. cardinality(p_pins) - 1 LOOP
            candidate_pin := p_pins[(k + i) % cardinality(p_pins) + 1];
            INSERT INTO bookings.pass (booking_id, listing_id, pin, days, nonce)
            VALUES (o.id, o.listing_id, candidate_pin,
                daterange((lower(o.stay) AT TIME ZONE o.time_zone)::date, (upper(o.stay) AT TIME ZONE o.time_zone)::date, '[]'),
                p_nonces[k])
            ON CONFLICT DO NOTHING;
            placed := FOUND;
            EXIT WHEN placed;
        END LOOP;
        IF NOT placed THEN
            RAISE EXCEPTION 'no PIN is free for booking %', o.id;
        END IF;
    END LOOP;
    FOR k IN 1 .. cardinality(done) LOOP
        types := types || 'bookings.BookingConfirmed'::text;
        bodies := bodies || bookings.tell_change(
            done[k], 'bookings.BookingConfirmed', NULL, CASE WHEN late[k] THEN 'PAID_LATE' ELSE 'PAID' END, NULL, p_correlation);
    END LOOP;
END
$$;

-- Gives back all slots of a held series because its payment was declined: ENDED with the events, or ALREADY.
CREATE OR REPLACE FUNCTION bookings.decline_series(
    p_series uuid, p_code text, p_message text, p_correlation text, OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    done bookings.occupation[] := '{}';
BEGIN
    types := '{}';
    bodies := '{}';
    FOR o IN SELECT * FROM bookings.occupation x WHERE x.series_id = p_series ORDER BY x.series_number FOR UPDATE LOOP
        CONTINUE WHEN o.status <> 'HELD';
        UPDATE bookings.occupation x
        SET live = false, status = 'EXPIRED', version = x.version + 1, hold_expires_at = NULL, payment_status = 'DECLINED'
        WHERE x.id = o.id
        RETURNING x.* INTO o;
        done := done || o;
    END LOOP;
    outcome := CASE WHEN cardinality(done) > 0 THEN 'ENDED' ELSE 'ALREADY' END;
    FOREACH o IN ARRAY done LOOP
        types := types || 'bookings.BookingExpired'::text;
        bodies := bodies || bookings.tell_change(
            o, 'bookings.BookingExpired', NULL, 'PAYMENT_DECLINED:' || p_code, p_message, p_correlation);
    END LOOP;
END
$$;

-- Calls off all of a series that is still to come, each by the rules that it would be called off by alone: ENDED with the
-- events, or ALREADY when there is nothing (any more) to call off.
CREATE OR REPLACE FUNCTION bookings.cancel_series(
    p_series uuid, p_actor uuid, p_detail text, p_correlation text, OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    booking uuid;
    cancelled record;
BEGIN
    types := '{}';
    bodies := '{}';
    outcome := 'ALREADY';
    -- All rows first: the calendar, which the first one is told in, comes last.
    PERFORM FROM bookings.occupation x WHERE x.series_id = p_series ORDER BY x.series_number FOR UPDATE;
    FOR booking IN
        SELECT x.id FROM bookings.occupation x
        WHERE x.series_id = p_series
            AND (x.status = 'HELD' OR x.status = 'CONFIRMED' AND lower(x.stay) > clock_timestamp())
        ORDER BY x.series_number
    LOOP
        cancelled := bookings.cancel_booking(booking, p_actor, 'CANCELLED_BY_DRIVER', p_detail, p_correlation);
        IF cancelled.outcome = 'ENDED' THEN
            outcome := 'ENDED';
            types := types || cancelled.types;
            bodies := bodies || cancelled.bodies;
        END IF;
    END LOOP;
END
$$;
