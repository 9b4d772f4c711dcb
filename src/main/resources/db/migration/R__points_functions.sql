-- Earning points: each function is one statement and one transaction, and may be called as often as anybody likes.

-- Gives what a completed stay earns, or takes back what it has earned too much since money was given back: what has been given in
-- all is brought to what the money that is left with us earns. What the driver has no points for any more is let go.
CREATE OR REPLACE FUNCTION points.settle(p_booking uuid, OUT granted bigint, OUT taken bigint)
LANGUAGE plpgsql AS $$
DECLARE
    s points.stay;
    own bigint;
    money bigint;
    change bigint;
    available bigint;
BEGIN
    granted := 0;
    taken := 0;
    SELECT * INTO s FROM points.stay x WHERE x.booking = p_booking FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(e.amount), 0) INTO money
    FROM payments.transfer t JOIN payments.entry e ON e.transfer = t.id JOIN payments.account a ON a.id = e.account
    WHERE t.booking = p_booking AND t.kind IN ('CHARGE', 'REFUND') AND a.kind IN ('processor_clearing', 'wallet')
        AND e.currency = s.currency;
    change := div(greatest(money, 0)::numeric * s.basis_points, 10000 * s.point_worth::numeric)::bigint * s.point_worth
        - (s.granted - s.taken - s.forgiven);
    IF change = 0 THEN
        RETURN;
    END IF;
    PERFORM payments.open_accounts(
        ARRAY['points_liability', 'platform_revenue'], ARRAY[s.driver, NULL]::uuid[], ARRAY[s.currency, s.currency]);
    SELECT a.id INTO own FROM payments.account a
    WHERE a.kind = 'points_liability' AND a.owner = s.driver AND a.currency = s.currency;
    IF change > 0 THEN
        granted := change;
    ELSE
        SELECT r.credit - r.debit - r.reserved INTO available
        FROM payments.running r WHERE r.account = own AND r.part = 0 FOR UPDATE;
        taken := least(-change, coalesce(available, 0));
    END IF;
    IF granted > 0 OR taken > 0 THEN
        PERFORM points.post(own, s, granted - taken);
    END IF;
    UPDATE points.stay x
    SET granted = x.granted + settle.granted, taken = x.taken + settle.taken,
        forgiven = x.forgiven + greatest(-change, 0) - settle.taken
    WHERE x.booking = p_booking;
END
$$;

-- Points are our expense while they can be spent: what is given is debited to our revenue, what is taken back credited.
CREATE OR REPLACE FUNCTION points.post(p_account bigint, s points.stay, p_change bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    transfer CONSTANT uuid := uuidv7();
BEGIN
    IF p_change > 0 THEN
        INSERT INTO payments.points_lot (account, transfer, amount, remaining, expires_at, kept_millis)
        VALUES (
            p_account, transfer, p_change, p_change, now() + s.lifetime_millis * interval '1 millisecond', s.kept_millis);
    END IF;
    PERFORM payments.post_transfer(
        transfer, CASE WHEN p_change > 0 THEN 'POINTS_EARNED' ELSE 'POINTS_TAKEN_BACK' END, NULL, s.booking, NULL,
        ARRAY['points_liability', 'platform_revenue'], ARRAY[s.driver, NULL]::uuid[], ARRAY[s.currency, s.currency],
        ARRAY[-p_change, p_change]);
END
$$;

-- A stay is completed: it earns, by the policy of now; one that is known stays as it is.
CREATE OR REPLACE FUNCTION points.complete(
    p_booking uuid, p_driver uuid, p_currency text, p_basis_points int, p_point_worth bigint, p_lifetime_millis bigint,
    p_kept_millis bigint, OUT granted bigint, OUT taken bigint)
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO points.stay (booking, driver, currency, basis_points, point_worth, lifetime_millis, kept_millis)
    VALUES (p_booking, p_driver, p_currency, p_basis_points, p_point_worth, p_lifetime_millis, p_kept_millis)
    ON CONFLICT DO NOTHING;
    SELECT s.granted, s.taken INTO granted, taken FROM points.settle(p_booking) s;
END
$$;
