package dev.berth.subscriptions;

import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.platform.db.Db;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.SubscriptionId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The cards of passes: one for each slot, with what opens the gate to it, and the block that keeps it. */
final class PassCardSql {
    private static final String INSERT = """
            INSERT INTO subscriptions.card (id, subscription_id, listing_id, slot_id, slot_name, pin, nonce, block_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """;
    private static final String CARDS = """
            SELECT id, slot_id, slot_name, pin, nonce FROM subscriptions.card WHERE subscription_id = $1 AND ended_at IS NULL
            ORDER BY slot_name, id
            """;
    private static final String BLOCKS = """
            SELECT DISTINCT block_id FROM subscriptions.card WHERE subscription_id = $1 AND block_id IS NOT NULL ORDER BY 1
            """;
    /** All but the first ones; the pass is locked, so that none comes meanwhile. */
    private static final String END_SURPLUS = """
            UPDATE subscriptions.card SET ended_at = now() WHERE id IN (
                SELECT id FROM subscriptions.card WHERE subscription_id = $1 AND ended_at IS NULL
                ORDER BY slot_name, id OFFSET $2)
            """;

    private static final String TO_FREE = """
            SELECT id FROM subscriptions.card WHERE subscription_id = $1 AND ended_at IS NOT NULL AND freed_at IS NULL
            """;
    private static final String FREED = "UPDATE subscriptions.card SET freed_at = now() WHERE id = ANY ($1)";
    private static final String END_OF =
            "UPDATE subscriptions.card SET ended_at = now(), freed_at = now() WHERE block_id = $1 AND ended_at IS NULL";

    private final Db db;

    PassCardSql(Db db) {
        this.db = db;
    }

    void add(SubscriptionId id, ListingId listing, List<Card> cards) {
        cards.forEach(card -> db.query(INSERT, card(id, listing, card, null)));
    }

    /** @param block that keeps their slots */
    void add(SqlConnection connection, Subscription to, List<Card> cards, UUID block) {
        cards.forEach(card -> SubscriptionSql.run(connection, INSERT, card(to.id(), to.listing(), card, block)));
    }

    private static Tuple card(SubscriptionId id, ListingId listing, Card card, @Nullable UUID block) {
        return Tuple.of(card.id(), id.value(), listing.value(), card.slot().value())
                .addString(card.slotName())
                .addInteger(card.pin())
                .addLong(card.nonce())
                .addUUID(block);
    }

    /** The blocks that keep slots beside its own. */
    List<SubscriptionId> blocks(SubscriptionId id) {
        List<SubscriptionId> blocks = new ArrayList<>();
        db.query(BLOCKS, Tuple.of(id.value())).forEach(row -> blocks.add(new SubscriptionId(row.getUUID(0))));
        return blocks;
    }

    /** Those whose slots a block has kept open nothing. */
    void endOf(UUID block) {
        db.query(END_OF, Tuple.of(block));
    }

    void endSurplus(SqlConnection connection, SubscriptionId id, int needed) {
        SubscriptionSql.run(connection, END_SURPLUS, Tuple.of(id.value(), needed));
    }

    /** Cards that open nothing any more, though the pass goes on, and whose slots are to be freed. */
    List<UUID> toFree(SubscriptionId id) {
        List<UUID> cards = new ArrayList<>();
        db.query(TO_FREE, Tuple.of(id.value())).forEach(row -> cards.add(row.getUUID(0)));
        return cards;
    }

    void freed(List<UUID> cards) {
        db.query(FREED, Tuple.of(cards.toArray(UUID[]::new)));
    }

    List<Card> of(SubscriptionId id) {
        List<Card> cards = new ArrayList<>();
        for (Row row : db.query(CARDS, Tuple.of(id.value()))) {
            cards.add(new Card(
                    row.getUUID("id"),
                    new SlotId(row.getUUID("slot_id")),
                    row.getString("slot_name"),
                    row.getInteger("pin"),
                    row.getLong("nonce")));
        }
        return cards;
    }
}
