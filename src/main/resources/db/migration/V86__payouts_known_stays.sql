-- What was booked before there were payouts: nobody tells of it again. Bookings that were never paid have no money to look at.
INSERT INTO payouts.stay (booking, version, host, listing, title, time_zone, ends_at)
SELECT id, version, host_id, listing_id, title, time_zone, upper(stay)
FROM bookings.occupation
WHERE block_id IS NULL AND status NOT IN ('HELD', 'PENDING_HOST', 'EXPIRED', 'DECLINED')
ON CONFLICT DO NOTHING;
