-- What the platform takes of hosts' prices, in versions: each counts from its time on until a later one does. A booking keeps
-- what counted when its price was quoted.
CREATE SCHEMA fees;

CREATE TABLE fees.policy (
    id          uuid        PRIMARY KEY,
    -- Whom it is for; everybody who has none of their own without one.
    host        uuid,
    -- Of 10,000; none ends what is a host's own, so that the platform's counts again.
    commission  integer     CHECK (commission BETWEEN 0 AND 10000),
    valid_from  timestamptz NOT NULL,
    reason      text        NOT NULL,
    created_by  uuid        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT policy_of_platform CHECK (host IS NOT NULL OR commission IS NOT NULL),
    -- The past is as it was.
    CONSTRAINT policy_not_before CHECK (valid_from >= created_at)
);
CREATE INDEX policy_of_host ON fees.policy (host, valid_from);

CREATE FUNCTION fees.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of fee policies is refused: another version is added', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'policy_append_only';
END
$$;
CREATE TRIGGER policy_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fees.policy
    FOR EACH STATEMENT EXECUTE FUNCTION fees.refuse_change();
