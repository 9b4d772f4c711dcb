-- Entries are looked at once for all that a statement writes, instead of twice for each of them: they belong to transfers of
-- this transaction, and are complete. What is checked at the commit stays checked for each transfer: it has entries, and they
-- sum to zero.
CREATE FUNCTION payments.require_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n record;
BEGIN
    FOR n IN
        SELECT i.transfer, bool_and(t.transaction IS NOT DISTINCT FROM pg_current_xact_id()) AS is_open
        FROM (SELECT x.transfer, x.currency, sum(x.amount) AS amount FROM inserted x GROUP BY x.transfer, x.currency) i
        LEFT JOIN payments.transfer t ON t.id = i.transfer
        GROUP BY i.transfer
        HAVING bool_or(i.amount <> 0 OR t.transaction IS DISTINCT FROM pg_current_xact_id())
    LOOP
        IF n.is_open THEN
            RAISE EXCEPTION 'entries of transfer % do not sum to zero', n.transfer
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balanced';
        END IF;
        RAISE EXCEPTION 'transfer % is closed', n.transfer
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only';
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER entry_complete AFTER INSERT ON payments.entry
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION payments.require_complete();
DROP TRIGGER entry_balanced ON payments.entry;
DROP TRIGGER entry_in_time ON payments.entry;
DROP FUNCTION payments.refuse_late_entry();
