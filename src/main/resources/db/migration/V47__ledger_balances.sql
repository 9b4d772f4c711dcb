-- What each account holds, kept with every entry, so that nobody adds up a million of them; statements; and money that is
-- reserved before it moves.

-- The order of an account's statement.
ALTER TABLE payments.entry ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX entry_statement ON payments.entry (account, seq) INCLUDE (amount);
DROP INDEX payments.entry_account;
-- The trial balance of a day.
CREATE INDEX transfer_day ON payments.transfer (posted_at);

-- Money or points that somebody has with us: it is never less than nothing.
CREATE FUNCTION payments.is_kept(p_kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_kind IN ('wallet', 'points_liability')
$$;

CREATE TABLE payments.running (
    account  bigint   NOT NULL REFERENCES payments.account,
    -- An account that is kept has one row, which its payments wait for; others have several, so that they do not.
    part     smallint NOT NULL,
    kept     boolean  NOT NULL,
    debit    bigint   NOT NULL,
    credit   bigint   NOT NULL,
    -- What pending transfers are going to take.
    reserved bigint   NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    entries  bigint   NOT NULL,
    PRIMARY KEY (account, part),
    CONSTRAINT running_never_negative CHECK (NOT kept OR part = 0 AND credit - debit - reserved >= 0)
) WITH (fillfactor = 50);

INSERT INTO payments.running (account, part, kept, debit, credit, entries)
SELECT e.account, 0, false, coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0),
    coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0), count(*)
FROM payments.entry e GROUP BY e.account;

-- Whoever inserts entries: nodes of the version before, too. Rows are taken in the order of their accounts, always.
CREATE FUNCTION payments.keep_running() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n record;
BEGIN
    FOR n IN
        SELECT a.id AS account, payments.is_kept(a.kind) AS kept,
            (CASE
                WHEN payments.is_kept(a.kind) THEN 0
                WHEN a.owner IS NULL THEN pg_backend_pid() % 64
                ELSE pg_backend_pid() % 8
            END)::smallint AS part,
            coalesce(sum(i.amount) FILTER (WHERE i.amount > 0), 0)::bigint AS debit,
            coalesce(-sum(i.amount) FILTER (WHERE i.amount < 0), 0)::bigint AS credit, count(*) AS entries
        FROM inserted i JOIN payments.account a ON a.id = i.account
        GROUP BY a.id ORDER BY a.id
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
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER entry_running AFTER INSERT ON payments.entry
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION payments.keep_running();

-- A transfer in two phases: reserved, then posted, voided or expired. Its id is also that of the transfer that it becomes.
CREATE TABLE payments.pending (
    id         uuid        PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind ~ '^[A-Z][A-Z_]*$'),
    payment    uuid,
    booking    uuid,
    state      text        NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'POSTED', 'VOIDED', 'EXPIRED')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    CHECK ((state = 'PENDING') = (ended_at IS NULL))
);
CREATE INDEX pending_due ON payments.pending (expires_at) WHERE state = 'PENDING';

CREATE TABLE payments.pending_line (
    pending  uuid     NOT NULL REFERENCES payments.pending,
    line     smallint NOT NULL,
    account  bigint   NOT NULL,
    amount   bigint   NOT NULL CHECK (amount <> 0),
    currency text     NOT NULL,
    PRIMARY KEY (pending, line),
    FOREIGN KEY (account, currency) REFERENCES payments.account (id, currency)
);
CREATE INDEX pending_line_account ON payments.pending_line (account);

CREATE TRIGGER pending_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.pending_line
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();
CREATE TRIGGER pending_append_only BEFORE DELETE OR TRUNCATE ON payments.pending
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change();

-- It ends once.
CREATE FUNCTION payments.refuse_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pending transfer % is % already', OLD.id, OLD.state
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'pending_ends_once';
END
$$;
CREATE TRIGGER pending_ends_once BEFORE UPDATE ON payments.pending
    FOR EACH ROW
    WHEN (OLD.state <> 'PENDING' OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind
        OR NEW.payment IS DISTINCT FROM OLD.payment OR NEW.booking IS DISTINCT FROM OLD.booking)
    EXECUTE FUNCTION payments.refuse_ended();

-- What waits to be posted balances too, and is posted as it was reserved.
CREATE FUNCTION payments.require_pending_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce((
        SELECT bool_or(s.amount <> 0) FROM (
            SELECT sum(l.amount) AS amount FROM payments.pending_line l WHERE l.pending = NEW.id GROUP BY l.currency) s),
        true)
    THEN
        RAISE EXCEPTION 'pending transfer % does not sum to zero', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balanced';
    END IF;
    IF NEW.state = 'POSTED' AND NOT EXISTS (SELECT FROM payments.transfer t WHERE t.id = NEW.id) THEN
        RAISE EXCEPTION 'pending transfer % is not posted', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pending_posted';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER pending_balanced AFTER INSERT OR UPDATE ON payments.pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.require_pending_balance();

REVOKE ALL ON payments.running, payments.pending, payments.pending_line FROM PUBLIC;
REVOKE DELETE, TRUNCATE ON payments.running, payments.pending FROM CURRENT_USER;
REVOKE UPDATE, DELETE, TRUNCATE ON payments.pending_line FROM CURRENT_USER;
