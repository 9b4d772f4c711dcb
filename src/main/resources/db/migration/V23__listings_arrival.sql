-- Where a listing is, exactly, and how to get in, where that is not for everybody. The columns of listings.listing are what
-- everybody is told, so that whoever reads them, a node of the version before included, tells nobody more.
CREATE TABLE listings.arrival (
    listing_id   uuid PRIMARY KEY REFERENCES listings.listing (id),
    -- NULL where the listing's own are the exact ones.
    lat          double precision CHECK (lat BETWEEN -90 AND 90),
    lng          double precision CHECK (lng BETWEEN -180 AND 180),
    address      text CHECK (char_length(address) BETWEEN 1 AND 300),
    access_notes text CHECK (char_length(access_notes) BETWEEN 1 AND 1000),
    CHECK ((lat IS NULL) = (lng IS NULL) AND (lat IS NULL) = (address IS NULL))
);

ALTER TABLE listings.listing ADD COLUMN address_privacy text NOT NULL DEFAULT 'PUBLIC';

-- Driveways are where people live: from now on their places are told after the confirmation only.
INSERT INTO listings.arrival (listing_id, lat, lng, address)
SELECT id, lat, lng, address FROM listings.listing WHERE type = 'DRIVEWAY';

-- A point of the ring of 50 to 120 m around, each as likely. gen_random_uuid() is a secure source, random() is none: who
-- knows some of its numbers, of their own driveway, knows those of their neighbours.
WITH driveway AS MATERIALIZED (
    SELECT id, lat, lng, address,
           ('x' || substr(md5(gen_random_uuid()::text), 1, 12))::bit(48)::bigint / 281474976710656.0::double precision AS far,
           ('x' || substr(md5(gen_random_uuid()::text), 1, 12))::bit(48)::bigint / 281474976710656.0::double precision AS turn
    FROM listings.listing WHERE type = 'DRIVEWAY'
), moved AS (
    SELECT id, lat, lng, address,
           sqrt(50.0 * 50 + far * (120.0 * 120 - 50 * 50)) / 111195.0 AS degrees, 2 * pi() * turn AS bearing,
           -- What stands before the last comma has the house's number; what stands behind it has the postcode.
           CASE WHEN address LIKE '%,%' THEN regexp_replace(address, ',[^,]*$', '') ELSE address END AS street,
           CASE WHEN address LIKE '%,%' THEN btrim(regexp_replace(address, '^.*,', '')) ELSE '' END AS town
    FROM driveway
), told AS (
    SELECT id,
           greatest(-90, least(90, lat + degrees * cos(bearing))) AS lat,
           greatest(-180, least(180, lng + degrees * sin(bearing) / greatest(cos(radians(lat)), 1e-3))) AS lng,
           -- Every word with a digit, and what says which part of a house.
           btrim(regexp_replace(regexp_replace(regexp_replace(street,
               '\S*[[:digit:]]\S*', ' ', 'g'),
               '\m(nr|no|haus|hinterhaus|vorderhaus|wohnung|whg|stellplatz|garage|apt|apartment|flat|unit|suite|[a-z])\M\.?', ' ', 'gi'),
               '\s+', ' ', 'g'), ' ,-/') AS street,
           btrim(CASE WHEN town ~ '^[[:digit:]]{4,5} [^[:digit:]]+$' THEN town
                      ELSE regexp_replace(regexp_replace(town, '\S*[[:digit:]]\S*', ' ', 'g'), '\s+', ' ', 'g') END) AS town
    FROM moved
)
UPDATE listings.listing l SET
    lat = round(told.lat::numeric, 6), lng = round(told.lng::numeric, 6),
    address = coalesce(nullif(left(btrim(concat_ws(', ', nullif(told.street, ''), nullif(told.town, ''))), 300), ''), '—'),
    address_privacy = 'AFTER_CONFIRMATION',
    version = l.version + 1, changed_at = now()
FROM told WHERE told.id = l.id;
