-- What a listing's gates see. A place whose gates see who comes may say that somebody did not (RULES 19), one that sees who
-- goes need not ask (RULES 20); one of which that is not known may neither.
ALTER TABLE access.gate
    ADD COLUMN sees_entry       boolean NOT NULL DEFAULT false,
    ADD COLUMN sees_exit        boolean NOT NULL DEFAULT false,
    ADD COLUMN release_no_shows boolean NOT NULL DEFAULT false;
