-- What was sold, by whom, to whom and with which tax: invoices and credit notes, and what people want to read on them.
CREATE SCHEMA billing;

-- How somebody is named on documents, as seller or as buyer; who says nothing is named as their account is.
CREATE TABLE billing.details (
    user_id    uuid        PRIMARY KEY,
    name       text        NOT NULL,
    address    text        NOT NULL,
    vat_id     text,
    version    bigint      NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- The last number that a seller has given to a kind of document. Its row is locked from the number to the commit: a number
-- that is not used goes back with the rest of its transaction, so that there is neither a gap nor a double.
CREATE TABLE billing.counter (
    seller uuid   NOT NULL,
    kind   text   NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
    last   bigint NOT NULL CHECK (last >= 0),
    PRIMARY KEY (seller, kind)
) WITH (fillfactor = 50);

CREATE TABLE billing.document (
    id               uuid        PRIMARY KEY,
    kind             text        NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
    -- The host; the nil UUID where the platform sells.
    seller           uuid        NOT NULL,
    sequence         bigint      NOT NULL CHECK (sequence > 0),
    -- As it is printed.
    number           text        NOT NULL,
    buyer            uuid        NOT NULL,
    -- Of a credit note: what it corrects.
    invoice          uuid        REFERENCES billing.document,
    -- Why it was written: for a payment's invoice the payment, else the event. The same reason writes it once.
    cause            uuid        NOT NULL,
    payment          uuid        NOT NULL,
    booking          uuid        NOT NULL,
    listing          uuid        NOT NULL,
    currency         text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Minor units.
    gross            bigint      NOT NULL CHECK (gross > 0),
    tax              bigint      NOT NULL CHECK (tax BETWEEN 0 AND gross),
    -- The rate of the place; none where its prices say nothing of tax.
    tax_basis_points integer     CHECK (tax_basis_points BETWEEN 0 AND 10000),
    issued_at        timestamptz NOT NULL,
    -- That day at the place.
    issued_on        date        NOT NULL,
    -- All that is printed: a document never changes, whatever its template becomes.
    content          text        NOT NULL,
    UNIQUE (seller, kind, sequence),
    UNIQUE (cause, payment, kind),
    CHECK ((kind = 'CREDIT_NOTE') = (invoice IS NOT NULL)),
    CHECK (tax = 0 OR tax_basis_points IS NOT NULL)
);
CREATE INDEX document_of_buyer ON billing.document (buyer, id);
CREATE INDEX document_of_seller ON billing.document (seller, id);
CREATE INDEX document_of_booking ON billing.document (booking, id);
CREATE INDEX document_of_payment ON billing.document (payment, id);
CREATE INDEX document_of_invoice ON billing.document (invoice) WHERE invoice IS NOT NULL;
