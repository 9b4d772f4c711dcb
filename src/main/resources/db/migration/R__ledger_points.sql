-- Points in the ledger, and what else pays inside Berth. Lots are changed by nothing but entries: who posts to an account of
-- points holds its row, as with every account that is kept, and the lots behind it follow.

-- As V47 says: rows are taken in one order, always. The lots of an account of points follow its entries.
CREATE OR REPLACE FUNCTION payments.keep_running() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n record;
    moved record;
BEGIN
    FOR n IN
        SELECT a.id AS account, a.kind, payments.is_kept(a.kind) AS kept,
            (CASE
                WHEN payments.is_kept(a.kind) THEN 0
                WHEN a.owner IS NULL THEN pg_backend_pid() % 64
                ELSE pg_backend_pid() % 8
            END)::smallint AS part,
            coalesce(sum(i.amount) FILTER (WHERE i.amount > 0), 0)::bigint AS debit,
            coalesce(-sum(i.amount) FILTER (WHERE i.amount < 0), 0)::bigint AS credit, count(*) AS entries
        FROM inserted i JOIN payments.account a ON a.id = i.account
        GROUP BY a.id ORDER BY payments.is_kept(a.kind) DESC, a.id
    LOOP
        UPDATE payments.running r
        SET debit = r.debit + n.debit, credit = r.credit + n.credit, entries = r.entries + n.entries
        WHERE r.account = n.account AND r.part = n.part;
        IF NOT FOUND THEN
            INSERT INTO payments.running AS r (account, part, kept, debit, credit, entries)
            VALUES (n.account, n.part, n.kept, n.debit, n.credit, n.entries)
            ON CONFLICT (account, part) DO UPDATE
            SET debit = r.debit + EXCLUDED.debit, credit = r.credit + EXCLUDED.credit,
                entries = r.entries + EXCLUDED.entries;
        END IF;
        IF n.kind = 'points_liability' THEN
            FOR moved IN
                SELECT i.transfer, sum(i.amount)::bigint AS amount FROM inserted i
                WHERE i.account = n.account GROUP BY i.transfer ORDER BY i.transfer
            LOOP
                PERFORM payments.keep_lots(n.account, moved.transfer, moved.amount);
            END LOOP;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- What is taken is taken of the lots that expire first. What comes back of that is a lot of its own, which expires when the one
-- did that it was taken of, or a while from now if that is too soon; what was taken last comes back first. What is earned has
-- its lot already.
CREATE OR REPLACE FUNCTION payments.keep_lots(p_account bigint, p_transfer uuid, p_amount bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l record;
    part bigint;
    rest bigint := abs(p_amount);
    back_of uuid;
BEGIN
    IF p_amount > 0 THEN
        FOR l IN
            SELECT x.id, x.remaining FROM payments.points_lot x
            WHERE x.account = p_account AND x.remaining > 0 ORDER BY x.expires_at, x.id
        LOOP
            EXIT WHEN rest = 0;
            part := least(rest, l.remaining);
            UPDATE payments.points_lot x SET remaining = x.remaining - part WHERE x.id = l.id;
            INSERT INTO payments.points_used (transfer, lot, amount) VALUES (p_transfer, l.id, part);
            rest := rest - part;
        END LOOP;
    ELSE
        SELECT t.reverses INTO back_of FROM payments.transfer t WHERE t.id = p_transfer;
        IF back_of IS NULL THEN
            SELECT rest - coalesce(sum(x.amount), 0) INTO rest
            FROM payments.points_lot x WHERE x.account = p_account AND x.transfer = p_transfer;
        ELSE
            FOR l IN
                SELECT u.lot, u.amount - u.returned AS spent, x.expires_at, x.kept_millis
                FROM payments.points_used u JOIN payments.points_lot x ON x.id = u.lot
                WHERE u.transfer = back_of AND u.returned < u.amount ORDER BY x.expires_at DESC, x.id DESC
            LOOP
                EXIT WHEN rest = 0;
                part := least(rest, l.spent);
                UPDATE payments.points_used u SET returned = u.returned + part
                WHERE u.transfer = back_of AND u.lot = l.lot;
                INSERT INTO payments.points_lot (account, transfer, amount, remaining, expires_at, kept_millis)
                VALUES (
                    p_account, p_transfer, part, part,
                    greatest(l.expires_at, now() + l.kept_millis * interval '1 millisecond'), l.kept_millis);
                rest := rest - part;
            END LOOP;
        END IF;
    END IF;
    IF rest <> 0 THEN
        RAISE EXCEPTION 'transfer % moves points of no lot', p_transfer
            USING ERRCODE = 'check_violation', CONSTRAINT = 'points_in_lots';
    END IF;
END
$$;

-- Accounts of points whose lots are not what they hold; none when all is well.
CREATE OR REPLACE VIEW payments.points_difference AS
    SELECT a.id AS account, a.owner, a.currency,
        -coalesce((SELECT sum(r.credit - r.debit) FROM payments.running r WHERE r.account = a.id), 0)::bigint AS running,
        -coalesce((SELECT sum(l.remaining) FROM payments.points_lot l WHERE l.account = a.id), 0)::bigint AS lots
    FROM payments.account a
    WHERE a.kind = 'points_liability'
        AND coalesce((SELECT sum(r.credit - r.debit) FROM payments.running r WHERE r.account = a.id), 0)
            <> coalesce((SELECT sum(l.remaining) FROM payments.points_lot l WHERE l.account = a.id), 0);

-- Posts that what an account's points are worth whose time is over is ours again: how much. The account's row is locked. What is
-- reserved stays: it is going to be taken of the oldest lots, or expires later.
CREATE OR REPLACE FUNCTION payments.expire_points_of(p_account bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    a payments.account;
    due bigint;
BEGIN
    SELECT sum(l.remaining) INTO due FROM payments.points_lot l
    WHERE l.account = p_account AND l.remaining > 0 AND l.expires_at <= now();
    IF due IS NULL THEN
        RETURN 0;
    END IF;
    SELECT greatest(0, due - r.reserved) INTO due
    FROM payments.running r WHERE r.account = p_account AND r.part = 0;
    IF due > 0 THEN
        SELECT * INTO a FROM payments.account x WHERE x.id = p_account;
        PERFORM payments.post_transfer(
            uuidv7(), 'POINTS_EXPIRED', NULL, NULL, NULL, ARRAY['points_liability', 'platform_revenue'],
            ARRAY[a.owner, NULL]::uuid[], ARRAY[a.currency, a.currency], ARRAY[due, -due]);
    END IF;
    RETURN due;
END
$$;

-- Expires points of at most so many accounts, and of how many it did; on any node, on any number of them at once. An account that
-- somebody pays with just now is left to the next time: all rows are taken before anything is posted, and none is waited for.
CREATE OR REPLACE FUNCTION payments.expire_points(p_limit int, OUT accounts int, OUT worth bigint)
LANGUAGE plpgsql AS $$
DECLARE
    due bigint[];
    one bigint;
BEGIN
    accounts := 0;
    worth := 0;
    SELECT array_agg(x.account) INTO due FROM (
        SELECT r.account FROM payments.running r JOIN (
            SELECT l.account, sum(l.remaining) AS amount FROM payments.points_lot l
            WHERE l.remaining > 0 AND l.expires_at <= now() GROUP BY l.account) o ON o.account = r.account
        WHERE r.part = 0 AND o.amount > r.reserved
        LIMIT p_limit FOR UPDATE OF r SKIP LOCKED) x;
    FOREACH one IN ARRAY coalesce(due, '{}') LOOP
        worth := worth + payments.expire_points_of(one);
        accounts := accounts + 1;
    END LOOP;
END
$$;

-- What a driver's points and wallet can pay, of those that are asked for; both stay so until the transaction has ended. All that a
-- charge posts to is opened first: who opens an account waits for whoever opens the same one, and must hold nothing then.
CREATE OR REPLACE FUNCTION payments.lock_inside(
    p_driver uuid, p_host uuid, p_currency text, p_points boolean, p_wallet boolean, OUT points bigint, OUT wallet bigint)
LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    points := 0;
    wallet := 0;
    PERFORM payments.open_accounts(
        ARRAY['driver_receivable', 'host_payable', 'platform_revenue', 'processor_clearing', 'tax_payable'],
        ARRAY[p_driver, p_host, NULL, NULL, NULL]::uuid[], array_fill(p_currency, ARRAY[5]));
    PERFORM FROM payments.running x
    WHERE x.part = 0 AND x.account IN (
        SELECT a.id FROM payments.account a
        WHERE a.owner = p_driver AND a.currency = p_currency
            AND (p_points AND a.kind = 'points_liability' OR p_wallet AND a.kind = 'wallet'))
    ORDER BY x.account FOR UPDATE;
    IF p_points THEN
        PERFORM payments.expire_points_of(a.id) FROM payments.account a
        WHERE a.owner = p_driver AND a.currency = p_currency AND a.kind = 'points_liability';
    END IF;
    FOR r IN
        SELECT a.kind, x.credit - x.debit - x.reserved AS available
        FROM payments.account a JOIN payments.running x ON x.account = a.id AND x.part = 0
        WHERE a.owner = p_driver AND a.currency = p_currency
            AND (p_points AND a.kind = 'points_liability' OR p_wallet AND a.kind = 'wallet')
    LOOP
        IF r.kind = 'wallet' THEN
            wallet := r.available;
        ELSE
            points := r.available;
        END IF;
    END LOOP;
END
$$;

-- Pays for a booking with points and wallet, in that order, in the statement that makes it; false when they do not cover the price
-- and a card pays the rest later. Without a card that is refused by running_never_negative. The lines are those of the charge
-- but for what settles the driver's debt. p_fee has the service fee in the amount and its tax.
DROP FUNCTION IF EXISTS payments.pay_inside(
    uuid, uuid, uuid, uuid, bigint, text, int, text, text[], uuid[], bigint[], boolean, boolean, text, text, text);
CREATE OR REPLACE FUNCTION payments.pay_inside(
    p_payment uuid, p_booking uuid, p_driver uuid, p_host uuid, p_amount bigint, p_currency text, p_commission int,
    p_description text, p_kinds text[], p_owners uuid[], p_amounts bigint[], p_points boolean, p_wallet boolean, p_card text,
    p_event text, p_correlation text, p_fee json DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    available record;
    from_points bigint;
    from_wallet bigint;
    kinds text[] := p_kinds;
    owners uuid[] := p_owners;
    amounts bigint[] := p_amounts;
BEGIN
    SELECT * INTO available FROM payments.lock_inside(p_driver, p_host, p_currency, p_points, p_wallet);
    from_points := least(p_amount, available.points);
    from_wallet := p_amount - from_points;
    IF from_wallet > available.wallet THEN
        IF p_card IS NOT NULL THEN
            RETURN false;
        END IF;
        RAISE EXCEPTION 'driver % has too little', p_driver
            USING ERRCODE = 'check_violation', CONSTRAINT = 'running_never_negative';
    END IF;
    INSERT INTO payments.payment
        (id, booking, driver, host, amount, currency, commission_basis_points, description, status, method, points, wallet,
         service_fee, service_fee_tax)
    VALUES (
        p_payment, p_booking, p_driver, p_host, p_amount, p_currency, p_commission, p_description, 'SUCCEEDED',
        coalesce(p_card, CASE WHEN p_wallet THEN 'wallet' ELSE 'points' END), from_points, from_wallet,
        coalesce((p_fee->'amount'->>'amount')::bigint, 0),
        coalesce((p_fee->'tax'->>'amount')::bigint, 0));
    IF from_points > 0 THEN
        kinds := kinds || 'points_liability'::text;
        owners := owners || p_driver;
        amounts := amounts || from_points;
    END IF;
    IF from_wallet > 0 THEN
        kinds := kinds || 'wallet'::text;
        owners := owners || p_driver;
        amounts := amounts || from_wallet;
    END IF;
    PERFORM payments.post_transfer(
        p_payment, 'CHARGE', p_payment, p_booking, NULL, kinds, owners,
        array_fill(p_currency, ARRAY[cardinality(kinds)]), amounts);
    INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
    VALUES (uuidv7(), 'payments.events', p_booking::text, 'payments.PaymentSucceeded', p_event, p_correlation);
    RETURN true;
END
$$;
