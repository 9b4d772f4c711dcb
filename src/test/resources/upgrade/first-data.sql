-- What the first release had stored: written by its own functions, or as its statements wrote it. ${…} is filled in by the
-- test: times are reckoned from now, so that what could be changed then can be changed still.
INSERT INTO identity.account (id, email, password_hash, name, phone, locale, roles) VALUES
    ('01980000-0000-7000-8000-0000000000d1', 'driver@first.example', '${hash}', 'Dora Driver', '+49 721 1', 'de', '{DRIVER}'),
    ('01980000-0000-7000-8000-0000000000a1', 'host@first.example', '${hash}', 'Hugo Host', NULL, 'en', '{DRIVER,HOST}');
INSERT INTO identity.session (id, account_id) VALUES
    ('01980000-0000-7000-8000-00000000005e', '01980000-0000-7000-8000-0000000000d1');
INSERT INTO identity.refresh_token (hash, session_id, expires_at) VALUES
    ('\x01', '01980000-0000-7000-8000-00000000005e', now() + interval '30 days');
INSERT INTO identity.vehicle (id, owner_id, plate, make, size, height_cm, ev, is_default) VALUES
    ('01980000-0000-7000-8000-0000000000f1', '01980000-0000-7000-8000-0000000000d1', 'KA B 1234', 'Volvo', 'MEDIUM', 165,
        true, true);

INSERT INTO listings.listing (
    id, version, owner_id, title, description, type, lat, lng, address, time_zone, currency, hour_amount, day_amount,
    amenities, instant_book, cancellation_policy, max_height_cm, demo) VALUES
    ('01980000-0000-7000-8000-0000000000b1', 3, '01980000-0000-7000-8000-0000000000a1', 'Garage of the first days', 'Dry.',
        'GARAGE', 49.0094, 8.4044, 'Kaiserstraße 1, 76131 Karlsruhe', 'Europe/Berlin', 'EUR', 250, 1200, '{CCTV}', true,
        'MODERATE', 200, false),
    ('01980000-0000-7000-8000-0000000000b2', 1, '01980000-0000-7000-8000-0000000000a1', 'Driveway', '', 'DRIVEWAY', 49.01,
        8.41, 'Waldstraße 2, 76133 Karlsruhe', 'Europe/Berlin', 'EUR', 200, NULL, '{}', true, 'FLEXIBLE', NULL, false);
INSERT INTO listings.slot (id, listing_id, name, kind, position) VALUES
    ('01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-0000000000b1', 'A1', 'STANDARD', 0),
    ('01980000-0000-7000-8000-000000000002', '01980000-0000-7000-8000-0000000000b1', 'A2', 'STANDARD', 1),
    ('01980000-0000-7000-8000-000000000003', '01980000-0000-7000-8000-0000000000b1', 'A3', 'EV', 2),
    ('01980000-0000-7000-8000-000000000004', '01980000-0000-7000-8000-0000000000b2', 'Gate', 'STANDARD', 0);

-- A booking of a slot of the garage (1 to 3) or of the driveway (4), so many hours from now.
CREATE FUNCTION pg_temp.book(p_number int, p_slot int, p_from float8, p_hours int, p_hold_millis bigint) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    begin_at CONSTANT timestamptz := date_trunc('hour', now()) + p_from * interval '1 hour';
    booking CONSTANT uuid := ('01980000-0000-7000-8000-00000001' || lpad(p_number::text, 4, '0'))::uuid;
    placed text;
BEGIN
    SELECT b.outcome INTO placed FROM bookings.place_booking(
        booking,
        CASE WHEN p_slot < 4 THEN '01980000-0000-7000-8000-0000000000b1' ELSE '01980000-0000-7000-8000-0000000000b2' END::uuid,
        ARRAY[('01980000-0000-7000-8000-00000000000' || p_slot)::uuid],
        ARRAY[CASE WHEN p_slot < 4 THEN 'A' || p_slot ELSE 'Gate' END],
        begin_at, begin_at + p_hours * interval '1 hour',
        '01980000-0000-7000-8000-0000000000d1', '01980000-0000-7000-8000-0000000000a1',
        '01980000-0000-7000-8000-0000000000f1', p_hours * CASE WHEN p_slot < 4 THEN 250 ELSE 200 END, 'EUR', 1200,
        CASE WHEN p_slot < 4 THEN 'MODERATE' ELSE 'FLEXIBLE' END, 'Garage of the first days',
        'Kaiserstraße 1, 76131 Karlsruhe', 49.0094, 8.4044, 'Europe/Berlin', p_hold_millis, now() + interval '5 minutes',
        'REQUIRES_PAYMENT_METHOD', 'key-' || p_number, '\x0a0b', NULL) b;
    IF placed <> 'PLACED' THEN
        RAISE EXCEPTION 'booking % is %', p_number, placed;
    END IF;
    RETURN booking;
END
$$;

CREATE FUNCTION pg_temp.post(p_transfer uuid, p_kind text, p_booking uuid, p_reverses uuid, p_sign int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    o bookings.occupation;
    host_share bigint;
BEGIN
    SELECT * INTO o FROM bookings.occupation x WHERE x.id = p_booking;
    host_share := o.price_amount * (10000 - o.commission) / 10000;
    INSERT INTO payments.account (kind, owner, currency) VALUES
        ('driver_receivable', o.driver_id, 'EUR'), ('host_payable', o.host_id, 'EUR'),
        ('platform_revenue', NULL, 'EUR'), ('processor_clearing', NULL, 'EUR')
    ON CONFLICT DO NOTHING;
    INSERT INTO payments.transfer (id, kind, payment, booking, reverses) VALUES (p_transfer, p_kind, p_booking, p_booking, p_reverses);
    INSERT INTO payments.entry (transfer, line, account, amount, currency)
    SELECT p_transfer, l.line, a.id, p_sign * l.amount, 'EUR'
    FROM (VALUES
        (1, 'driver_receivable', o.price_amount), (2, 'host_payable', -host_share),
        (3, 'platform_revenue', host_share - o.price_amount), (4, 'processor_clearing', o.price_amount),
        (5, 'driver_receivable', -o.price_amount)) AS l (line, kind, amount)
    JOIN payments.account a ON a.kind = l.kind;
END
$$;

-- The booking's payment has come, with the provider's intent.
CREATE FUNCTION pg_temp.pay(p_booking uuid, p_intent text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    confirmed text;
BEGIN
    INSERT INTO payments.payment (
        id, booking, driver, host, amount, currency, commission_basis_points, description, status, version, attempt, method,
        return_url, provider_intent)
    SELECT o.id, o.id, o.driver_id, o.host_id, o.price_amount, 'EUR', 1200, o.title, 'SUCCEEDED', 2, 1, 'pm_card_visa',
        'https://berth.example/bookings/' || o.id, p_intent
    FROM bookings.occupation o WHERE o.id = p_booking;
    PERFORM pg_temp.post(p_booking, 'CHARGE', p_booking, NULL, 1);
    SELECT c.outcome INTO confirmed FROM bookings.confirm_booking(
        p_booking, '{}', '{}', true, ARRAY(SELECT (random() * 999999)::int FROM generate_series(1, 20)), 42, NULL) c;
    IF confirmed <> 'CONFIRMED' THEN
        RAISE EXCEPTION 'booking % is %', p_booking, confirmed;
    END IF;
END
$$;

-- And is back.
CREATE FUNCTION pg_temp.refund(p_booking uuid, p_refund uuid, p_provider_refund text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments.refund (id, payment, amount, reason, status, provider_refund)
    SELECT p_refund, o.id, o.price_amount, o.status, 'SUCCEEDED', p_provider_refund
    FROM bookings.occupation o WHERE o.id = p_booking;
    PERFORM pg_temp.post(p_refund, 'REFUND', p_booking, p_booking, -1);
    UPDATE payments.payment SET status = 'REFUNDED', version = version + 1 WHERE id = p_booking;
    UPDATE bookings.occupation SET payment_status = 'REFUNDED' WHERE id = p_booking;
END
$$;

INSERT INTO payments.customer (driver, provider_customer) VALUES ('01980000-0000-7000-8000-0000000000d1', '${customer}');

-- 1: held, to be paid.
SELECT pg_temp.book(1, 1, 48, 2, 3600000);
-- 2: paid; the driveway gives all back.
SELECT pg_temp.pay(pg_temp.book(2, 4, 48, 2, 600000), '${intent2}');
-- 3: paid long ago, soon to begin; the garage gives half back.
SELECT pg_temp.pay(pg_temp.book(3, 1, 3, 3, 600000), '${intent3}');
-- 4 and 5: paid, to be changed and to be made longer.
SELECT pg_temp.pay(pg_temp.book(4, 2, 72, 2, 600000), '${intent4}');
SELECT pg_temp.pay(pg_temp.book(5, 2, 96, 2, 600000), '${intent5}');
-- 6: paid, and begun so long ago that leaving at once gives nothing back.
SELECT pg_temp.pay(pg_temp.book(6, 3, -1, 4, 600000), '${intent6}');
-- 7: held, and never paid; 8: its card was declined.
SELECT pg_temp.book(7, 3, 50, 1, 0);
SELECT body FROM bookings.expire_holds(10);
SELECT bookings.decline_booking(pg_temp.book(8, 3, 52, 1, 600000), 'insufficient_funds', 'Not enough money.', NULL);
-- 9: called off by its driver, 10: by its host; the money is back.
SELECT pg_temp.pay(pg_temp.book(9, 3, 54, 1, 600000), '${intent9}');
SELECT bookings.cancel_booking('01980000-0000-7000-8000-000000010009', '01980000-0000-7000-8000-0000000000d1',
    'CANCELLED_BY_DRIVER', 'rain', NULL);
SELECT pg_temp.refund('01980000-0000-7000-8000-000000010009', '01980000-0000-7000-8000-000000020009', 're_first_9');
SELECT pg_temp.pay(pg_temp.book(10, 3, 56, 1, 600000), '${intent10}');
SELECT bookings.cancel_booking('01980000-0000-7000-8000-000000010010', '01980000-0000-7000-8000-0000000000a1',
    'CANCELLED_BY_HOST', NULL, NULL);
SELECT pg_temp.refund('01980000-0000-7000-8000-000000010010', '01980000-0000-7000-8000-000000020010', 're_first_10');
-- 12: over, and nobody was seen.
SELECT pg_temp.pay(pg_temp.book(12, 3, -6, 2, 600000), '${intent12}');
-- A week that the host keeps.
SELECT bookings.add_block('01980000-0000-7000-8000-0000000000e1', '01980000-0000-7000-8000-0000000000b1',
    ARRAY['01980000-0000-7000-8000-000000000003']::uuid[], ARRAY['01980000-0000-7000-8000-0000000000e2']::uuid[],
    date_trunc('hour', now()) + interval '20 days', date_trunc('hour', now()) + interval '27 days', 'works',
    '01980000-0000-7000-8000-0000000000a1', 10, NULL);

-- Long ago: what the policy reckons by.
UPDATE bookings.transition SET at = at - interval '3 days';

-- The relay had brought everything so far.
DELETE FROM platform.outbox;
INSERT INTO platform.inbox (consumer, event_id) VALUES ('notifications', '01980000-0000-7000-8000-00000000000f');
INSERT INTO platform.idempotency (principal, operation, key, request_hash, result) VALUES
    ('01980000-0000-7000-8000-0000000000a1', 'createListing', 'k', '\x01', '{}');

-- 11: called off just before the upgrade: its money is to go back.
SELECT pg_temp.pay(pg_temp.book(11, 3, 58, 2, 600000), '${intent11}');
SELECT bookings.cancel_booking('01980000-0000-7000-8000-000000010011', '01980000-0000-7000-8000-0000000000d1',
    'CANCELLED_BY_DRIVER', NULL, NULL);

INSERT INTO notifications.notification (id, recipient, type, title, body, action_url, read_at) VALUES
    ('01980000-0000-7000-8000-0000000000c1', '01980000-0000-7000-8000-0000000000d1', 'BOOKING', 'Buchung bestätigt', 'A1',
        '/bookings/01980000-0000-7000-8000-000000010002', now()),
    ('01980000-0000-7000-8000-0000000000c2', '01980000-0000-7000-8000-0000000000a1', 'BOOKING', 'New booking', 'A1', NULL, NULL);
INSERT INTO notifications.mail (id, address, subject, text, html, status, attempts, ended_at) VALUES
    ('01980000-0000-7000-8000-0000000000c3', 'driver@first.example', 'Buchung bestätigt', 't', '<p>t</p>', 'SENT', 1, now()),
    ('01980000-0000-7000-8000-0000000000c4', 'host@first.example', 'New booking', 't', '<p>t</p>', 'QUEUED', 0, NULL);
INSERT INTO notifications.booking (id, body, version, confirmed)
SELECT o.id, bookings.booking_json(o), o.version, true FROM bookings.occupation o WHERE o.status = 'CONFIRMED';
