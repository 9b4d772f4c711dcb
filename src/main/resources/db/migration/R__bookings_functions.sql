-- What changes calendars. Each function is one statement of the capability and one transaction: row, history, calendar
-- version and outbox row appear together.
--
-- Order of locks, everywhere: rows of bookings.occupation, then bookings.pass, then bookings.calendar (by listing). Who
-- holds a calendar's row waits for nothing any more.
--
-- Events are written as the JSON that the house's mapper writes for their records, and are given back, so that what goes on
-- the bus is what the outbox says.

-- RFC 3339 as Java writes it: no fraction, milliseconds or microseconds.
CREATE OR REPLACE FUNCTION bookings.instant(t timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(t AT TIME ZONE 'UTC',
        CASE
            WHEN date_trunc('second', t) = t THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
            WHEN date_trunc('milliseconds', t) = t THEN 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
            ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
        END)
$$;

CREATE OR REPLACE FUNCTION bookings.stay_json(stay tstzrange) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat('{"from":"', bookings.instant(lower(stay)), '","to":"', bookings.instant(upper(stay)), '"}')
$$;

-- The record Booking. The payment that a booking is made with has the booking's own id.
CREATE OR REPLACE FUNCTION bookings.booking_json(o bookings.occupation) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat(
        '{"id":"', o.id,
        '","version":', o.version,
        ',"status":"', o.status,
        '","listing":"', o.listing_id,
        '","slot":"', o.slot_id,
        '","slotName":', to_json(o.slot_name),
        ',"driver":"', o.driver_id,
        '","host":"', o.host_id, '"',
        CASE WHEN o.vehicle_id IS NOT NULL THEN concat(',"vehicle":"', o.vehicle_id, '"') END,
        ',"stay":', bookings.stay_json(o.stay),
        ',"price":{"amount":', o.price_amount, ',"currency":"', o.price_currency,
        '"},"commissionBasisPoints":', o.commission,
        CASE WHEN o.fee IS NOT NULL THEN concat(',"fee":', o.fee) END,
        ',"payment":"', o.id,
        '","title":', to_json(o.title),
        ',"locationText":', to_json(o.location_text),
        ',"timeZone":', to_json(o.time_zone),
        CASE WHEN o.hold_expires_at IS NOT NULL
            THEN concat(',"holdExpiresAt":"', bookings.instant(o.hold_expires_at), '"') END,
        CASE WHEN o.overstay_since IS NOT NULL
            THEN concat(',"overstay":{"since":"', bookings.instant(o.overstay_since),
                '","perHour":{"amount":', o.overstay_hour, ',"currency":"', o.price_currency,
                '"},"fee":{"amount":', CASE WHEN o.fee_waived_at IS NULL THEN coalesce(o.overstay_fee, 0) ELSE 0 END,
                ',"currency":"', o.price_currency, '"}',
                CASE WHEN o.overstay_amount IS NOT NULL
                    THEN concat(',"total":{"amount":', o.overstay_amount, ',"currency":"', o.price_currency, '"}') END,
                '}') END,
        CASE WHEN o.series_id IS NOT NULL
            THEN concat(',"series":{"id":"', o.series_id, '","number":', o.series_number, ',"size":', o.series_size, '}') END,
        ',"createdAt":"', bookings.instant(o.created_at), '"}')
$$;

CREATE OR REPLACE FUNCTION bookings.next_calendar_version(p_listing uuid) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v bigint;
BEGIN
    UPDATE bookings.calendar SET version = version + 1 WHERE listing_id = p_listing RETURNING version INTO v;
    IF NOT FOUND THEN
        INSERT INTO bookings.calendar AS c (listing_id, version) VALUES (p_listing, 1)
        ON CONFLICT (listing_id) DO UPDATE SET version = c.version + 1
        RETURNING c.version INTO v;
    END IF;
    RETURN v;
END
$$;

-- Counts the change and writes its outbox row; gives back the event.
CREATE OR REPLACE FUNCTION bookings.tell(p_type text, p_listing uuid, p_members text, p_correlation text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    body text := concat('{', p_members, ',"calendarVersion":', bookings.next_calendar_version(p_listing), '}');
BEGIN
    INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
    VALUES (uuidv7(), 'bookings.events', p_listing::text, p_type, body, p_correlation);
    RETURN body;
END
$$;

-- Writes the history and tells of a booking whose row has just been changed.
CREATE OR REPLACE FUNCTION bookings.tell_change(
    o bookings.occupation, p_type text, p_actor uuid, p_reason text, p_detail text, p_correlation text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bookings.transition (booking_id, version, status, actor, reason, detail, at)
    VALUES (o.id, o.version, o.status, p_actor, p_reason, p_detail, date_trunc('milliseconds', clock_timestamp()));
    RETURN bookings.tell(
        p_type, o.listing_id,
        concat(
            '"booking":', bookings.booking_json(o),
            CASE WHEN p_type = 'bookings.BookingExpired' THEN ',"reason":' || to_json(p_reason) END),
        p_correlation);
END
$$;

-- Ends the expired holds that stand in the way of a stay, if nothing else does. It does not tell: the caller does, after
-- its insert, because of the order of locks. A hold that somebody else is changing now counts as in the way; p_except is
-- a booking that does not, because it is the one that moves.
DROP FUNCTION IF EXISTS bookings.clear_expired(uuid, tstzrange);
DROP FUNCTION IF EXISTS bookings.clear_expired(uuid, tstzrange, uuid);
CREATE OR REPLACE FUNCTION bookings.clear_expired(
    p_slot uuid, p_stay tstzrange, p_except uuid DEFAULT NULL, p_buffer int DEFAULT 0,
    OUT cleared boolean, OUT ended bookings.occupation[])
LANGUAGE plpgsql AS $$
DECLARE
    around CONSTANT tstzrange := bookings.near(p_stay, p_buffer);
    o bookings.occupation;
    others boolean;
BEGIN
    ended := '{}';
    SELECT bool_or(NOT (coalesce(x.status, '') = 'HELD' AND x.hold_expires_at <= now())) INTO others
    FROM bookings.occupation x
    WHERE x.live AND x.slot_id = p_slot AND x.stay && around AND x.id IS DISTINCT FROM p_except
        AND bookings.in_the_way(x, p_stay);
    cleared := NOT coalesce(others, false);
    IF cleared THEN
        FOR o IN
            SELECT * FROM bookings.occupation x
            WHERE x.live AND x.slot_id = p_slot AND x.stay && around AND x.status = 'HELD' AND x.hold_expires_at <= now()
            FOR UPDATE SKIP LOCKED
        LOOP
            UPDATE bookings.occupation x
            SET live = false, status = 'EXPIRED', version = x.version + 1, hold_expires_at = NULL
            WHERE x.id = o.id
            RETURNING x.* INTO o;
            ended := ended || o;
        END LOOP;
        cleared := NOT EXISTS (
            SELECT FROM bookings.occupation x
            WHERE x.live AND x.slot_id = p_slot AND x.stay && around AND x.id IS DISTINCT FROM p_except
                AND bookings.in_the_way(x, p_stay));
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION bookings.tell_expired(
    p_ended bookings.occupation[], p_correlation text, INOUT types text[], INOUT bodies text[])
LANGUAGE plpgsql AS $$
DECLARE
    o bookings.occupation;
BEGIN
    FOREACH o IN ARRAY p_ended LOOP
        types := types || 'bookings.BookingExpired'::text;
        bodies := bodies || bookings.tell_change(o, 'bookings.BookingExpired', NULL, 'HOLD_EXPIRED', NULL, p_correlation);
    END LOOP;
END
$$;

-- What of a booking's price is the service fee, in minor units.
CREATE OR REPLACE FUNCTION bookings.fee_amount(p_fee json) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((p_fee->'amount'->>'amount')::bigint, 0);

-- Books the first of the given slots that is free: PLACED, with the events, the last of which is the booking's.
--
-- REPLAYED with the id of the booking that this very request has made before, KEY_REUSED when its key was another
-- request's, QUOTE_STALE when the quote has expired, TAKEN when none of the slots is free.
--
-- A try that is refused writes nothing: it finds that out by reading, before it inserts. Only one that loses a race gets
-- as far as the insert, waits there for the winner's commit, and inserts nothing.
--
-- p_buffer is in minutes. Nodes of the version before it was there call without it.
--
-- With the lines of a transfer the driver's wallet pays in the same statement, and the booking is CONFIRMED: its event is the
-- last one then. What the wallet cannot pay is refused by running_never_negative, and nothing has happened.
--
-- With p_with_points the lines are without what settles the driver's debt: points, then the wallet do, as far as they are asked
-- for. With a card the booking is left HELD when they do not cover the price, and nothing is paid yet.
--
-- p_discount is the record Reservation: a code that the price was quoted with. One that cannot be used any more is refused by
-- promotion_available, and nothing has happened.
--
-- p_fee is the record BookedFee: what of the price is the platform's service fee.
DROP FUNCTION IF EXISTS bookings.place_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text);
DROP FUNCTION IF EXISTS bookings.place_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text, int);
DROP FUNCTION IF EXISTS bookings.place_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text, int, text[], uuid[], bigint[], text, int[], bigint);
DROP FUNCTION IF EXISTS bookings.place_booking(
    uuid, uuid, uuid[], text[], timestamptz, timestamptz, uuid, uuid, uuid, bigint, text, int, text, text, text, float8,
    float8, text, bigint, timestamptz, text, text, bytea, text, int, text[], uuid[], bigint[], text, int[], bigint, boolean,
    boolean, text, text);
CREATE OR REPLACE FUNCTION bookings.place_booking(
    p_id uuid, p_listing uuid, p_slots uuid[], p_slot_names text[], p_from timestamptz, p_to timestamptz,
    p_driver uuid, p_host uuid, p_vehicle uuid, p_price bigint, p_currency text, p_commission int, p_policy text,
    p_title text, p_location text, p_lat float8, p_lng float8, p_zone text, p_hold_millis bigint, p_quote_expires timestamptz,
    p_payment_status text, p_key text, p_hash bytea, p_correlation text, p_buffer int DEFAULT 0,
    p_accounts text[] DEFAULT NULL, p_owners uuid[] DEFAULT NULL, p_amounts bigint[] DEFAULT NULL,
    p_paid_event text DEFAULT NULL, p_pins int[] DEFAULT NULL, p_nonce bigint DEFAULT NULL,
    p_with_points boolean DEFAULT NULL, p_with_wallet boolean DEFAULT NULL, p_card text DEFAULT NULL,
    p_discount text DEFAULT NULL, p_fee text DEFAULT NULL,
    OUT outcome text, OUT booking_id uuid, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
-- A plan made while the table was small must not read all of it when it has grown.
SET enable_seqscan = off
AS $$
DECLARE
    wanted CONSTANT tstzrange := tstzrange(p_from, p_to);
    around CONSTANT tstzrange := bookings.near(wanted, p_buffer);
    -- The wallet pays all of it, or there is no booking.
    pays CONSTANT boolean := p_accounts IS NOT NULL AND p_with_points IS NULL;
    held_until CONSTANT timestamptz := date_trunc('milliseconds', now() + p_hold_millis * interval '1 millisecond');
    o bookings.occupation;
    confirmed bookings.occupation;
    hash bytea;
    in_the_way int;
    expired int;
    -- Candidates that only expired holds occupy.
    second_choice int[] := '{}';
    ended bookings.occupation[] := '{}';
    clearing record;
    n CONSTANT int := cardinality(p_slots);
    k int := 0;
    i int;
    paid boolean := false;
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT x.id, x.request_hash INTO booking_id, hash FROM bookings.occupation x
    WHERE x.driver_id = p_driver AND x.idempotency_key = p_key;
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
        k := k + 1;
        EXIT WHEN k > n + cardinality(second_choice);
        IF k <= n THEN
            i := k;
            SELECT count(*), count(*) FILTER (WHERE x.status = 'HELD' AND x.hold_expires_at <= now())
            INTO in_the_way, expired
            FROM bookings.occupation x
            WHERE x.live AND x.slot_id = p_slots[i] AND x.stay && around
                AND (p_buffer = 0 OR bookings.in_the_way(x, wanted));
            IF in_the_way > 0 THEN
                IF in_the_way = expired THEN
                    second_choice := second_choice || i;
                END IF;
                CONTINUE;
            END IF;
        ELSE
            i := second_choice[k - n];
            clearing := bookings.clear_expired(p_slots[i], wanted, NULL, p_buffer);
            ended := ended || clearing.ended;
            CONTINUE WHEN NOT clearing.cleared;
        END IF;

        INSERT INTO bookings.occupation (
            id, listing_id, slot_id, stay, live, version, status, slot_name, driver_id, host_id, vehicle_id,
            price_amount, price_currency, commission, policy, title, location_text, lat, lng,
            time_zone,
            hold_expires_at, created_at, payment_status, idempotency_key, request_hash, buffer_minutes, fee)
        VALUES (
            p_id, p_listing, p_slots[i], wanted, true, CASE WHEN pays THEN 2 ELSE 1 END,
            CASE WHEN pays THEN 'CONFIRMED' ELSE 'HELD' END, p_slot_names[i], p_driver, p_host, p_vehicle,
            p_price, p_currency, p_commission, p_policy, p_title, p_location, p_lat, p_lng,
            p_zone,
            CASE WHEN NOT pays THEN held_until END,
            date_trunc('milliseconds', now()), CASE WHEN pays THEN 'SUCCEEDED' ELSE p_payment_status END, p_key, p_hash,
            p_buffer, p_fee::json)
        ON CONFLICT DO NOTHING
        RETURNING * INTO o;
        IF FOUND THEN
            outcome := 'PLACED';
            booking_id := p_id;
            EXIT search;
        END IF;

        -- Lost a race: to another driver, or to this very request, sent twice.
        SELECT x.id, x.request_hash INTO booking_id, hash FROM bookings.occupation x
        WHERE x.driver_id = p_driver AND x.idempotency_key = p_key;
        IF FOUND THEN
            outcome := CASE WHEN hash = p_hash THEN 'REPLAYED' ELSE 'KEY_REUSED' END;
            EXIT search;
        END IF;
    END LOOP;

    IF outcome = 'TAKEN' THEN
        -- What is in the way may be this very request, sent twice: the other one was committed after the first look.
        SELECT x.id, x.request_hash INTO booking_id, hash FROM bookings.occupation x
        WHERE x.driver_id = p_driver AND x.idempotency_key = p_key;
        IF FOUND THEN
            outcome := CASE WHEN hash = p_hash THEN 'REPLAYED' ELSE 'KEY_REUSED' END;
        END IF;
    END IF;
    IF outcome = 'PLACED' AND p_discount IS NOT NULL THEN
        PERFORM promotions.reserve(p_id, p_driver, p_discount::jsonb);
    END IF;
    IF outcome = 'PLACED' AND p_accounts IS NOT NULL THEN
        IF pays THEN
            PERFORM payments.pay_from_wallet(
                p_id, p_id, p_driver, p_host, p_price, p_currency, p_commission, p_title, p_accounts, p_owners, p_amounts,
                p_paid_event, p_correlation, p_fee::json);
            paid := true;
        ELSE
            paid := payments.pay_inside(
                p_id, p_id, p_driver, p_host, p_price, p_currency, p_commission, p_title, p_accounts, p_owners, p_amounts,
                p_with_points, p_with_wallet, p_card, p_paid_event, p_correlation, p_fee::json);
        END IF;
        IF paid THEN
            IF p_discount IS NOT NULL THEN
                PERFORM promotions.consume(p_id);
            END IF;
            PERFORM bookings.issue_pass(o, p_pins, p_nonce);
        END IF;
    END IF;
    IF cardinality(ended) > 0 THEN
        SELECT t.types, t.bodies INTO types, bodies FROM bookings.tell_expired(ended, p_correlation, types, bodies) t;
    END IF;
    IF outcome = 'PLACED' THEN
        IF pays THEN
            -- Its row has been written once, as it is at the end; it is told of in its two steps all the same.
            confirmed := o;
            o.status := 'HELD';
            o.version := 1;
            o.hold_expires_at := held_until;
            o.payment_status := p_payment_status;
        END IF;
        types := types || 'bookings.BookingPlaced'::text;
        bodies := bodies || bookings.tell(
            'bookings.BookingPlaced', p_listing, concat('"booking":', bookings.booking_json(o)), p_correlation);
        IF paid THEN
            IF NOT pays THEN
                UPDATE bookings.occupation x
                SET status = 'CONFIRMED', version = x.version + 1, hold_expires_at = NULL, payment_status = 'SUCCEEDED'
                WHERE x.id = p_id
                RETURNING x.* INTO confirmed;
            END IF;
            types := types || 'bookings.BookingConfirmed'::text;
            bodies := bodies || bookings.tell_change(
                confirmed, 'bookings.BookingConfirmed', NULL, 'PAID', NULL, p_correlation);
        END IF;
    END IF;
END
$$;

-- Gives a booking the first of the PINs that is free.
CREATE OR REPLACE FUNCTION bookings.issue_pass(o bookings.occupation, p_pins int[], p_nonce bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    candidate_pin int;
BEGIN
    FOREACH candidate_pin IN ARRAY p_pins LOOP
        INSERT INTO bookings.pass (booking_id, listing_id, pin, days, nonce)
        VALUES (o.id, o.listing_id, candidate_pin,
            daterange((lower(o.stay) AT TIME ZONE o.time_zone)::date, (upper(o.stay) AT TIME ZONE o.time_zone)::date, '[]'),
            p_nonce)
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'no PIN is free for booking %', o.id;
END
$$;

-- The money is there: CONFIRMED with the event, or ALREADY. A hold that has ended is taken up again when its slot or one
-- of the given ones is free for the stay (RULES 9). LOST when there is no place for the booking any more: when that is
-- final, the money must go back, and a later call will not find a place either. UNKNOWN when there is no such booking.
CREATE OR REPLACE FUNCTION bookings.confirm_booking(
    p_id uuid, p_slots uuid[], p_slot_names text[], p_final boolean, p_pins int[], p_nonce bigint, p_correlation text,
    OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    late boolean;
    -- Whether a host has accepted it just now.
    asked boolean;
    slots uuid[];
    names text[];
BEGIN
    types := '{}';
    bodies := '{}';
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_id AND x.block_id IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        outcome := 'UNKNOWN';
        RETURN;
    ELSIF o.status IN ('CONFIRMED', 'ACTIVE', 'COMPLETED', 'NO_SHOW') OR o.status LIKE 'CANCELLED%' AND EXISTS (
        SELECT FROM bookings.transition t WHERE t.booking_id = p_id AND t.status = 'CONFIRMED') THEN
        -- Also of one that was called off since: what goes back of its money was decided then, and is less than all, perhaps.
        outcome := 'ALREADY';
        RETURN;
    END IF;

    outcome := 'LOST';
    asked := o.status = 'PENDING_HOST';
    late := NOT (o.status = 'HELD' OR asked AND o.live);
    IF NOT late THEN
        UPDATE bookings.occupation x
        SET status = 'CONFIRMED', version = x.version + 1, hold_expires_at = NULL, payment_status = 'SUCCEEDED'
        WHERE x.id = p_id
        RETURNING x.* INTO o;
        outcome := 'CONFIRMED';
    ELSIF o.status = 'EXPIRED' AND o.payment_status <> 'REFUNDED' AND upper(o.stay) > now() THEN
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
                WHERE x.id = p_id
                RETURNING x.* INTO o;
                PERFORM promotions.take_again(p_id);
                outcome := 'CONFIRMED';
                EXIT;
            EXCEPTION WHEN exclusion_violation THEN
                -- Somebody was faster: the next one.
            END;
        END LOOP;
    END IF;
    IF outcome = 'LOST' THEN
        IF p_final THEN
            UPDATE bookings.occupation x SET payment_status = 'REFUNDED' WHERE x.id = p_id;
        END IF;
        RETURN;
    END IF;

    PERFORM promotions.consume(p_id);
    PERFORM bookings.issue_pass(o, p_pins, p_nonce);
    types := types || 'bookings.BookingConfirmed'::text;
    bodies := bodies || bookings.tell_change(
        o, 'bookings.BookingConfirmed', CASE WHEN asked THEN o.host_id END,
        CASE WHEN asked THEN 'ACCEPTED' WHEN late THEN 'PAID_LATE' ELSE 'PAID' END, NULL, p_correlation);
END
$$;

-- Gives a hold's slot back because its payment was declined: ENDED with the event, or ALREADY when it is no hold any more.
CREATE OR REPLACE FUNCTION bookings.decline_booking(
    p_id uuid, p_code text, p_message text, p_correlation text,
    OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
BEGIN
    types := '{}';
    bodies := '{}';
    UPDATE bookings.occupation x
    SET live = false, status = 'EXPIRED', version = x.version + 1, hold_expires_at = NULL, payment_status = 'DECLINED'
    WHERE x.id = p_id AND x.status IN ('HELD', 'PENDING_HOST')
    RETURNING x.* INTO o;
    IF NOT FOUND THEN
        outcome := 'ALREADY';
        RETURN;
    END IF;
    outcome := 'ENDED';
    types := types || 'bookings.BookingExpired'::text;
    bodies := bodies || bookings.tell_change(
        o, 'bookings.BookingExpired', NULL, 'PAYMENT_DECLINED:' || p_code, p_message, p_correlation);
END
$$;

-- Ends holds and requests that are due, at most so many: any node, any number of them at once.
CREATE OR REPLACE FUNCTION bookings.expire_holds(p_limit int)
RETURNS TABLE (body text, payment_status text)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    o bookings.occupation;
    reason text;
BEGIN
    FOR o IN
        WITH due AS MATERIALIZED (
            SELECT x.* FROM bookings.occupation x
            WHERE x.status IN ('HELD', 'PENDING_HOST') AND x.hold_expires_at <= now()
            ORDER BY x.hold_expires_at
            LIMIT p_limit
            FOR UPDATE SKIP LOCKED)
        SELECT * FROM due ORDER BY listing_id, id
    LOOP
        reason := CASE
            WHEN o.status = 'HELD' THEN 'HOLD_EXPIRED'
            -- Asked for or accepted, but the bank was never answered.
            WHEN o.live OR o.payment_status IN ('PROCESSING', 'REQUIRES_ACTION') THEN 'PAYMENT_DECLINED:expired'
            ELSE 'NO_ANSWER'
        END;
        UPDATE bookings.occupation x
        SET live = false, status = 'EXPIRED', version = x.version + 1, hold_expires_at = NULL
        WHERE x.id = o.id
        RETURNING x.* INTO o;
        body := bookings.tell_change(o, 'bookings.BookingExpired', NULL, reason, NULL, NULL);
        payment_status := o.payment_status;
        RETURN NEXT;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION bookings.shares_json(p_block uuid, p_live boolean) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(concat('{"id":"', x.id, '","slot":"', x.slot_id, '","stay":', bookings.stay_json(x.stay),
        ',"live":', p_live::text, '}'), ',' ORDER BY x.slot_id)
    FROM bookings.occupation x WHERE x.block_id = p_block
$$;

-- Keeps all of the slots from drivers: ADDED with the event, or TAKEN with the ids of bookings and blocks in the way.
CREATE OR REPLACE FUNCTION bookings.add_block(
    p_id uuid, p_listing uuid, p_slots uuid[], p_shares uuid[], p_from timestamptz, p_to timestamptz, p_reason text,
    p_actor uuid, p_conflicts_max int, p_correlation text,
    OUT outcome text, OUT booking_ids uuid[], OUT block_ids uuid[], OUT types text[], OUT bodies text[],
    OUT created_at timestamptz)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    wanted CONSTANT tstzrange := tstzrange(p_from, p_to);
    slot uuid;
    ended bookings.occupation[] := '{}';
    clearing record;
BEGIN
    types := '{}';
    bodies := '{}';
    created_at := date_trunc('milliseconds', now());
    FOR slot IN
        SELECT DISTINCT x.slot_id FROM bookings.occupation x
        WHERE x.live AND x.slot_id = ANY (p_slots) AND x.stay && wanted AND x.status = 'HELD' AND x.hold_expires_at <= now()
        ORDER BY x.slot_id
    LOOP
        clearing := bookings.clear_expired(slot, wanted);
        ended := ended || clearing.ended;
    END LOOP;
    BEGIN
        INSERT INTO bookings.block (id, listing_id, stay, reason, created_by, created_at)
        VALUES (p_id, p_listing, wanted, p_reason, p_actor, add_block.created_at);
        INSERT INTO bookings.occupation (id, listing_id, slot_id, stay, live, block_id)
        SELECT s.share, p_listing, s.slot_id, wanted, true, p_id
        FROM unnest(p_slots, p_shares) AS s (slot_id, share) ORDER BY s.slot_id;
        outcome := 'ADDED';
    EXCEPTION WHEN exclusion_violation THEN
        outcome := 'TAKEN';
    END;
    IF cardinality(ended) > 0 THEN
        SELECT t.types, t.bodies INTO types, bodies FROM bookings.tell_expired(ended, p_correlation, types, bodies) t;
    END IF;
    IF outcome = 'ADDED' THEN
        types := types || 'bookings.BlockAdded'::text;
        bodies := bodies || bookings.tell('bookings.BlockAdded', p_listing,
            concat('"block":"', p_id, '","listing":"', p_listing, '","slots":[', bookings.shares_json(p_id, true), ']'),
            p_correlation);
    ELSE
        SELECT array_agg(DISTINCT x.id) FILTER (WHERE x.block_id IS NULL), array_agg(DISTINCT x.block_id)
            FILTER (WHERE x.block_id IS NOT NULL)
        INTO booking_ids, block_ids
        FROM (SELECT y.id, y.block_id FROM bookings.occupation y
            WHERE y.live AND y.slot_id = ANY (p_slots) AND y.stay && wanted LIMIT p_conflicts_max) x;
    END IF;
END
$$;

-- REMOVED with the event, or UNKNOWN when the listing has no such block.
CREATE OR REPLACE FUNCTION bookings.remove_block(
    p_id uuid, p_listing uuid, p_correlation text, OUT outcome text, OUT types text[], OUT bodies text[])
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    types := '{}';
    bodies := '{}';
    UPDATE bookings.block SET removed_at = now() 
    WHERE id = p_id AND listing_id = p_listing AND removed_at IS NULL AND NOT for_change;
    IF NOT FOUND THEN
        outcome := 'UNKNOWN';
        RETURN;
    END IF;
    UPDATE bookings.occupation SET live = false WHERE block_id = p_id;
    outcome := 'REMOVED';
    types := types || 'bookings.BlockRemoved'::text;
    bodies := bodies || bookings.tell('bookings.BlockRemoved', p_listing,
        concat('"block":"', p_id, '","listing":"', p_listing, '","slots":[', bookings.shares_json(p_id, false), ']'),
        p_correlation);
END
$$;
