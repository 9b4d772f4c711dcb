-- Writes a document under the next number of its seller. Null when it was written before for the same cause: then no number
-- is taken. What it is about is locked by the caller, where that is an invoice that is corrected.
CREATE OR REPLACE FUNCTION billing.issue(
    p_id uuid, p_kind text, p_seller uuid, p_prefix text, p_digits int, p_buyer uuid, p_invoice uuid, p_cause uuid,
    p_payment uuid, p_booking uuid, p_listing uuid, p_currency text, p_gross bigint, p_tax bigint, p_rate int, p_zone text,
    p_content text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_last   bigint;
    v_number text;
    v_at     timestamptz;
BEGIN
    INSERT INTO billing.counter (seller, kind, last) VALUES (p_seller, p_kind, 0) ON CONFLICT DO NOTHING;
    SELECT last + 1 INTO v_last FROM billing.counter WHERE seller = p_seller AND kind = p_kind FOR UPDATE;
    -- Only now: whoever had the lock before may have written it.
    IF EXISTS (SELECT FROM billing.document d WHERE d.cause = p_cause AND d.payment = p_payment AND d.kind = p_kind) THEN
        RETURN NULL;
    END IF;
    UPDATE billing.counter SET last = v_last WHERE seller = p_seller AND kind = p_kind;
    v_number := p_prefix || CASE WHEN length(v_last::text) < p_digits THEN lpad(v_last::text, p_digits, '0')
                                 ELSE v_last::text END;
    -- Under the lock, so that the times of a seller's documents follow their numbers.
    v_at := clock_timestamp();
    INSERT INTO billing.document (id, kind, seller, sequence, number, buyer, invoice, cause, payment, booking, listing, currency,
        gross, tax, tax_basis_points, issued_at, issued_on, content)
    VALUES (p_id, p_kind, p_seller, v_last, v_number, p_buyer, p_invoice, p_cause, p_payment, p_booking, p_listing, p_currency,
        p_gross, p_tax, p_rate, v_at, (v_at AT TIME ZONE p_zone)::date, p_content);
    RETURN v_number;
END
$$;
