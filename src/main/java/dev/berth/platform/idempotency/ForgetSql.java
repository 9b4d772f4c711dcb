package dev.berth.platform.idempotency;

import dev.berth.platform.db.Db;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/** Removes what is older than its time; nodes that do it at once pass over each other's rows. */
final class ForgetSql {
    private static final String FORGET = """
            DELETE FROM platform.idempotency WHERE (principal, operation, key) IN
                (SELECT principal, operation, key FROM platform.idempotency
                 WHERE created_at < now() - $1 * interval '1 millisecond'
                 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            """;

    private final Db db;

    ForgetSql(Db db) {
        this.db = db;
    }

    int forget(Duration retention, int batch) {
        return db.query(FORGET, Tuple.of(retention.toMillis(), batch)).rowCount();
    }
}
