-- The ledger's statements: each one a round trip, in the caller's transaction, for Java and for other functions.

-- Opens the accounts that are missing. Reading first: an insert that conflicts writes all the same.
CREATE OR REPLACE FUNCTION payments.open_accounts(p_kinds text[], p_owners uuid[], p_currencies text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(p_kinds, p_owners, p_currencies) AS l (kind, owner, currency)
        WHERE NOT EXISTS (
            SELECT FROM payments.account a
            WHERE a.kind = l.kind AND a.currency = l.currency
                AND (a.owner = l.owner OR a.owner IS NULL AND l.owner IS NULL)))
    THEN
        INSERT INTO payments.account (kind, owner, currency)
        SELECT DISTINCT l.kind, l.owner, l.currency
        FROM unnest(p_kinds, p_owners, p_currencies) AS l (kind, owner, currency)
        ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;

-- Lines as they are given, with the ids of their accounts; null where there is none yet. Two looks into the index, because one
-- that asks for both would read all accounts of a kind.
CREATE OR REPLACE FUNCTION payments.lines(p_kinds text[], p_owners uuid[], p_currencies text[], p_amounts bigint[])
RETURNS TABLE (line smallint, account bigint, amount bigint, currency text)
LANGUAGE sql STABLE AS $$
    SELECT l.line::smallint,
        CASE
            WHEN l.owner IS NULL THEN (
                SELECT a.id FROM payments.account a
                WHERE a.kind = l.kind AND a.owner IS NULL AND a.currency = l.currency)
            ELSE (
                SELECT a.id FROM payments.account a
                WHERE a.kind = l.kind AND a.owner = l.owner AND a.currency = l.currency)
        END,
        l.amount, l.currency
    FROM unnest(p_kinds, p_owners, p_currencies, p_amounts)
        WITH ORDINALITY AS l (kind, owner, currency, amount, line)
$$;

-- Posts a transfer: POSTED, ALREADY when it is posted, OTHER when its id is another transfer's.
CREATE OR REPLACE FUNCTION payments.post_transfer(
    p_id uuid, p_kind text, p_payment uuid, p_booking uuid, p_reverses uuid, p_kinds text[], p_owners uuid[],
    p_currencies text[], p_amounts bigint[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    t payments.transfer;
    accounts bigint[];
BEGIN
    INSERT INTO payments.transfer (id, kind, payment, booking, reverses)
    VALUES (p_id, p_kind, p_payment, p_booking, p_reverses)
    ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN
        SELECT array_agg(l.account ORDER BY l.line) INTO accounts
        FROM payments.lines(p_kinds, p_owners, p_currencies, p_amounts) l;
        IF array_position(accounts, NULL) IS NOT NULL THEN
            PERFORM payments.open_accounts(p_kinds, p_owners, p_currencies);
            SELECT array_agg(l.account ORDER BY l.line) INTO accounts
            FROM payments.lines(p_kinds, p_owners, p_currencies, p_amounts) l;
        END IF;
        INSERT INTO payments.entry (transfer, line, account, amount, currency)
        SELECT p_id, l.line, l.account, l.amount, l.currency
        FROM unnest(accounts, p_amounts, p_currencies) WITH ORDINALITY AS l (account, amount, currency, line)
        ORDER BY l.line;
        RETURN 'POSTED';
    END IF;
    SELECT * INTO t FROM payments.transfer x WHERE x.id = p_id;
    RETURN CASE
        WHEN (t.kind, t.payment, t.booking, t.reverses) IS DISTINCT FROM (p_kind, p_payment, p_booking, p_reverses)
            OR (SELECT count(*) FROM payments.entry e WHERE e.transfer = p_id) <> cardinality(p_kinds)
            OR EXISTS (
                SELECT l.line, l.account, l.amount, l.currency
                FROM payments.lines(p_kinds, p_owners, p_currencies, p_amounts) l
                EXCEPT
                SELECT e.line, e.account, e.amount, e.currency FROM payments.entry e WHERE e.transfer = p_id)
        THEN 'OTHER'
        ELSE 'ALREADY'
    END;
END
$$;

-- What pending lines reserve, or do not any more, on accounts that are kept.
CREATE OR REPLACE FUNCTION payments.reserve(p_pending uuid, p_sign int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    n record;
BEGIN
    FOR n IN
        SELECT l.account, sum(l.amount)::bigint AS amount
        FROM payments.pending_line l JOIN payments.account a ON a.id = l.account
        WHERE l.pending = p_pending AND payments.is_kept(a.kind)
        GROUP BY l.account HAVING sum(l.amount) > 0
        ORDER BY l.account
    LOOP
        UPDATE payments.running r SET reserved = r.reserved + p_sign * n.amount WHERE r.account = n.account AND r.part = 0;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'account % holds nothing', n.account
                USING ERRCODE = 'check_violation', CONSTRAINT = 'running_never_negative';
        END IF;
    END LOOP;
END
$$;

-- Reserves a transfer: PENDING, or how it stands when it is known; OTHER when its id is another's.
CREATE OR REPLACE FUNCTION payments.hold_transfer(
    p_id uuid, p_kind text, p_payment uuid, p_booking uuid, p_kinds text[], p_owners uuid[], p_currencies text[],
    p_amounts bigint[], p_millis bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    held payments.pending;
BEGIN
    IF EXISTS (SELECT FROM payments.transfer t WHERE t.id = p_id)
        AND NOT EXISTS (SELECT FROM payments.pending p WHERE p.id = p_id) THEN
        RETURN 'OTHER';
    END IF;
    INSERT INTO payments.pending (id, kind, payment, booking, expires_at)
    VALUES (p_id, p_kind, p_payment, p_booking, now() + p_millis * interval '1 millisecond')
    ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN
        PERFORM payments.open_accounts(p_kinds, p_owners, p_currencies);
        INSERT INTO payments.pending_line (pending, line, account, amount, currency)
        SELECT p_id, l.line, l.account, l.amount, l.currency
        FROM payments.lines(p_kinds, p_owners, p_currencies, p_amounts) l;
        PERFORM payments.reserve(p_id, 1);
        RETURN 'PENDING';
    END IF;
    SELECT * INTO held FROM payments.pending x WHERE x.id = p_id;
    RETURN CASE
        WHEN (held.kind, held.payment, held.booking) IS DISTINCT FROM (p_kind, p_payment, p_booking)
            OR (SELECT count(*) FROM payments.pending_line l WHERE l.pending = p_id) <> cardinality(p_kinds)
            OR EXISTS (
                SELECT l.line, l.account, l.amount, l.currency
                FROM payments.lines(p_kinds, p_owners, p_currencies, p_amounts) l
                EXCEPT
                SELECT e.line, e.account, e.amount, e.currency FROM payments.pending_line e WHERE e.pending = p_id)
        THEN 'OTHER'
        ELSE held.state
    END;
END
$$;

-- Ends what is pending as POSTED, VOIDED or EXPIRED: how it has ended, which may be otherwise, before. UNKNOWN when there is
-- no such one. One that is past its time expires.
CREATE OR REPLACE FUNCTION payments.end_transfer(p_id uuid, p_state text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    held payments.pending;
    ended text;
BEGIN
    SELECT * INTO held FROM payments.pending x WHERE x.id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'UNKNOWN';
    ELSIF held.state <> 'PENDING' THEN
        RETURN held.state;
    END IF;
    ended := CASE WHEN p_state = 'POSTED' AND held.expires_at <= now() THEN 'EXPIRED' ELSE p_state END;
    PERFORM payments.reserve(p_id, -1);
    IF ended = 'POSTED' THEN
        INSERT INTO payments.transfer (id, kind, payment, booking)
        VALUES (p_id, held.kind, held.payment, held.booking);
        INSERT INTO payments.entry (transfer, line, account, amount, currency)
        SELECT p_id, l.line, l.account, l.amount, l.currency
        FROM payments.pending_line l WHERE l.pending = p_id ORDER BY l.line;
    END IF;
    UPDATE payments.pending SET state = ended, ended_at = now() WHERE id = p_id;
    RETURN ended;
END
$$;

-- Expires what is past its time, at most so many; on any node, on any number of them at once.
CREATE OR REPLACE FUNCTION payments.expire_transfers(p_limit int) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    due uuid;
    expired int := 0;
BEGIN
    FOR due IN
        SELECT p.id FROM payments.pending p WHERE p.state = 'PENDING' AND p.expires_at <= now()
        ORDER BY p.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM payments.end_transfer(due, 'EXPIRED');
        expired := expired + 1;
    END LOOP;
    RETURN expired;
END
$$;

-- Accounts whose running balance is not what their entries and pending transfers add up to. In one snapshot: it looks while
-- money moves.
CREATE OR REPLACE VIEW payments.difference AS
    SELECT a.id AS account, a.kind, a.owner, a.currency,
        coalesce(r.amount, 0)::bigint AS running, coalesce(e.amount, 0)::bigint AS entries,
        coalesce(r.reserved, 0)::bigint AS reserved, coalesce(p.amount, 0)::bigint AS pending
    FROM payments.account a
    LEFT JOIN (
        SELECT x.account, sum(x.debit - x.credit) AS amount, sum(x.entries) AS entries, sum(x.reserved) AS reserved
        FROM payments.running x GROUP BY x.account) r ON r.account = a.id
    LEFT JOIN (
        SELECT x.account, sum(x.amount) AS amount, count(*) AS entries
        FROM payments.entry x GROUP BY x.account) e ON e.account = a.id
    LEFT JOIN (
        SELECT s.account, sum(s.amount) AS amount
        FROM (
            SELECT l.account, sum(l.amount) AS amount
            FROM payments.pending p JOIN payments.pending_line l ON l.pending = p.id
            WHERE p.state = 'PENDING' GROUP BY l.pending, l.account HAVING sum(l.amount) > 0) s
        GROUP BY s.account) p ON p.account = a.id AND payments.is_kept(a.kind)
    WHERE coalesce(r.amount, 0) <> coalesce(e.amount, 0) OR coalesce(r.entries, 0) <> coalesce(e.entries, 0)
        OR coalesce(r.reserved, 0) <> coalesce(p.amount, 0);

-- Pays for a booking with the driver's wallet, in the statement that makes it. Refused by running_never_negative when the
-- wallet has less. p_fee has the service fee in the amount and its tax, as bookings.place_booking is given it.
DROP FUNCTION IF EXISTS payments.pay_from_wallet(
    uuid, uuid, uuid, uuid, bigint, text, int, text, text[], uuid[], bigint[], text, text);
CREATE OR REPLACE FUNCTION payments.pay_from_wallet(
    p_payment uuid, p_booking uuid, p_driver uuid, p_host uuid, p_amount bigint, p_currency text, p_commission int,
    p_description text, p_kinds text[], p_owners uuid[], p_amounts bigint[], p_event text, p_correlation text,
    p_fee json DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments.payment
        (id, booking, driver, host, amount, currency, commission_basis_points, description, status, method, wallet,
         service_fee, service_fee_tax)
    VALUES (
        p_payment, p_booking, p_driver, p_host, p_amount, p_currency, p_commission, p_description, 'SUCCEEDED', 'wallet',
        p_amount, coalesce((p_fee->'amount'->>'amount')::bigint, 0),
        coalesce((p_fee->'tax'->>'amount')::bigint, 0));
    PERFORM payments.post_transfer(
        p_payment, 'CHARGE', p_payment, p_booking, NULL, p_kinds, p_owners,
        array_fill(p_currency, ARRAY[cardinality(p_kinds)]), p_amounts);
    INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
    VALUES (uuidv7(), 'payments.events', p_booking::text, 'payments.PaymentSucceeded', p_event, p_correlation);
END
$$;

-- Checked at the commit for a transfer: it has entries, and they sum to zero.
CREATE OR REPLACE FUNCTION payments.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Null, when there are no entries, is as wrong.
    IF coalesce((
        SELECT bool_or(s.amount <> 0) FROM (
            SELECT sum(e.amount) AS amount FROM payments.entry e WHERE e.transfer = NEW.id GROUP BY e.currency) s),
        true)
    THEN
        RAISE EXCEPTION 'transfer % does not sum to zero', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balanced';
    END IF;
    RETURN NULL;
END
$$;

-- As it was, from what is kept instead of from every entry; the view of differences compares the two.
CREATE OR REPLACE VIEW payments.balance AS
    SELECT a.kind, a.owner, a.currency, coalesce(sum(r.debit - r.credit), 0)::bigint AS amount
    FROM payments.account a
    LEFT JOIN payments.running r ON r.account = a.id
    GROUP BY a.id;
