CREATE SCHEMA notifications;

-- The inbox of each user, in the language they had when it was written.
CREATE TABLE notifications.notification (
    id         uuid        PRIMARY KEY,
    recipient  uuid        NOT NULL,
    type       text        NOT NULL CHECK (type IN ('BOOKING', 'PAYMENT', 'SYSTEM', 'PROMOTION')),
    title      text        NOT NULL,
    body       text        NOT NULL,
    action_url text,
    read_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notification_inbox ON notifications.notification (recipient, id DESC);
CREATE INDEX notification_unread ON notifications.notification (recipient) WHERE read_at IS NULL;
CREATE INDEX notification_age ON notifications.notification (created_at);

-- Mails as they are to be sent. The id is the mail's Message-ID: sent twice, it is recognisably the same.
CREATE TABLE notifications.mail (
    id          uuid        PRIMARY KEY,
    address     text        NOT NULL,
    subject     text        NOT NULL,
    text        text        NOT NULL,
    html        text        NOT NULL,
    status      text        NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'SENT', 'FAILED')),
    attempts    integer     NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    last_error  text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz
);
CREATE INDEX mail_due ON notifications.mail (next_try_at) WHERE status = 'QUEUED';
CREATE INDEX mail_ended ON notifications.mail (ended_at) WHERE status <> 'QUEUED';

-- What is known of bookings from their events, for messages that are not about the booking alone.
CREATE TABLE notifications.booking (
    id         uuid        PRIMARY KEY,
    -- The booking as its last event carried it.
    body       text        NOT NULL,
    version    bigint      NOT NULL,
    confirmed  boolean     NOT NULL,
    touched_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX booking_age ON notifications.booking (touched_at);
