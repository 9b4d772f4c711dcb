package dev.berth.platform.events;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/** Makes a consumer idempotent: it notes each event in the transaction of its effect. */
public final class Inbox {
    private static final String NOTE = """
            INSERT INTO platform.inbox (consumer, event_id)
            VALUES ($1, $2)
            ON CONFLICT DO NOTHING
            """;

    private Inbox() {}

    /** Returns true the first time; false when the effect is there already and must not be had again. */
    public static boolean first(SqlConnection connection, String consumer, UUID event) {
        return connection
                        .preparedQuery(NOTE)
                        .execute(Tuple.of(consumer, event))
                        .await()
                        .rowCount()
                == 1;
    }
}
