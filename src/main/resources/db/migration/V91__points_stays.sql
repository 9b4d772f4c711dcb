-- Earning points. What they are worth and until when stands in the ledger; here is which stays earn them.
CREATE SCHEMA points;

CREATE TABLE points.stay (
    booking         uuid        PRIMARY KEY,
    driver          uuid        NOT NULL,
    currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- The policy when the stay was completed: what of the money is given, what a point is worth, how long points can be
    -- spent, and how long at least when they come back.
    basis_points    integer     NOT NULL CHECK (basis_points >= 0),
    point_worth     bigint      NOT NULL CHECK (point_worth > 0),
    lifetime_millis bigint      NOT NULL CHECK (lifetime_millis > 0),
    kept_millis     bigint      NOT NULL CHECK (kept_millis >= 0),
    -- In minor units of worth. What was given; what was taken back, because money was given back; and what of that was let go,
    -- because the driver had no points any more.
    granted         bigint      NOT NULL DEFAULT 0,
    taken           bigint      NOT NULL DEFAULT 0,
    forgiven        bigint      NOT NULL DEFAULT 0,
    completed_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stay_never_negative CHECK (taken >= 0 AND forgiven >= 0 AND granted - taken - forgiven >= 0)
);
