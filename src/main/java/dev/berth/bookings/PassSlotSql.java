package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.listings.Slot;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** All SQL of slots for passes. What changes is one function call, in {@code R__bookings_passes.sql}. */
final class PassSlotSql {
    private static final String KEEP = """
            SELECT outcome, types, bodies
            FROM bookings.keep_for_pass($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """;
    private static final String END = "SELECT outcome, types, bodies FROM bookings.end_pass($1, $2, $3, $4, $5)";
    private static final String RELEASE = """
            SELECT 'SHORTENED' AS outcome, types, bodies FROM bookings.release_of_pass($1, $2, $3, $4, $5)
            """;
    private static final String CARDS = """
            SELECT o.id, o.slot_id, p.pin, p.nonce
            FROM bookings.occupation o JOIN bookings.pass p ON p.booking_id = o.id
            WHERE o.block_id = $1 AND o.live
            ORDER BY o.slot_id
            """;

    private final Db db;
    private final BookingSql bookings;

    PassSlotSql(Db db, BookingSql bookings) {
        this.db = db;
        this.bookings = bookings;
    }

    enum KeepOutcome {
        KEPT,
        ALREADY,
        TAKEN
    }

    enum CutOutcome {
        SHORTENED,
        UNCHANGED
    }

    /**
     * @param candidates the best first
     * @param pins more of them than slots
     * @param nonces as many as slots
     */
    Changed<KeepOutcome> keep(
            SubscriptionId pass,
            ListingId listing,
            List<Slot> candidates,
            TimeRange time,
            LocalDate firstDay,
            UserId driver,
            Integer[] pins,
            Long[] nonces) {
        UUID[] slots = candidates.stream().map(slot -> slot.id().value()).toArray(UUID[]::new);
        UUID[] shares = Stream.generate(Ids::next).limit(nonces.length).toArray(UUID[]::new);
        Row row = one(
                KEEP,
                Tuple.wrap(Arrays.asList(
                        pass.value(),
                        listing.value(),
                        slots,
                        shares,
                        time.from().atOffset(ZoneOffset.UTC),
                        time.to().atOffset(ZoneOffset.UTC),
                        firstDay,
                        driver.value(),
                        pins,
                        nonces,
                        Correlation.current())));
        return bookings.changed(row, KeepOutcome.class);
    }

    Changed<CutOutcome> end(SubscriptionId pass, ListingId listing, Instant until, LocalDate lastDay) {
        Row row = one(
                END,
                Tuple.of(
                        pass.value(), listing.value(), until.atOffset(ZoneOffset.UTC), lastDay, Correlation.current()));
        return bookings.changed(row, CutOutcome.class);
    }

    Changed<CutOutcome> release(ListingId listing, List<UUID> shares, Instant until, LocalDate lastDay) {
        Row row = one(
                RELEASE,
                Tuple.of(
                        listing.value(),
                        shares.toArray(UUID[]::new),
                        until.atOffset(ZoneOffset.UTC),
                        lastDay,
                        Correlation.current()));
        return bookings.changed(row, CutOutcome.class);
    }

    /** Empty when the pass keeps none. */
    List<Card> cards(SubscriptionId pass, Map<SlotId, Slot> slots) {
        List<Card> cards = new ArrayList<>();
        for (Row row : db.query(CARDS, Tuple.of(pass.value()))) {
            SlotId id = new SlotId(row.getUUID("slot_id"));
            Slot slot = slots.get(id);
            cards.add(new Card(
                    row.getUUID("id"),
                    id,
                    slot == null ? "" : slot.name(),
                    row.getInteger("pin"),
                    row.getLong("nonce")));
        }
        return cards;
    }

    private Row one(String sql, Tuple arguments) {
        return db.query(sql, arguments).iterator().next();
    }
}
