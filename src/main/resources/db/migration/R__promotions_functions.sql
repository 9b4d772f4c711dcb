-- What is done to codes in the statements that make bookings and confirm them: each function in its caller's transaction.
--
-- Order of locks: bookings.occupation, then promotions.use, promotions.promotion, promotions.code, promotions.driver_uses, then
-- the ledger's, then bookings.calendar.

-- Takes one use of a promotion: false when there is none left, or none for this driver, or the code is not valid any more.
-- p_late when it was valid in time, and its booking is paid late.
CREATE OR REPLACE FUNCTION promotions.take_use(p_promotion uuid, p_code text, p_driver uuid, p_late boolean) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    p promotions.promotion;
BEGIN
    SELECT * INTO p FROM promotions.promotion x WHERE x.id = p_promotion;
    IF p.id IS NULL OR NOT p_late AND (p.withdrawn_at IS NOT NULL OR p.valid_from > now() OR p.valid_until <= now()) THEN
        RETURN false;
    END IF;
    IF p.uses IS NOT NULL THEN
        UPDATE promotions.promotion x SET taken = x.taken + 1
        WHERE x.id = p_promotion AND x.taken < x.uses AND (p_late OR x.withdrawn_at IS NULL);
        IF NOT FOUND THEN
            RETURN false;
        END IF;
    END IF;
    UPDATE promotions.code x SET used = true WHERE x.code = p_code AND x.promotion = p_promotion AND x.single AND NOT x.used;
    IF NOT FOUND AND NOT EXISTS (
        SELECT FROM promotions.code x WHERE x.code = p_code AND x.promotion = p_promotion AND NOT x.single) THEN
        PERFORM promotions.count_less(p_promotion);
        RETURN false;
    END IF;
    IF p.uses_per_driver IS NOT NULL THEN
        INSERT INTO promotions.driver_uses AS x (promotion, driver, taken) VALUES (p_promotion, p_driver, 1)
        ON CONFLICT (promotion, driver) DO UPDATE SET taken = x.taken + 1 WHERE x.taken < p.uses_per_driver;
        IF NOT FOUND THEN
            PERFORM promotions.count_less(p_promotion);
            UPDATE promotions.code x SET used = false WHERE x.code = p_code AND x.single;
            RETURN false;
        END IF;
    END IF;
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION promotions.count_less(p_promotion uuid) RETURNS void
LANGUAGE sql AS $$
    UPDATE promotions.promotion x SET taken = x.taken - 1 WHERE x.id = p_promotion AND x.uses IS NOT NULL
$$;

-- A booking has just been made with a code: keeps a use for it, or refuses the whole statement by promotion_available. What
-- p_use says is the record Reservation.
CREATE OR REPLACE FUNCTION promotions.reserve(p_booking uuid, p_driver uuid, p_use jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wanted record;
BEGIN
    SELECT * INTO wanted FROM jsonb_to_record(p_use) AS r (
        promotion uuid, code text, host uuid, payer text, account uuid, currency text, price bigint, discount bigint,
        commission int, transfer uuid, kinds text[], owners uuid[], amounts bigint[]);
    -- Nobody is paid by others for parking at their own place.
    IF p_driver = wanted.host OR NOT promotions.take_use(wanted.promotion, wanted.code, p_driver, false) THEN
        RAISE EXCEPTION 'the code cannot be used any more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promotion_available';
    END IF;
    INSERT INTO promotions.use (
        booking, promotion, code, driver, host, payer, payer_account, currency, price, discount, commission, state, transfer,
        kinds, owners, amounts)
    VALUES (
        p_booking, wanted.promotion, wanted.code, p_driver, wanted.host, wanted.payer, wanted.account, wanted.currency,
        wanted.price, wanted.discount, wanted.commission, 'RESERVED', wanted.transfer, wanted.kinds, wanted.owners,
        wanted.amounts);
END
$$;

-- The booking is paid: its use stays used, and what is off its price is posted.
CREATE OR REPLACE FUNCTION promotions.consume(p_booking uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    u promotions.use;
BEGIN
    UPDATE promotions.use x
    SET state = 'CONSUMED',
        borne = CASE WHEN cardinality(x.kinds) > 0 THEN x.discount ELSE 0 END,
        host_part = coalesce((
            SELECT -sum(l.amount) FROM unnest(x.kinds, x.amounts) AS l (kind, amount) WHERE l.kind = 'host_payable'), 0)
    WHERE x.booking = p_booking AND x.state = 'RESERVED'
    RETURNING x.* INTO u;
    IF FOUND AND cardinality(u.kinds) > 0 THEN
        PERFORM payments.post_transfer(
            u.transfer, 'PROMOTION', NULL, u.booking, NULL, u.kinds, u.owners,
            array_fill(u.currency, ARRAY[cardinality(u.kinds)]), u.amounts);
    END IF;
END
$$;

-- The booking has ended before it was paid: its use is free again, once.
CREATE OR REPLACE FUNCTION promotions.give_back(p_booking uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    u promotions.use;
BEGIN
    UPDATE promotions.use x SET state = 'RETURNED' WHERE x.booking = p_booking AND x.state = 'RESERVED' RETURNING x.* INTO u;
    IF FOUND THEN
        PERFORM promotions.count_less(u.promotion);
        UPDATE promotions.code x SET used = false WHERE x.code = u.code AND x.single;
        UPDATE promotions.driver_uses x SET taken = x.taken - 1 WHERE x.promotion = u.promotion AND x.driver = u.driver
            AND EXISTS (SELECT FROM promotions.promotion p WHERE p.id = u.promotion AND p.uses_per_driver IS NOT NULL);
    END IF;
END
$$;

-- The booking had ended, and its money has come after all: its use is wanted again. When somebody else has it now, that is
-- as if somebody else had the slot.
CREATE OR REPLACE FUNCTION promotions.take_again(p_booking uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    u promotions.use;
BEGIN
    SELECT * INTO u FROM promotions.use x WHERE x.booking = p_booking AND x.state = 'RETURNED' FOR UPDATE;
    IF FOUND THEN
        IF NOT promotions.take_use(u.promotion, u.code, u.driver, true) THEN
            RAISE EXCEPTION 'the code is used by somebody else'
                USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'promotion_available';
        END IF;
        UPDATE promotions.use x SET state = 'RESERVED' WHERE x.booking = p_booking;
    END IF;
END
$$;

-- What a booking that waits for its money keeps, as the record Reservation; null when it keeps nothing.
CREATE OR REPLACE FUNCTION promotions.reserved_json(p_booking uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'promotion', u.promotion, 'code', u.code, 'host', u.host, 'payer', u.payer, 'account', u.payer_account,
        'currency', u.currency, 'price', u.price, 'discount', u.discount, 'commission', u.commission,
        'transfer', u.transfer, 'kinds', u.kinds, 'owners', u.owners, 'amounts', u.amounts)::text
    FROM promotions.use u WHERE u.booking = p_booking AND u.state = 'RESERVED'
$$;

-- A booking that waits for its money costs something else: what is off, and what is going to be posted, with it.
CREATE OR REPLACE FUNCTION promotions.lower(p_booking uuid, p_use jsonb) RETURNS void
LANGUAGE sql AS $$
    UPDATE promotions.use x
    SET price = r.price, discount = r.discount, kinds = r.kinds, owners = r.owners, amounts = r.amounts
    FROM jsonb_to_record(p_use) AS r (price bigint, discount bigint, kinds text[], owners uuid[], amounts bigint[])
    WHERE x.booking = p_booking AND x.state = 'RESERVED'
$$;

-- The record BookedDiscount, or null.
CREATE OR REPLACE FUNCTION promotions.discount_json(p_booking uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT concat(
        '{"code":', to_json(c.shown), ',"payer":"', u.payer, '"',
        CASE WHEN p.percent IS NOT NULL THEN concat(',"percent":', p.percent) END,
        ',"price":{"amount":', u.price, ',"currency":"', u.currency, '"},"amount":{"amount":', u.discount,
        ',"currency":"', u.currency, '"}}')
    FROM promotions.use u JOIN promotions.promotion p ON p.id = u.promotion JOIN promotions.code c ON c.code = u.code
    WHERE u.booking = p_booking
$$;
