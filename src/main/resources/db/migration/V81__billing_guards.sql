-- What was issued stays as it is: a mistake is put right by another document.
CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: documents are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'document_immutable';
END
$$;
CREATE TRIGGER document_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.document
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();

-- A number follows the one before, also for whoever writes past the function that gives them.
CREATE FUNCTION billing.require_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence > 1 AND NOT EXISTS (
        SELECT FROM billing.document d
        WHERE d.seller = NEW.seller AND d.kind = NEW.kind AND d.sequence = NEW.sequence - 1) THEN
        RAISE EXCEPTION 'number % leaves a gap', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_gap_free';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER document_gap_free AFTER INSERT ON billing.document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.require_sequence();

-- Credit notes take back what their invoice has, and no more.
CREATE FUNCTION billing.require_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM billing.document i
        JOIN billing.document c ON c.invoice = i.id
        WHERE i.id = NEW.invoice AND i.kind = 'INVOICE' AND i.seller = NEW.seller AND i.buyer = NEW.buyer
            AND i.payment = NEW.payment AND i.currency = NEW.currency
        GROUP BY i.id
        HAVING sum(c.gross) <= i.gross AND sum(c.tax) <= i.tax AND (sum(c.gross) < i.gross OR sum(c.tax) = i.tax)) THEN
        RAISE EXCEPTION 'credit note % does not fit its invoice', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_within_invoice';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER credit_within_invoice AFTER INSERT ON billing.document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'CREDIT_NOTE')
    EXECUTE FUNCTION billing.require_invoice();

-- As with the ledger: the triggers stop everybody, these rights stop whoever is not a superuser before that. UPDATE stays for
-- the locks of foreign keys.
REVOKE ALL ON billing.document, billing.counter FROM PUBLIC;
REVOKE DELETE, TRUNCATE ON billing.document, billing.counter FROM CURRENT_USER;
