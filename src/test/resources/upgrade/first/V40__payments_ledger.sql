-- The double-entry ledger. What the accounts mean is written in Ledger.java, the only place that makes postings.
CREATE SCHEMA payments;

CREATE TABLE payments.account (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     text NOT NULL,
    -- The user whose account it is; none for the platform's own.
    owner    uuid,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    UNIQUE NULLS NOT DISTINCT (kind, owner, currency),
    -- Lets an entry prove that it is in the currency of its account.
    UNIQUE (id, currency)
);

CREATE TABLE payments.transfer (
    -- Chosen by whoever posts: posting the same transfer again changes nothing.
    id          uuid        PRIMARY KEY,
    kind        text        NOT NULL CHECK (kind IN ('CHARGE', 'REFUND')),
    payment     uuid        NOT NULL,
    booking     uuid        NOT NULL,
    -- The transfer that this one undoes; one can be undone once.
    reverses    uuid        UNIQUE REFERENCES payments.transfer,
    posted_at   timestamptz NOT NULL DEFAULT now(),
    transaction xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CHECK ((kind = 'REFUND') = (reverses IS NOT NULL))
);
CREATE UNIQUE INDEX transfer_one_charge ON payments.transfer (payment) WHERE kind = 'CHARGE';
CREATE INDEX transfer_payment ON payments.transfer (payment, id);

CREATE TABLE payments.entry (
    transfer uuid     NOT NULL REFERENCES payments.transfer,
    line     smallint NOT NULL,
    account  bigint   NOT NULL,
    -- Minor units; a debit is positive, a credit negative.
    amount   bigint   NOT NULL CHECK (amount <> 0),
    currency text     NOT NULL,
    PRIMARY KEY (transfer, line),
    FOREIGN KEY (account, currency) REFERENCES payments.account (id, currency)
);
CREATE INDEX entry_account ON payments.entry (account);

-- History is only ever added to.
CREATE FUNCTION payments.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only';
END
$$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.entry
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();
CREATE TRIGGER account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.account
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();

-- And a transfer is complete with the transaction that made it.
CREATE FUNCTION payments.refuse_late_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments.transfer t
                   WHERE t.id = NEW.transfer AND t.transaction = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'transfer % is closed', NEW.transfer
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER entry_in_time BEFORE INSERT ON payments.entry
    FOR EACH ROW EXECUTE FUNCTION payments.refuse_late_entry();

-- Checked at the commit: a transfer has entries, and they sum to zero in each currency.
CREATE FUNCTION payments.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
BEGIN
    IF TG_TABLE_NAME = 'entry' THEN
        checked := NEW.transfer;
    ELSE
        checked := NEW.id;
    END IF;
    IF NOT EXISTS (SELECT FROM payments.entry e WHERE e.transfer = checked)
       OR EXISTS (SELECT FROM payments.entry e WHERE e.transfer = checked
                  GROUP BY e.currency HAVING sum(e.amount) <> 0) THEN
        RAISE EXCEPTION 'transfer % does not sum to zero', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balanced';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER transfer_balanced AFTER INSERT ON payments.transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.require_balance();
CREATE CONSTRAINT TRIGGER entry_balanced AFTER INSERT ON payments.entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.require_balance();

-- The triggers stop everybody; these rights stop whoever is not a superuser before that. UPDATE stays where foreign keys
-- point at: their checks lock the row.
REVOKE ALL ON payments.account, payments.transfer, payments.entry FROM PUBLIC;
REVOKE DELETE, TRUNCATE ON payments.account, payments.transfer FROM CURRENT_USER;
REVOKE UPDATE, DELETE, TRUNCATE ON payments.entry FROM CURRENT_USER;

-- What each account holds: debits less credits.
CREATE VIEW payments.balance AS
    SELECT a.kind, a.owner, a.currency, coalesce(sum(e.amount), 0)::bigint AS amount
    FROM payments.account a
    LEFT JOIN payments.entry e ON e.account = a.id
    GROUP BY a.id;
