package dev.berth.listings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.availability.Availability;
import dev.berth.listings.ListingCommand.ListingAvailability;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.platform.db.Db;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of the listings capability. */
final class ListingSql {
    /** A listing with its slots as arrays: one row each, however many slots. */
    private static final String LISTING = """
            SELECT l.id, l.version, l.owner_id, l.title, l.description, l.type, l.lat, l.lng, l.address, l.time_zone,
                   l.currency, l.hour_amount, l.day_amount, l.tariff_rules::text AS tariff_rules, l.amenities, l.instant_book, l.cancellation_policy,
                   l.max_height_cm, l.demo, l.attribution, l.availability::text AS availability, s.slot_ids, s.slot_names, s.slot_kinds,
                   s.slot_bays
            FROM listings.listing l
            CROSS JOIN LATERAL (
                SELECT array_agg(id ORDER BY position) AS slot_ids,
                       array_agg(name ORDER BY position) AS slot_names,
                       array_agg(kind ORDER BY position) AS slot_kinds,
                       array_agg(bay::text ORDER BY position) AS slot_bays
                FROM listings.slot WHERE listing_id = l.id AND retired_at IS NULL
            ) s
            WHERE l.deleted_at IS NULL
            """;

    private static final String GET = LISTING + " AND l.id = $1";

    // Without a first id all begin after the smallest there is.
    private static final String EXPORT = LISTING + " AND l.id > $1 ORDER BY l.id LIMIT $2";

    private static final String LIST_OF_OWNER = LISTING + " AND l.id > $1 AND l.owner_id = $3 ORDER BY l.id LIMIT $2";

    private static final String GET_TARIFF = """
            SELECT version, time_zone, currency, hour_amount, day_amount, tariff_rules::text AS tariff_rules
            FROM listings.listing WHERE id = $1 AND deleted_at IS NULL
            """;

    private static final String GET_AVAILABILITY = """
            SELECT version, time_zone, availability::text AS availability
            FROM listings.listing WHERE id = $1 AND deleted_at IS NULL
            """;

    /** What serialises changes of a listing and of its slots. */
    private static final String LOCK = """
            SELECT owner_id, version FROM listings.listing WHERE id = $1 AND deleted_at IS NULL FOR UPDATE
            """;

    private static final String ALL_SLOTS = """
            SELECT id, name, kind, position, bay::text AS bay, retired_at IS NOT NULL AS retired
            FROM listings.slot WHERE listing_id = $1
            """;

    private static final String INSERT = """
            INSERT INTO listings.listing (
                id, version, owner_id, title, description, type, lat, lng, address, time_zone, currency, hour_amount,
                day_amount, tariff_rules, amenities, instant_book, cancellation_policy, max_height_cm, demo,
                attribution, availability, import_source, import_id, import_digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb, $15, $16, $17, $18, $19,
                $20, $21::text::jsonb, $22, $23, $24)
            """;

    private static final String UPDATE = """
            UPDATE listings.listing SET
                version = $2, title = $3, description = $4, type = $5, lat = $6, lng = $7, address = $8, time_zone = $9,
                currency = $10, hour_amount = $11, day_amount = $12, tariff_rules = $13::text::jsonb, amenities = $14,
                instant_book = $15, cancellation_policy = $16, max_height_cm = $17, demo = $18, attribution = $19,
                availability = $20::text::jsonb, changed_at = now()
            WHERE id = $1
            """;

    private static final String DELETE = """
            UPDATE listings.listing SET version = $2, deleted_at = now(), changed_at = now() WHERE id = $1
            """;

    private static final String INSERT_SLOTS = """
            INSERT INTO listings.slot (id, listing_id, name, kind, position, bay)
            SELECT u.id, u.listing_id, u.name, u.kind, u.position, u.bay::jsonb
            FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[])
                AS u (id, listing_id, name, kind, position, bay)
            """;

    private static final String UPDATE_SLOTS = """
            UPDATE listings.slot s
            SET name = u.name, kind = u.kind, position = u.position, bay = u.bay::jsonb, retired_at = NULL
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[]) AS u (id, name, kind, position, bay)
            WHERE s.id = u.id
            """;

    private static final String RETIRE_SLOTS = """
            UPDATE listings.slot SET retired_at = now() WHERE id = ANY ($1::uuid[])
            """;

    /** Imports of one source into one account come one after another. */
    private static final String LOCK_SOURCE = """
            SELECT pg_advisory_xact_lock(hashtextextended('listings.import ' || $1 || ' ' || $2, 0))
            """;

    private static final String IMPORTED = """
            SELECT id, import_id, import_digest, deleted_at IS NOT NULL AS deleted FROM listings.listing
            WHERE owner_id = $1 AND import_source = $2 AND import_id = ANY ($3::text[])
            """;

    private static final String SET_DIGEST = """
            UPDATE listings.listing SET import_digest = $2 WHERE id = $1
            """;

    private static final UUID SMALLEST = new UUID(0, 0);

    private final JsonMapper json;

    ListingSql(JsonMapper json) {
        this.json = json;
    }

    /** Who owns a listing that is locked now, and its version. */
    record Locked(UserId owner, long version) {}

    /** Where a listing has been imported from. */
    record Origin(String source, String id, String digest) {}

    /** A listing that has been imported before. */
    record Imported(ListingId listing, String digest, boolean deleted) {}

    /** A listing to be made. */
    record Insert(Listing listing, @Nullable Origin origin) {}

    @Nullable
    Listing get(Db db, ListingId id) {
        RowSet<Row> rows = db.query(GET, Tuple.of(id.value()));
        return rows.size() == 0 ? null : listing(rows.iterator().next());
    }

    @Nullable
    ListingTariff tariff(Db db, ListingId id) {
        RowSet<Row> rows = db.query(GET_TARIFF, Tuple.of(id.value()));
        if (rows.size() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return new ListingTariff(id, row.getLong("version"), row.getString("time_zone"), tariff(row));
    }

    @Nullable
    ListingAvailability availability(Db db, ListingId id) {
        RowSet<Row> rows = db.query(GET_AVAILABILITY, Tuple.of(id.value()));
        if (rows.size() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return new ListingAvailability(id, row.getLong("version"), row.getString("time_zone"), availability(row));
    }

    List<Listing> page(Db db, @Nullable ListingId after, int limit) {
        return listings(db.query(EXPORT, Tuple.of(after == null ? SMALLEST : after.value(), limit)));
    }

    List<Listing> pageOf(Db db, UserId owner, @Nullable ListingId after, int limit) {
        return listings(
                db.query(LIST_OF_OWNER, Tuple.of(after == null ? SMALLEST : after.value(), limit, owner.value())));
    }

    @Nullable
    Locked lock(SqlConnection connection, ListingId id) {
        RowSet<Row> rows = query(connection, LOCK, Tuple.of(id.value()));
        if (rows.size() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return new Locked(new UserId(row.getUUID("owner_id")), row.getLong("version"));
    }

    /** A listing that exists, because it is locked. */
    Listing read(SqlConnection connection, ListingId id) {
        return listing(query(connection, GET, Tuple.of(id.value())).iterator().next());
    }

    /** All slots a listing has ever had. */
    List<SlotPlan.Stored> allSlots(SqlConnection connection, ListingId id) {
        List<SlotPlan.Stored> slots = new ArrayList<>();
        for (Row row : query(connection, ALL_SLOTS, Tuple.of(id.value()))) {
            Slot slot = new Slot(
                    new SlotId(row.getUUID("id")),
                    row.getString("name"),
                    SlotKind.valueOf(row.getString("kind")),
                    row.getInteger("position"),
                    bay(row.getString("bay")));
            slots.add(new SlotPlan.Stored(slot, row.getBoolean("retired")));
        }
        return slots;
    }

    /** Writes new listings and their slots in two round trips, however many they are. */
    void insert(SqlConnection connection, List<Insert> inserts) {
        List<Tuple> rows = new ArrayList<>();
        List<UUID> listingIds = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        for (Insert insert : inserts) {
            Listing listing = insert.listing();
            Origin origin = insert.origin();
            Tuple row = Tuple.of(
                    listing.id().value(), listing.version(), listing.owner().value());
            addDetails(row, listing);
            rows.add(row.addString(origin == null ? null : origin.source())
                    .addString(origin == null ? null : origin.id())
                    .addString(origin == null ? null : origin.digest()));
            for (Slot slot : listing.slots()) {
                listingIds.add(listing.id().value());
                slots.add(slot);
            }
        }
        connection.preparedQuery(INSERT).executeBatch(rows).await();
        insertSlots(connection, listingIds, slots);
    }

    void update(SqlConnection connection, Listing listing) {
        Tuple row = Tuple.of(listing.id().value(), listing.version());
        addDetails(row, listing);
        query(connection, UPDATE, row);
    }

    private void addDetails(Tuple row, Listing listing) {
        row.addString(listing.title())
                .addString(listing.description())
                .addString(listing.type().name())
                .addDouble(listing.location().lat())
                .addDouble(listing.location().lng())
                .addString(listing.address())
                .addString(listing.timeZone())
                .addString(listing.tariff().currency())
                .addLong(listing.tariff().hour())
                .addLong(listing.tariff().day())
                .addString(rulesText(listing.tariff()))
                .addArrayOfString(listing.amenities().stream().sorted().toArray(String[]::new))
                .addBoolean(listing.instantBook())
                .addString(listing.cancellationPolicy().name())
                .addInteger(listing.maxHeightCentimetres())
                .addBoolean(listing.demo())
                .addString(listing.attribution())
                .addString(availabilityText(listing.availability()));
    }

    void delete(SqlConnection connection, ListingId id, long version) {
        query(connection, DELETE, Tuple.of(id.value(), version));
    }

    /** Changed before added: a new slot may have the name that another one gives up. */
    void apply(SqlConnection connection, ListingId listing, SlotPlan plan) {
        if (!plan.retired().isEmpty()) {
            UUID[] ids = plan.retired().stream().map(SlotId::value).toArray(UUID[]::new);
            query(connection, RETIRE_SLOTS, Tuple.tuple().addArrayOfUUID(ids));
        }
        if (!plan.changed().isEmpty()) {
            query(
                    connection,
                    UPDATE_SLOTS,
                    addSlots(Tuple.tuple().addArrayOfUUID(ids(plan.changed())), plan.changed()));
        }
        if (!plan.added().isEmpty()) {
            insertSlots(connection, Collections.nCopies(plan.added().size(), listing.value()), plan.added());
        }
    }

    private void insertSlots(SqlConnection connection, List<UUID> listings, List<Slot> slots) {
        Tuple columns = Tuple.tuple().addArrayOfUUID(ids(slots)).addArrayOfUUID(listings.toArray(UUID[]::new));
        query(connection, INSERT_SLOTS, addSlots(columns, slots));
    }

    private static UUID[] ids(List<Slot> slots) {
        return slots.stream().map(slot -> slot.id().value()).toArray(UUID[]::new);
    }

    private Tuple addSlots(Tuple columns, List<Slot> slots) {
        return columns.addArrayOfString(slots.stream().map(Slot::name).toArray(String[]::new))
                .addArrayOfString(slots.stream().map(slot -> slot.kind().name()).toArray(String[]::new))
                .addArrayOfInteger(slots.stream().map(Slot::position).toArray(Integer[]::new))
                .addArrayOfString(slots.stream().map(this::bayText).toArray(String[]::new));
    }

    void lockSource(SqlConnection connection, UserId owner, String source) {
        query(connection, LOCK_SOURCE, Tuple.of(owner.toString(), source));
    }

    /** By the ids that the source gives. */
    Map<String, Imported> imported(SqlConnection connection, UserId owner, String source, List<String> ids) {
        Tuple arguments = Tuple.of(owner.value(), source).addArrayOfString(ids.toArray(String[]::new));
        Map<String, Imported> imported = new HashMap<>();
        for (Row row : query(connection, IMPORTED, arguments)) {
            imported.put(
                    row.getString("import_id"),
                    new Imported(
                            new ListingId(row.getUUID("id")),
                            row.getString("import_digest"),
                            row.getBoolean("deleted")));
        }
        return imported;
    }

    void setDigest(SqlConnection connection, ListingId id, String digest) {
        query(connection, SET_DIGEST, Tuple.of(id.value(), digest));
    }

    private static RowSet<Row> query(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }

    private List<Listing> listings(RowSet<Row> rows) {
        List<Listing> listings = new ArrayList<>(rows.size());
        for (Row row : rows) {
            listings.add(listing(row));
        }
        return listings;
    }

    private Listing listing(Row row) {
        UUID[] slotIds = row.getArrayOfUUIDs("slot_ids");
        String[] names = row.getArrayOfStrings("slot_names");
        String[] kinds = row.getArrayOfStrings("slot_kinds");
        String[] bays = row.getArrayOfStrings("slot_bays");
        List<Slot> slots = new ArrayList<>(slotIds.length);
        for (int i = 0; i < slotIds.length; i++) {
            slots.add(new Slot(new SlotId(slotIds[i]), names[i], SlotKind.valueOf(kinds[i]), i, bay(bays[i])));
        }
        return new Listing(
                new ListingId(row.getUUID("id")),
                row.getLong("version"),
                new UserId(row.getUUID("owner_id")),
                row.getString("title"),
                row.getString("description"),
                ListingType.valueOf(row.getString("type")),
                new GeoPoint(row.getDouble("lat"), row.getDouble("lng")),
                row.getString("address"),
                row.getString("time_zone"),
                tariff(row),
                Set.of(row.getArrayOfStrings("amenities")),
                row.getBoolean("instant_book"),
                CancellationPolicy.valueOf(row.getString("cancellation_policy")),
                row.getInteger("max_height_cm"),
                row.getBoolean("demo"),
                row.getString("attribution"),
                slots,
                availability(row));
    }

    private Availability availability(Row row) {
        String text = row.getString("availability");
        try {
            return text == null ? Availability.DEFAULT : json.readValue(text, Availability.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable String availabilityText(Availability availability) {
        try {
            return availability.equals(Availability.DEFAULT) ? null : json.writeValueAsString(availability);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Bay bay(@Nullable String text) {
        try {
            return text == null ? null : json.readValue(text, Bay.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable String bayText(Slot slot) {
        try {
            return slot.bay() == null ? null : json.writeValueAsString(slot.bay());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Tariff tariff(Row row) {
        return new Tariff(
                row.getString("currency"),
                row.getLong("hour_amount"),
                row.getLong("day_amount"),
                rules(row.getString("tariff_rules")));
    }

    private @Nullable TariffRules rules(@Nullable String text) {
        try {
            return text == null ? null : json.readValue(text, TariffRules.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable String rulesText(Tariff tariff) {
        try {
            return tariff.rules() == null ? null : json.writeValueAsString(tariff.rules());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
