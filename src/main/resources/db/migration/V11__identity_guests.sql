-- Who books without an account (BK11). A guest's e-mail stands apart from those that accounts log in with, so that no
-- statement about an account's e-mail ever finds a guest, and any number of guests may name the same one.
ALTER TABLE identity.account
    ALTER COLUMN email DROP NOT NULL,
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN guest_email text CHECK (guest_email = lower(guest_email) AND length(guest_email) <= 254),
    ADD CONSTRAINT account_or_guest CHECK (
        (email IS NOT NULL AND password_hash IS NOT NULL AND guest_email IS NULL)
        OR (email IS NULL AND password_hash IS NULL AND guest_email IS NOT NULL));

-- What a mailed link opens: the guest's own session again. SHA-256 of the secret, which is nowhere else than in the mail.
CREATE TABLE identity.guest_link (
    hash       bytea       PRIMARY KEY,
    account_id uuid        NOT NULL REFERENCES identity.account ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at    timestamptz
);
CREATE INDEX guest_link_account ON identity.guest_link (account_id);
CREATE INDEX guest_link_age ON identity.guest_link (expires_at);

-- Whether the session was opened with a link out of the mailbox: only who reads the mails may claim the address.
ALTER TABLE identity.session ADD COLUMN by_link boolean NOT NULL DEFAULT false;
