-- What gates change. Each function is one statement and one transaction: the log, who is inside and the outbox row appear
-- together. Order of locks, everywhere: access.attempt, access.presence, access.pin_tries.

-- Tells that the holder of a booking has come or gone; gives back the event.
CREATE OR REPLACE FUNCTION access.tell(
    p_type text, p_booking uuid, p_listing uuid, p_at timestamptz, p_source text, p_correlation text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    body text := concat('{"booking":"', p_booking, '","listing":"', p_listing, '","at":',
        to_json(to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), ',"source":"', p_source, '"}');
BEGIN
    INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
    VALUES (uuidv7(), 'access.events', p_booking::text, p_type, body, p_correlation);
    RETURN body;
END
$$;

-- Decides an attempt and writes it down. What is wrong with the right itself is known before (p_reason); here it is decided
-- whether its holder is inside (RULES 21). p_unseen is why one who was not seen coming in may not go out, or null.
--
-- Of a monthly pass (p_pass) the booking is the card or the vehicle that is used: of all of a pass, no more are inside at once
-- than it lets in. They may come and go as often as they like, and nobody is told of it.
DROP FUNCTION IF EXISTS access.decide(uuid, uuid, uuid, text, uuid, text, text, text, text, uuid, boolean, text, text,
    timestamptz, timestamptz, text, boolean, text);
CREATE OR REPLACE FUNCTION access.decide(
    p_id uuid, p_request uuid, p_listing uuid, p_device text, p_actor uuid, p_direction text, p_credential text, p_plate text,
    p_match text, p_booking uuid, p_allow boolean, p_reason text, p_unseen text, p_at timestamptz, p_ends timestamptz,
    p_inside_plate text, p_reentry boolean, p_correlation text, p_pass uuid DEFAULT NULL, p_concurrency int DEFAULT NULL,
    OUT decision text, OUT reason text, OUT booking uuid, OUT plate_match text, OUT attempt uuid,
    OUT type text, OUT body text, OUT pass uuid)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    -- The clock now, not that of the statement's start: it may wait for a row.
    v_at timestamptz := coalesce(p_at, clock_timestamp());
    v_gate access.gate;
    v_reentry boolean := p_reentry;
    v_here access.presence;
BEGIN
    decision := CASE WHEN p_allow THEN 'ALLOW' ELSE 'DENY' END;
    reason := p_reason;
    booking := CASE WHEN p_pass IS NULL THEN p_booking END;
    pass := p_pass;
    plate_match := p_match;
    attempt := p_id;
    SELECT * INTO v_gate FROM access.gate g WHERE g.listing_id = p_listing;
    IF FOUND THEN
        v_reentry := v_gate.reentry;
        IF v_gate.closed AND p_direction = 'ENTRY' AND decision = 'ALLOW' THEN
            decision := 'DENY';
            reason := 'closed';
        END IF;
    END IF;
    v_reentry := v_reentry OR p_pass IS NOT NULL;

    INSERT INTO access.attempt (id, request, listing_id, device, actor, direction, credential, plate, plate_match, decision,
        reason, booking_id, pass_id, at)
    VALUES (p_id, p_request, p_listing, p_device, p_actor, p_direction, p_credential, p_plate, p_match, decision, reason,
        booking, p_pass, v_at)
    ON CONFLICT (request) DO NOTHING;
    IF NOT FOUND THEN
        SELECT a.decision, a.reason, a.booking_id, a.plate_match, a.id, a.pass_id
        INTO decision, reason, booking, plate_match, attempt, pass
        FROM access.attempt a WHERE a.request = p_request;
        RETURN;
    ELSIF decision = 'DENY' THEN
        RETURN;
    END IF;

    IF p_pass IS NOT NULL AND p_direction = 'ENTRY' THEN
        -- Those of one pass take turns, so that of two at once the last one is refused.
        PERFORM pg_advisory_xact_lock(hashtextextended(p_pass::text, 98));
        IF (SELECT count(*) FROM access.presence p
            WHERE p.pass_id = p_pass AND p.inside AND p.booking_id <> p_booking) >= p_concurrency THEN
            decision := 'DENY';
            reason := 'all_inside';
            UPDATE access.attempt a SET decision = 'DENY', reason = decide.reason WHERE a.id = p_id;
            RETURN;
        END IF;
    END IF;

    IF p_direction = 'ENTRY' THEN
        INSERT INTO access.presence AS p (booking_id, listing_id, inside, entries, exits, plate, last_attempt, changed_at,
            pass_id)
        VALUES (p_booking, p_listing, true, 1, 0, p_inside_plate, p_id, v_at, p_pass)
        ON CONFLICT (booking_id) DO UPDATE
        SET inside = true, entries = p.entries + 1, plate = excluded.plate, last_attempt = p_id, changed_at = v_at,
            gone_at = NULL, pass_id = excluded.pass_id
        WHERE NOT p.inside AND (v_reentry OR p.entries + p.exits = 0);
        IF FOUND THEN
            type := 'access.VehicleEntered';
        ELSE
            decision := 'DENY';
            SELECT CASE WHEN p.inside THEN 'already_inside' ELSE 'used' END INTO reason
            FROM access.presence p WHERE p.booking_id = p_booking;
        END IF;
    ELSE
        UPDATE access.presence p
        SET inside = false, exits = p.exits + 1, plate = NULL, last_attempt = p_id, changed_at = v_at,
            gone_at = CASE WHEN v_reentry AND v_at < p_ends THEN p_ends END
        WHERE p.booking_id = p_booking AND p.inside
        RETURNING p.* INTO v_here;
        IF NOT FOUND THEN
            SELECT * INTO v_here FROM access.presence p WHERE p.booking_id = p_booking;
            IF FOUND THEN
                decision := 'DENY';
                reason := 'already_outside';
            ELSIF p_unseen IS NOT NULL THEN
                decision := 'DENY';
                reason := p_unseen;
            ELSE
                -- The gate has not seen the entry, and keeps nobody in for that: once.
                INSERT INTO access.presence AS p (booking_id, listing_id, inside, entries, exits, last_attempt, changed_at)
                VALUES (p_booking, p_listing, false, 0, 1, p_id, v_at)
                ON CONFLICT (booking_id) DO NOTHING
                RETURNING p.* INTO v_here;
                IF FOUND THEN
                    reason := 'no_entry_seen';
                ELSE
                    decision := 'DENY';
                    reason := 'already_outside';
                END IF;
            END IF;
        END IF;
        IF decision = 'ALLOW' AND v_here.gone_at IS NULL THEN
            type := 'access.VehicleLeft';
        END IF;
    END IF;

    IF decision = 'DENY' THEN
        UPDATE access.attempt a SET decision = 'DENY', reason = decide.reason WHERE a.id = p_id;
        RETURN;
    ELSIF reason IS DISTINCT FROM p_reason THEN
        UPDATE access.attempt a SET reason = decide.reason WHERE a.id = p_id;
    END IF;
    IF p_credential = 'PIN' THEN
        -- A try that opened counts for nothing.
        UPDATE access.pin_tries t SET tries = t.tries[1:cardinality(t.tries) - 1]
        WHERE t.listing_id = p_listing AND t.device = p_device;
    END IF;
    IF p_pass IS NOT NULL THEN
        type := NULL;
    ELSIF type IS NOT NULL THEN
        body := access.tell(type, p_booking, p_listing, v_at, p_credential, p_correlation);
    END IF;
END
$$;

-- Writes down what a gate was told while the database could not be asked, or did not answer in time: what was told counts.
-- Repeatable.
CREATE OR REPLACE FUNCTION access.settle(
    p_id uuid, p_request uuid, p_listing uuid, p_device text, p_actor uuid, p_direction text, p_credential text, p_plate text,
    p_booking uuid, p_allow boolean, p_reason text, p_at timestamptz, p_correlation text,
    OUT type text, OUT body text)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    v_told text := CASE WHEN p_allow THEN 'ALLOW' ELSE 'DENY' END;
    v_before text;
BEGIN
    LOOP
        -- It may have been decided all the same, after nobody waited any more.
        SELECT a.decision INTO v_before FROM access.attempt a WHERE a.id = p_id FOR UPDATE;
        IF FOUND THEN
            UPDATE access.attempt a SET decision = v_told, reason = p_reason WHERE a.id = p_id;
            EXIT;
        END IF;
        INSERT INTO access.attempt (id, request, listing_id, device, actor, direction, credential, plate, decision, reason,
            booking_id, at)
        VALUES (p_id, p_request, p_listing, p_device, p_actor, p_direction, p_credential, p_plate, v_told, p_reason,
            p_booking, p_at)
        ON CONFLICT DO NOTHING;
        EXIT WHEN FOUND;
        -- Just now, perhaps; else the request was another attempt's.
        IF NOT EXISTS (SELECT FROM access.attempt a WHERE a.id = p_id) THEN
            RETURN;
        END IF;
    END LOOP;
    IF p_booking IS NULL OR v_before = v_told THEN
        RETURN;
    ELSIF p_allow AND p_direction = 'ENTRY' THEN
        INSERT INTO access.presence AS p (booking_id, listing_id, inside, entries, exits, last_attempt, changed_at)
        VALUES (p_booking, p_listing, true, 1, 0, p_id, p_at)
        ON CONFLICT (booking_id) DO UPDATE
        SET inside = true, entries = p.entries + 1, last_attempt = p_id, changed_at = p_at, gone_at = NULL
        WHERE p.changed_at < p_at;
        type := 'access.VehicleEntered';
    ELSIF p_allow THEN
        INSERT INTO access.presence AS p (booking_id, listing_id, inside, entries, exits, last_attempt, changed_at)
        VALUES (p_booking, p_listing, false, 0, 1, p_id, p_at)
        ON CONFLICT (booking_id) DO UPDATE
        SET inside = false, exits = p.exits + 1, plate = NULL, last_attempt = p_id, changed_at = p_at, gone_at = NULL
        WHERE p.changed_at < p_at;
        type := 'access.VehicleLeft';
    ELSIF v_before = 'ALLOW' THEN
        -- The gate stayed shut: the credential has not been used.
        UPDATE access.presence p
        SET inside = (p_direction = 'EXIT'),
            entries = p.entries - CASE WHEN p_direction = 'ENTRY' THEN 1 ELSE 0 END,
            exits = p.exits - CASE WHEN p_direction = 'EXIT' THEN 1 ELSE 0 END
        WHERE p.booking_id = p_booking AND p.last_attempt = p_id;
    END IF;
    IF type IS NOT NULL THEN
        body := access.tell(type, p_booking, p_listing, p_at, p_credential, p_correlation);
    END IF;
END
$$;

-- Those who could have come back and have not: gone for good. Each is told by one node.
CREATE OR REPLACE FUNCTION access.tell_gone(p_limit int) RETURNS SETOF text
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
    v_gone access.presence;
BEGIN
    FOR v_gone IN
        SELECT * FROM access.presence p WHERE p.gone_at <= now() ORDER BY p.gone_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE access.presence p SET gone_at = NULL WHERE p.booking_id = v_gone.booking_id;
        RETURN NEXT access.tell(
            'access.VehicleLeft', v_gone.booking_id, v_gone.listing_id, v_gone.changed_at, 'GATE', NULL);
    END LOOP;
END
$$;
