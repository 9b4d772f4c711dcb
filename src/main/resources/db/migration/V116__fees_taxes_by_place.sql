-- The taxes of places, in versions: each counts from its time on until a later one of the same place does (RULES 31).
CREATE TABLE fees.tax (
    id           uuid        PRIMARY KEY,
    -- ISO 3166-1 country, or 3166-2 subdivision where that has its own.
    place        text        NOT NULL CHECK (place ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
    -- What it is called there.
    name         text        NOT NULL,
    -- Of 10,000.
    basis_points integer     NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    -- Whether it is in the prices there; else it is added to them.
    inclusive    boolean     NOT NULL,
    -- Which time zones are there: that is how a listing's place is known. None ends what the place has.
    zones        text[]      NOT NULL,
    valid_from   timestamptz NOT NULL,
    reason       text        NOT NULL,
    -- None for what was there from the beginning.
    created_by   uuid,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tax_of_place ON fees.tax (place, valid_from);
CREATE TRIGGER tax_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fees.tax
    FOR EACH STATEMENT EXECUTE FUNCTION fees.refuse_change();

-- Standard rates, in prices for consumers. They count from now on: what was sold before is as it was sold.
INSERT INTO fees.tax (id, place, name, basis_points, inclusive, zones, valid_from, reason)
SELECT uuidv7(), s.place, s.name, s.rate, true, s.zones::text[], now(), 'standard rate'
FROM (VALUES
    ('AT', 'USt', 2000, '{Europe/Vienna}'),
    ('BE', 'BTW/TVA', 2100, '{Europe/Brussels}'),
    ('BG', 'ДДС', 2000, '{Europe/Sofia}'),
    ('CH', 'MWST', 810, '{Europe/Zurich}'),
    ('CY', 'ΦΠΑ', 1900, '{Asia/Nicosia}'),
    ('CZ', 'DPH', 2100, '{Europe/Prague}'),
    ('DE', 'USt', 1900, '{Europe/Berlin}'),
    ('DK', 'moms', 2500, '{Europe/Copenhagen}'),
    ('EE', 'km', 2400, '{Europe/Tallinn}'),
    ('ES', 'IVA', 2100, '{Europe/Madrid}'),
    ('ES-CN', 'IGIC', 700, '{Atlantic/Canary}'),
    ('FI', 'ALV', 2550, '{Europe/Helsinki}'),
    ('FR', 'TVA', 2000, '{Europe/Paris}'),
    ('GB', 'VAT', 2000, '{Europe/London}'),
    ('GR', 'ΦΠΑ', 2400, '{Europe/Athens}'),
    ('HR', 'PDV', 2500, '{Europe/Zagreb}'),
    ('HU', 'ÁFA', 2700, '{Europe/Budapest}'),
    ('IE', 'VAT', 2300, '{Europe/Dublin}'),
    ('IT', 'IVA', 2200, '{Europe/Rome}'),
    ('LI', 'MWST', 810, '{Europe/Vaduz}'),
    ('LT', 'PVM', 2100, '{Europe/Vilnius}'),
    ('LU', 'TVA', 1700, '{Europe/Luxembourg}'),
    ('LV', 'PVN', 2100, '{Europe/Riga}'),
    ('MT', 'VAT', 1800, '{Europe/Malta}'),
    ('NL', 'btw', 2100, '{Europe/Amsterdam}'),
    ('NO', 'mva', 2500, '{Europe/Oslo}'),
    ('PL', 'VAT', 2300, '{Europe/Warsaw}'),
    ('PT', 'IVA', 2300, '{Europe/Lisbon}'),
    ('PT-20', 'IVA', 1600, '{Atlantic/Azores}'),
    ('PT-30', 'IVA', 2200, '{Atlantic/Madeira}'),
    ('RO', 'TVA', 2100, '{Europe/Bucharest}'),
    ('SE', 'moms', 2500, '{Europe/Stockholm}'),
    ('SI', 'DDV', 2200, '{Europe/Ljubljana}'),
    ('SK', 'DPH', 2300, '{Europe/Bratislava}')) AS s (place, name, rate, zones);
