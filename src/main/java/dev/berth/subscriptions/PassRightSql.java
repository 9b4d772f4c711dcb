package dev.berth.subscriptions;

import dev.berth.platform.db.Db;
import dev.berth.subscriptions.SubscriptionCommand.FindPasses;
import dev.berth.values.SlotId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.VehicleId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of what gates ask. */
final class PassRightSql {
    private static final String OF_CARD = "SELECT c.id AS key, c.slot_id, c.nonce, c.ended_at AS key_ended, "
            + "NULL::uuid AS vehicle_id, "
            + "NULL::text AS plate, " + SubscriptionSql.COLUMNS + """
             FROM subscriptions.card c JOIN subscriptions.subscription s ON s.id = c.subscription_id WHERE c.id = $1
            """;
    /** The same digits can be a later pass's: those that are over come last. */
    private static final String OF_PIN = "SELECT c.id AS key, c.slot_id, c.nonce, c.ended_at AS key_ended, "
            + "NULL::uuid AS vehicle_id, "
            + "NULL::text AS plate, " + SubscriptionSql.COLUMNS + """
             FROM subscriptions.card c JOIN subscriptions.subscription s ON s.id = c.subscription_id
            WHERE c.listing_id = $1 AND c.pin = $2 AND s.status <> 'FAILED'
            ORDER BY s.status = 'ENDED' OR c.ended_at IS NOT NULL, s.id DESC LIMIT 4
            """;

    private static final String OF_VEHICLES = "SELECT v.id AS key, NULL::uuid AS slot_id, NULL::bigint AS nonce, "
            + "NULL::timestamptz AS key_ended, "
            + "v.vehicle_id, v.plate, " + SubscriptionSql.COLUMNS + """
             FROM subscriptions.subscription s JOIN subscriptions.vehicle v ON v.subscription_id = s.id
            WHERE s.listing_id = $1 AND s.status NOT IN ('PENDING', 'FAILED')
                AND (s.ended_at IS NULL OR s.ended_at > now() - interval '1 day')
            ORDER BY s.status = 'ENDED', s.id LIMIT $2
            """;

    private final Db db;
    private final SubscriptionSql subscriptions;

    PassRightSql(Db db, SubscriptionSql subscriptions) {
        this.db = db;
        this.subscriptions = subscriptions;
    }

    /**
     * A card or a vehicle of a pass.
     *
     * @param ended since when the card opens nothing, though the pass goes on; null when it does
     */
    record Key(
            UUID id,
            SubscriptionSql.Stored of,
            @Nullable VehicleId vehicle,
            @Nullable String plate,
            @Nullable SlotId slot,
            @Nullable Long nonce,
            @Nullable Instant ended) {
        SubscriptionId pass() {
            return of.id();
        }
    }

    List<Key> find(FindPasses command) {
        String pin = command.pin();
        if (command.card() != null) {
            return keys(db.query(OF_CARD, Tuple.of(command.card())));
        } else if (pin != null) {
            return keys(db.query(OF_PIN, Tuple.of(command.listing().value(), Integer.valueOf(pin))));
        }
        return keys(db.query(OF_VEHICLES, Tuple.of(command.listing().value(), FindPasses.MAX_RIGHTS)));
    }

    private List<Key> keys(RowSet<Row> rows) {
        List<Key> keys = new ArrayList<>();
        for (Row row : rows) {
            UUID vehicle = row.getUUID("vehicle_id");
            UUID slot = row.getUUID("slot_id");
            keys.add(new Key(
                    row.getUUID("key"),
                    subscriptions.stored(row),
                    vehicle == null ? null : new VehicleId(vehicle),
                    row.getString("plate"),
                    slot == null ? null : new SlotId(slot),
                    row.getLong("nonce"),
                    SubscriptionSql.instantOrNull(row, "key_ended")));
        }
        return keys;
    }
}
