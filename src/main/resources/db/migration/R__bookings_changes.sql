-- What changes a booking that was made, and what that does to its money: cancelling, modifying, extending. The rules of
-- R__bookings_functions.sql hold here too: each function is one statement and one transaction, and locks are taken in the
-- same order. Money moves later, by payments: here is noted what has to come and what has to go back.

-- What of its price comes back when the driver cancels a confirmed booking at that time (RULES 29), why, and until when
-- that holds. p_purchased is when it was confirmed. A better reason goes before a worse one.
CREATE OR REPLACE FUNCTION bookings.refund_terms(
    p_policy text, p_purchased timestamptz, p_start timestamptz, p_at timestamptz,
    OUT percent int, OUT reason text, OUT holds_until timestamptz)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_at >= p_start THEN
        percent := 0;
        reason := 'STARTED';
    ELSIF p_policy = 'FLEXIBLE' THEN
        percent := 100;
        reason := 'FLEXIBLE';
        holds_until := p_start;
    ELSIF p_policy = 'MODERATE' AND p_at <= p_start - interval '24 hours' THEN
        percent := 100;
        reason := 'DAY_AHEAD';
        holds_until := p_start - interval '24 hours';
    ELSIF p_policy = 'STRICT' AND p_at <= p_purchased + interval '1 hour' AND p_at < p_start - interval '48 hours' THEN
        percent := 100;
        reason := 'JUST_BOOKED';
        holds_until := least(p_purchased + interval '1 hour', p_start - interval '48 hours');
    ELSIF p_at <= p_purchased + interval '15 minutes' AND p_at <= p_start - interval '15 minutes' THEN
        percent := 100;
        reason := 'FREE_LOOK';
        holds_until := least(p_purchased + interval '15 minutes', p_start - interval '15 minutes');
    ELSIF p_policy = 'MODERATE' THEN
        percent := 50;
        reason := 'LESS_THAN_A_DAY';
        holds_until := p_start;
    ELSIF p_policy = 'STRICT' AND p_at <= p_start - interval '168 hours' THEN
        percent := 50;
        reason := 'WEEK_AHEAD';
        holds_until := p_start - interval '168 hours';
    ELSE
        percent := 0;
        reason := 'LESS_THAN_A_WEEK';
        holds_until := p_start;
    END IF;
END
$$;

-- What comes back, in minor units, rounded up: half a cent is the driver's. A host who cancels keeps nothing. Of a service fee
-- nothing comes back unless everything does.
CREATE OR REPLACE FUNCTION bookings.refund_due(
    o bookings.occupation, p_by_host boolean, p_at timestamptz, OUT amount bigint, OUT reason text, OUT holds_until timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    terms record;
BEGIN
    IF o.status <> 'CONFIRMED' THEN
        amount := 0;
        reason := 'UNPAID';
    ELSIF p_by_host THEN
        amount := o.price_amount;
        reason := 'HOST';
    ELSE
        SELECT * INTO terms FROM bookings.refund_terms(
            o.policy,
            (SELECT min(t.at) FROM bookings.transition t WHERE t.booking_id = o.id AND t.status = 'CONFIRMED'),
            lower(o.stay), p_at);
        amount := CASE WHEN terms.percent = 100 THEN o.price_amount
            ELSE ((o.price_amount - bookings.fee_amount(o.fee)) * terms.percent + 99) / 100 END;
        reason := terms.reason;
        holds_until := terms.holds_until;
    END IF;
END
$$;

-- Notes that so much of what was paid for a booking has to go back: of its latest payments first, and of none of them the service
-- fee where that is kept. The booking is locked.
DROP FUNCTION IF EXISTS bookings.give_back(uuid, bigint);
CREATE OR REPLACE FUNCTION bookings.give_back(p_id uuid, p_amount bigint, p_keeps_fee boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    remaining bigint := p_amount;
    part bigint;
    c record;
BEGIN
    FOR c IN
        SELECT x.id, greatest(0, x.amount - x.refund_amount - CASE WHEN p_keeps_fee THEN x.fee_part ELSE 0 END) AS room
        FROM bookings.charge x
        WHERE x.booking_id = p_id AND x.status = 'SETTLED' AND x.purpose <> 'OVERSTAY' ORDER BY x.id DESC
    LOOP
        part := least(remaining, c.room);
        UPDATE bookings.charge x SET refund_amount = x.refund_amount + part WHERE x.id = c.id AND part > 0;
        remaining := remaining - part;
    END LOOP;
    UPDATE bookings.occupation x SET refund_amount = x.refund_amount + remaining WHERE x.id = p_id AND remaining > 0;
END
$$;

-- Calls off changes that wait for their money, and frees what was kept for them; gives back the blocks that are no more,
-- of which the caller tells when all rows are changed, because of the order of locks. The booking is locked.
CREATE OR REPLACE FUNCTION bookings.drop_changes(p_booking uuid) RETURNS uuid[]
LANGUAGE plpgsql AS $$
DECLARE
    blocks uuid[];
BEGIN
    WITH dropped AS (
        UPDATE bookings.charge x SET status = 'DROPPED'
        WHERE x.booking_id = p_booking AND x.status = 'PENDING' AND x.purpose <> 'OVERSTAY'
        RETURNING x.block_id)
    SELECT coalesce(array_agg(d.block_id) FILTER (WHERE d.block_id IS NOT NULL), '{}') INTO blocks FROM dropped d;
    UPDATE bookings.occupation x SET live = false WHERE x.block_id = ANY (blocks);
    UPDATE bookings.block x SET removed_at = now() WHERE x.id = ANY (blocks);
    RETURN blocks;
END
$$;

CREATE OR REPLACE FUNCTION bookings.tell_unblocked(
    p_listing uuid, p_blocks uuid[], p_correlation text, INOUT types text[], INOUT bodies text[])
LANGUAGE plpgsql AS $$
DECLARE
    gone uuid;
BEGIN
    FOREACH gone IN ARRAY p_blocks LOOP
        types := types || 'bookings.BlockRemoved'::text;
        bodies := bodies || bookings.tell('bookings.BlockRemoved', p_listing,
            concat('"block":"', gone, '","listing":"', p_listing, '","slots":[', bookings.shares_json(gone, false), ']'),
            p_correlation);
    END LOOP;
END
$$;

-- Tells of a booking that has another time or slot than before.
CREATE OR REPLACE FUNCTION bookings.tell_moved(
    o bookings.occupation, p_slot uuid, p_stay tstzrange, p_actor uuid, p_reason text, p_correlation text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bookings.transition (booking_id, version, status, actor, reason, detail, at)
    VALUES (o.id, o.version, o.status, p_actor, p_reason,
        concat(bookings.instant(lower(p_stay)), '/', bookings.instant(upper(p_stay))),
        date_trunc('milliseconds', clock_timestamp()));
    RETURN bookings.tell('bookings.BookingChanged', o.listing_id,
        concat('"booking":', bookings.booking_json(o), ',"left":{"id":"', o.id, '","slot":"', p_slot,
            '","stay":', bookings.stay_json(p_stay), ',"live":false}'),
        p_correlation);
END
$$;

-- The pass is for other days: with the same PIN, if that is nobody else's then.
CREATE OR REPLACE FUNCTION bookings.fit_pass(o bookings.occupation, p_pins int[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wanted CONSTANT daterange := daterange(
        (lower(o.stay) AT TIME ZONE o.time_zone)::date, (upper(o.stay) AT TIME ZONE o.time_zone)::date, '[]');
    old_pin int;
    candidate_pin int;
BEGIN
    SELECT x.pin INTO old_pin FROM bookings.pass x WHERE x.booking_id = o.id AND x.days <> wanted;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOREACH candidate_pin IN ARRAY old_pin || p_pins LOOP
        BEGIN
            UPDATE bookings.pass x SET pin = candidate_pin, days = wanted WHERE x.booking_id = o.id;
            RETURN;
        EXCEPTION WHEN exclusion_violation THEN
            -- Somebody else's on one of the days: the next one.
        END;
    END LOOP;
    RAISE EXCEPTION 'no PIN is free for booking %', o.id;
END
$$;

-- ENDED with the events; ALREADY when it is in that state; STARTED when a confirmed stay has begun; ILLEGAL in other states.
-- What has to go back is decided here, by the clock that decides whether it may be cancelled.
CREATE OR REPLACE FUNCTION bookings.cancel_booking(
    p_id uuid, p_actor uuid, p_status text, p_detail text, p_correlation text,
    OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    moment timestamptz;
    dropped uuid[];
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    -- The clock now, not that of the statement's start: it may have waited for the row.
    moment := clock_timestamp();
    IF o.status = p_status THEN
        outcome := 'ALREADY';
        RETURN;
    ELSIF o.id IS NULL OR NOT bookings.may_become(o.status, p_status) THEN
        outcome := 'ILLEGAL';
        RETURN;
    ELSIF o.status <> 'HELD' AND lower(o.stay) <= moment THEN
        outcome := 'STARTED';
        RETURN;
    END IF;
    dropped := bookings.drop_changes(p_id);
    IF o.status = 'CONFIRMED' THEN
        PERFORM bookings.give_back(p_id, d.amount, d.amount < o.price_amount)
        FROM bookings.refund_due(o, p_status = 'CANCELLED_BY_HOST', moment) d;
    END IF;
    UPDATE bookings.occupation x
    SET live = false, status = p_status, version = x.version + 1, hold_expires_at = NULL,
        -- What may still come for what was not paid goes back.
        refund_amount = CASE WHEN o.status = 'CONFIRMED' THEN x.refund_amount ELSE x.price_amount END
    WHERE x.id = p_id
    RETURNING x.* INTO o;
    DELETE FROM bookings.pass WHERE booking_id = p_id;
    outcome := 'ENDED';
    SELECT t.types, t.bodies INTO types, bodies
    FROM bookings.tell_unblocked(o.listing_id, dropped, p_correlation, types, bodies) t;
    types := types || 'bookings.BookingCancelled'::text;
    bodies := bodies || bookings.tell_change(
        o, 'bookings.BookingCancelled', p_actor, p_status, p_detail, p_correlation);
END
$$;

-- Gives a booking another time, and if need be another of the given slots, at another price (RULES 14, 15): CHANGED with
-- the events when it costs no more than before; what it costs less goes back. When it costs more: PENDING, with what is to
-- be paid; the new time is kept for it until then, and the old one stays the driver's. The same wish again finds what it
-- has made: ALREADY, or the same PENDING; another one replaces it.
--
-- The buffer around it is the one that it was made with. p_fee is the record BookedFee, in the price.
--
-- TAKEN when nothing is free then, with the end of the free time behind the stay; STARTED when it is too late for it, OVER
-- when the stay has ended, QUOTE_STALE when its price has expired, STALE when the booking is not of that version, ILLEGAL
-- in other states.
DROP FUNCTION IF EXISTS bookings.change_booking(
    uuid, uuid, text, bigint, uuid[], text[], timestamptz, timestamptz, bigint, timestamptz, uuid, uuid, uuid[], bigint, bigint,
    int[], text);
CREATE OR REPLACE FUNCTION bookings.change_booking(
    p_id uuid, p_actor uuid, p_purpose text, p_version bigint, p_slots uuid[], p_slot_names text[],
    p_from timestamptz, p_to timestamptz, p_price bigint, p_quote_expires timestamptz,
    p_charge uuid, p_block uuid, p_shares uuid[], p_hold_millis bigint, p_grace_millis bigint, p_pins int[], p_correlation text,
    p_fee text DEFAULT NULL,
    OUT outcome text, OUT status text, OUT charge_id uuid, OUT charge_amount bigint, OUT free_until timestamptz,
    OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    wanted CONSTANT tstzrange := tstzrange(p_from, p_to);
    o bookings.occupation;
    old bookings.occupation;
    pending bookings.charge;
    moment timestamptz;
    more bigint;
    pieces tstzrange[];
    dropped uuid[];
    ended bookings.occupation[] := '{}';
    clearing record;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    moment := clock_timestamp();
    status := o.status;
    IF o.id IS NULL THEN
        outcome := 'UNKNOWN';
        RETURN;
    END IF;
    SELECT * INTO pending FROM bookings.charge x
    WHERE x.booking_id = p_id AND x.status = 'PENDING' AND x.purpose <> 'OVERSTAY';
    more := p_price - o.price_amount;
    outcome := CASE
        WHEN o.stay = wanted AND o.slot_id = ANY (p_slots) AND more = 0 THEN 'ALREADY'
        WHEN o.status <> 'CONFIRMED' AND (p_purpose = 'MODIFY' OR o.status <> 'ACTIVE') THEN 'ILLEGAL'
        WHEN p_purpose = 'MODIFY' AND lower(o.stay) <= moment THEN 'STARTED'
        WHEN p_purpose = 'EXTEND' AND upper(o.stay)
            + CASE WHEN o.status = 'ACTIVE' THEN p_grace_millis ELSE 0 END * interval '1 millisecond' <= moment THEN 'OVER'
        WHEN o.version <> p_version THEN 'STALE'
        WHEN p_quote_expires <= moment THEN 'QUOTE_STALE'
        WHEN pending.stay = wanted AND pending.slot_id = ANY (p_slots) AND pending.price_amount = p_price
            AND pending.expires_at > moment THEN 'PENDING'
        ELSE 'TAKEN'
    END;
    IF outcome = 'PENDING' THEN
        charge_id := pending.id;
        charge_amount := pending.amount;
    END IF;
    IF outcome <> 'TAKEN' THEN
        RETURN;
    END IF;

    old := o;
    dropped := bookings.drop_changes(p_id);
    FOR i IN 1 .. cardinality(p_slots) LOOP
        clearing := bookings.clear_expired(p_slots[i], wanted, p_id, o.buffer_minutes);
        ended := ended || clearing.ended;
        CONTINUE WHEN NOT clearing.cleared;
        BEGIN
            IF more > 0 THEN
                SELECT coalesce(array_agg(piece), '{}') INTO pieces FROM unnest(
                    CASE WHEN p_slots[i] = o.slot_id THEN tstzmultirange(wanted) - tstzmultirange(o.stay)
                        ELSE tstzmultirange(wanted) END) AS piece;
                IF cardinality(pieces) > 0 THEN
                    INSERT INTO bookings.block (id, listing_id, stay, reason, created_by, created_at, for_change)
                    VALUES (p_block, o.listing_id, wanted, p_purpose, p_actor, now(), true);
                    INSERT INTO bookings.occupation (id, listing_id, slot_id, stay, live, block_id, taken)
                    SELECT p_shares[s.ordinal], o.listing_id, p_slots[i], s.piece, true, p_block,
                        bookings.taken_beside(s.piece, CASE WHEN p_slots[i] = o.slot_id THEN o.stay END, o.buffer_minutes)
                    FROM unnest(pieces) WITH ORDINALITY AS s (piece, ordinal);
                END IF;
                INSERT INTO bookings.charge (
                    id, booking_id, purpose, status, amount, actor, stay, slot_id, slot_name, price_amount, block_id,
                    expires_at, created_at, fee, fee_part)
                VALUES (p_charge, p_id, p_purpose, 'PENDING', more, p_actor, wanted, p_slots[i], p_slot_names[i], p_price,
                    CASE WHEN cardinality(pieces) > 0 THEN p_block END,
                    date_trunc('milliseconds', moment + p_hold_millis * interval '1 millisecond'), now(),
                    p_fee::json, greatest(0, bookings.fee_amount(p_fee::json) - bookings.fee_amount(o.fee)));
                outcome := 'PENDING';
                charge_id := p_charge;
                charge_amount := more;
            ELSE
                UPDATE bookings.occupation x
                SET stay = wanted, slot_id = p_slots[i], slot_name = p_slot_names[i], version = x.version + 1,
                    charged_amount = coalesce(x.charged_amount, x.price_amount), price_amount = p_price,
                    fee = coalesce(p_fee::json, x.fee)
                WHERE x.id = p_id
                RETURNING x.* INTO o;
                PERFORM bookings.give_back(p_id, -more, true);
                outcome := 'CHANGED';
            END IF;
            EXIT;
        EXCEPTION WHEN exclusion_violation THEN
            -- Somebody was faster: the next one.
        END;
    END LOOP;

    IF outcome = 'TAKEN' THEN
        SELECT min(lower(x.stay) - CASE WHEN x.block_id IS NULL THEN bookings.minutes(o.buffer_minutes) ELSE interval '0' END)
        INTO free_until FROM bookings.occupation x
        WHERE x.live AND x.slot_id = o.slot_id AND x.id <> p_id AND x.stay && tstzrange(upper(o.stay), NULL);
    ELSIF outcome = 'CHANGED' THEN
        PERFORM bookings.fit_pass(o, p_pins);
    END IF;
    IF cardinality(ended) > 0 THEN
        SELECT t.types, t.bodies INTO types, bodies FROM bookings.tell_expired(ended, p_correlation, types, bodies) t;
    END IF;
    SELECT t.types, t.bodies INTO types, bodies
    FROM bookings.tell_unblocked(o.listing_id, dropped, p_correlation, types, bodies) t;
    IF outcome = 'PENDING' AND cardinality(pieces) > 0 THEN
        types := types || 'bookings.BlockAdded'::text;
        bodies := bodies || bookings.tell('bookings.BlockAdded', o.listing_id,
            concat('"block":"', p_block, '","listing":"', o.listing_id, '","slots":[',
                bookings.shares_json(p_block, true), ']'),
            p_correlation);
    ELSIF outcome = 'CHANGED' THEN
        types := types || 'bookings.BookingChanged'::text;
        bodies := bodies || bookings.tell_moved(
            o, old.slot_id, old.stay, p_actor, CASE p_purpose WHEN 'EXTEND' THEN 'EXTENDED' ELSE 'MODIFIED' END, p_correlation);
    END IF;
END
$$;

-- A further payment has come: CHANGED, with the events when it was for a change; ALREADY; LOST when it is not wanted any
-- more, so that the money must go back; UNKNOWN when there is no such charge.
CREATE OR REPLACE FUNCTION bookings.settle_charge(
    p_charge uuid, p_pins int[], p_correlation text, OUT outcome text, OUT booking_id uuid, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    old bookings.occupation;
    c bookings.charge;
    gone uuid[] := '{}';
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT x.booking_id INTO booking_id FROM bookings.charge x WHERE x.id = p_charge;
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = settle_charge.booking_id FOR UPDATE;
    SELECT * INTO c FROM bookings.charge x WHERE x.id = p_charge;
    outcome := CASE
        WHEN c.id IS NULL THEN 'UNKNOWN'
        WHEN c.status = 'SETTLED' THEN 'ALREADY'
        WHEN c.status = 'DROPPED' THEN 'LOST'
        WHEN c.purpose <> 'OVERSTAY' AND o.status NOT IN ('CONFIRMED', 'ACTIVE') THEN 'LOST'
        ELSE 'CHANGED'
    END;
    IF outcome = 'LOST' AND c.status = 'PENDING' THEN
        gone := bookings.drop_changes(o.id);
    ELSIF outcome = 'CHANGED' THEN
        UPDATE bookings.charge x SET status = 'SETTLED' WHERE x.id = p_charge;
        IF c.purpose <> 'OVERSTAY' THEN
            old := o;
            IF c.block_id IS NOT NULL THEN
                gone := ARRAY[c.block_id];
                UPDATE bookings.occupation x SET live = false WHERE x.block_id = c.block_id;
                UPDATE bookings.block x SET removed_at = now() WHERE x.id = c.block_id;
            END IF;
            UPDATE bookings.occupation x
            SET stay = c.stay, slot_id = c.slot_id, slot_name = c.slot_name, version = x.version + 1,
                charged_amount = coalesce(x.charged_amount, x.price_amount), price_amount = c.price_amount,
                fee = coalesce(c.fee, x.fee)
            WHERE x.id = o.id
            RETURNING x.* INTO o;
            PERFORM bookings.fit_pass(o, p_pins);
        END IF;
    END IF;
    SELECT t.types, t.bodies INTO types, bodies
    FROM bookings.tell_unblocked(o.listing_id, gone, p_correlation, types, bodies) t;
    IF outcome = 'CHANGED' AND c.purpose <> 'OVERSTAY' THEN
        types := types || 'bookings.BookingChanged'::text;
        bodies := bodies || bookings.tell_moved(
            o, old.slot_id, old.stay, c.actor, CASE c.purpose WHEN 'EXTEND' THEN 'EXTENDED' ELSE 'MODIFIED' END,
            p_correlation);
    END IF;
END
$$;

-- The money for a change will not come: CHANGED with the events, or ALREADY when it waits for none.
CREATE OR REPLACE FUNCTION bookings.drop_change(
    p_charge uuid, p_correlation text, OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    gone uuid[];
BEGIN
    types := '{}';
    bodies := '{}';
    outcome := 'ALREADY';
    SELECT x.* INTO o FROM bookings.occupation x
    WHERE x.id = (SELECT c.booking_id FROM bookings.charge c WHERE c.id = p_charge) FOR UPDATE;
    IF EXISTS (SELECT FROM bookings.charge c WHERE c.id = p_charge AND c.status = 'PENDING' AND c.purpose <> 'OVERSTAY') THEN
        outcome := 'CHANGED';
        gone := bookings.drop_changes(o.id);
        SELECT t.types, t.bodies INTO types, bodies
        FROM bookings.tell_unblocked(o.listing_id, gone, p_correlation, types, bodies) t;
    END IF;
END
$$;

-- Drops changes whose money has not come in time, at most so many: any node, any number of them at once. What is dropped
-- is given back, so that its payment is called off.
CREATE OR REPLACE FUNCTION bookings.expire_changes(
    p_limit int, OUT charges uuid[], OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    due record;
    gone uuid[];
BEGIN
    charges := '{}';
    types := '{}';
    bodies := '{}';
    FOR due IN
        WITH late AS MATERIALIZED (
            SELECT x.id AS charge, x.booking_id FROM bookings.charge x
            WHERE x.status = 'PENDING' AND x.expires_at <= now()
            ORDER BY x.expires_at LIMIT p_limit)
        SELECT l.charge, o.id, o.listing_id FROM late l JOIN bookings.occupation o ON o.id = l.booking_id
        ORDER BY o.listing_id, o.id FOR UPDATE OF o SKIP LOCKED
    LOOP
        -- Its money may have come just now.
        CONTINUE WHEN NOT EXISTS (SELECT FROM bookings.charge c WHERE c.id = due.charge AND c.status = 'PENDING');
        gone := bookings.drop_changes(due.id);
        charges := charges || due.charge;
        SELECT t.types, t.bodies INTO types, bodies
        FROM bookings.tell_unblocked(due.listing_id, gone, NULL, types, bodies) t;
    END LOOP;
END
$$;
