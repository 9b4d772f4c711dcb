-- Slots for monthly passes. The rules of R__bookings_functions.sql hold here too.

-- Keeps so many of the slots for a pass, the first ones that are free from then on without an end: KEPT with the event, TAKEN
-- when fewer are free, ALREADY when the pass has had its slots before. Each slot has a PIN of its own, unlike any other that
-- opens this place on any day from then on.
CREATE OR REPLACE FUNCTION bookings.keep_for_pass(
    p_id uuid, p_listing uuid, p_slots uuid[], p_shares uuid[], p_from timestamptz, p_to timestamptz, p_first_day date,
    p_actor uuid, p_pins int[], p_nonces bigint[], p_correlation text,
    OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    wanted CONSTANT tstzrange := tstzrange(p_from, p_to);
    chosen uuid[];
    slot uuid;
    ended bookings.occupation[] := '{}';
    clearing record;
    next_pin int := 1;
    got bigint;
BEGIN
    types := '{}';
    bodies := '{}';
    -- Passes of one place take turns: each wants several slots.
    PERFORM pg_advisory_xact_lock(hashtextextended(p_listing::text, 96));
    IF EXISTS (SELECT FROM bookings.block b WHERE b.id = p_id) THEN
        outcome := 'ALREADY';
        RETURN;
    END IF;
    FOR slot IN
        SELECT DISTINCT x.slot_id FROM bookings.occupation x
        WHERE x.live AND x.slot_id = ANY (p_slots) AND x.stay && wanted AND x.status = 'HELD' AND x.hold_expires_at <= now()
        ORDER BY x.slot_id
    LOOP
        clearing := bookings.clear_expired(slot, wanted);
        ended := ended || clearing.ended;
    END LOOP;
    outcome := 'TAKEN';
    -- Somebody else may be faster at one of them: then others are looked for.
    FOR attempt IN 1..3 LOOP
        SELECT array_agg(c.slot_id ORDER BY c.slot_id) INTO chosen FROM (
            SELECT s.slot_id FROM unnest(p_slots) WITH ORDINALITY AS s (slot_id, place)
            WHERE NOT EXISTS (
                SELECT FROM bookings.occupation x WHERE x.live AND x.slot_id = s.slot_id AND x.stay && wanted)
            ORDER BY s.place LIMIT cardinality(p_shares)) c;
        EXIT WHEN coalesce(cardinality(chosen), 0) < cardinality(p_shares);
        BEGIN
            INSERT INTO bookings.block (id, listing_id, stay, reason, created_by, created_at, for_change, for_pass)
            VALUES (p_id, p_listing, wanted, 'PASS', p_actor, now(), true, true);
            INSERT INTO bookings.occupation (id, listing_id, slot_id, stay, live, block_id)
            SELECT p_shares[c.place], p_listing, c.slot_id, wanted, true, p_id
            FROM unnest(chosen) WITH ORDINALITY AS c (slot_id, place) ORDER BY c.slot_id
            ON CONFLICT DO NOTHING;
            GET DIAGNOSTICS got = ROW_COUNT;
            IF got < cardinality(p_shares) THEN
                -- Those that were got are given up with the rest of this block.
                RAISE EXCEPTION USING ERRCODE = 'exclusion_violation';
            END IF;
            outcome := 'KEPT';
            EXIT;
        EXCEPTION WHEN exclusion_violation THEN
            outcome := 'TAKEN';
        END;
    END LOOP;
    IF outcome = 'KEPT' THEN
        FOR i IN 1..cardinality(p_shares) LOOP
            LOOP
                IF next_pin > cardinality(p_pins) THEN
                    RAISE EXCEPTION 'no PIN is left to choose from for pass %', p_id;
                END IF;
                INSERT INTO bookings.pass (booking_id, listing_id, pin, days, nonce)
                VALUES (p_shares[i], p_listing, p_pins[next_pin], daterange(p_first_day, NULL), p_nonces[i])
                ON CONFLICT DO NOTHING;
                next_pin := next_pin + 1;
                EXIT WHEN FOUND;
            END LOOP;
        END LOOP;
    END IF;
    IF cardinality(ended) > 0 THEN
        SELECT t.types, t.bodies INTO types, bodies FROM bookings.tell_expired(ended, p_correlation, types, bodies) t;
    END IF;
    IF outcome = 'KEPT' THEN
        types := types || 'bookings.BlockAdded'::text;
        bodies := bodies || bookings.tell('bookings.BlockAdded', p_listing,
            concat('"block":"', p_id, '","listing":"', p_listing, '","slots":[', bookings.shares_json(p_id, true), ']'),
            p_correlation);
    END IF;
END
$$;

-- A pass needs its slots until then and no longer: SHORTENED with the events, or UNCHANGED when they are kept no longer anyway.
-- A pass that has not had any will not get them any more.
CREATE OR REPLACE FUNCTION bookings.end_pass(
    p_id uuid, p_listing uuid, p_until timestamptz, p_last_day date, p_correlation text,
    OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    b bookings.block;
    kept tstzrange;
BEGIN
    types := '{}';
    bodies := '{}';
    outcome := 'UNCHANGED';
    PERFORM pg_advisory_xact_lock(hashtextextended(p_listing::text, 96));
    SELECT * INTO b FROM bookings.block x WHERE x.id = p_id AND x.for_pass FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO bookings.block (id, listing_id, stay, reason, created_by, created_at, removed_at, for_change, for_pass)
        VALUES (p_id, p_listing, tstzrange(p_until, p_until + interval '1 second'), 'PASS', p_id, now(), now(), true, true);
        RETURN;
    ELSIF b.removed_at IS NOT NULL OR upper(b.stay) <= p_until THEN
        RETURN;
    END IF;
    outcome := 'SHORTENED';
    types := types || 'bookings.BlockRemoved'::text;
    IF p_until <= lower(b.stay) THEN
        UPDATE bookings.occupation x SET live = false WHERE x.block_id = p_id;
        DELETE FROM bookings.pass p USING bookings.occupation x WHERE x.block_id = p_id AND p.booking_id = x.id;
        UPDATE bookings.block x SET removed_at = now() WHERE x.id = p_id;
        bodies := bodies || bookings.tell('bookings.BlockRemoved', p_listing,
            concat('"block":"', p_id, '","listing":"', p_listing, '","slots":[', bookings.shares_json(p_id, false), ']'),
            p_correlation);
        RETURN;
    END IF;
    kept := tstzrange(lower(b.stay), p_until);
    -- What is told to be gone is what there was.
    DECLARE
        gone CONSTANT text := bookings.shares_json(p_id, false);
    BEGIN
        -- Those that were released before stay so.
        UPDATE bookings.occupation x SET stay = kept WHERE x.block_id = p_id AND upper(x.stay) > p_until;
        UPDATE bookings.pass p
        SET days = daterange(lower(p.days), least(upper(p.days), greatest(p_last_day, lower(p.days)) + 1))
        FROM bookings.occupation x WHERE x.block_id = p_id AND p.booking_id = x.id;
        UPDATE bookings.block x SET stay = kept WHERE x.id = p_id;
        bodies := bodies || bookings.tell('bookings.BlockRemoved', p_listing,
            concat('"block":"', p_id, '","listing":"', p_listing, '","slots":[', gone, ']'), p_correlation);
    END;
    types := types || 'bookings.BlockAdded'::text;
    bodies := bodies || bookings.tell('bookings.BlockAdded', p_listing,
        concat('"block":"', p_id, '","listing":"', p_listing, '","slots":[', bookings.shares_json(p_id, true), ']'),
        p_correlation);
END
$$;

-- Some of the slots of passes are needed no longer than until then; the others stay. With the events, none when nothing changes.
CREATE OR REPLACE FUNCTION bookings.release_of_pass(
    p_listing uuid, p_shares uuid[], p_until timestamptz, p_last_day date, p_correlation text,
    OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    of_block uuid;
    gone text;
BEGIN
    types := '{}';
    bodies := '{}';
    PERFORM pg_advisory_xact_lock(hashtextextended(p_listing::text, 96));
    FOR of_block IN
        SELECT DISTINCT x.block_id
        FROM bookings.occupation x
        JOIN bookings.block b ON b.id = x.block_id AND b.for_pass AND b.removed_at IS NULL
        WHERE x.id = ANY (p_shares) AND x.listing_id = p_listing AND x.live
            AND upper(x.stay) > greatest(p_until, lower(x.stay) + interval '1 second')
        ORDER BY x.block_id
    LOOP
        gone := bookings.shares_json(of_block, false);
        -- One that has not begun keeps a second of it: it says where it was.
        UPDATE bookings.occupation x
        SET stay = tstzrange(lower(x.stay), greatest(p_until, lower(x.stay) + interval '1 second'))
        WHERE x.block_id = of_block AND x.id = ANY (p_shares)
            AND upper(x.stay) > greatest(p_until, lower(x.stay) + interval '1 second');
        UPDATE bookings.pass p
        SET days = daterange(lower(p.days), least(upper(p.days), greatest(p_last_day, lower(p.days)) + 1))
        WHERE p.booking_id = ANY (p_shares);
        types := types || 'bookings.BlockRemoved'::text || 'bookings.BlockAdded'::text;
        bodies := bodies
            || bookings.tell('bookings.BlockRemoved', p_listing,
                concat('"block":"', of_block, '","listing":"', p_listing, '","slots":[', gone, ']'), p_correlation)
            || bookings.tell('bookings.BlockAdded', p_listing,
                concat('"block":"', of_block, '","listing":"', p_listing, '","slots":[',
                    bookings.shares_json(of_block, true), ']'), p_correlation);
    END LOOP;
END
$$;
