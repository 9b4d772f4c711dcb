package dev.berth.dev.data;

import dev.berth.platform.db.Db;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Supplier;

/** Keeps two nodes that start together from loading the demo side by side. */
final class DemoSql {
    /** "berthdem" in ASCII: any number that nobody else locks. */
    private static final long LOCK_KEY = 0x62657274_6864656dL;

    // Of the session, not of a transaction: loading takes seconds, which is long for an open transaction.
    private static final String TRY_LOCK = "SELECT pg_try_advisory_lock($1)";
    private static final String UNLOCK = "SELECT pg_advisory_unlock($1)";

    private DemoSql() {}

    /** Does the work unless another session is doing it now. */
    static <T> Optional<T> alone(Db db, Supplier<T> work) {
        SqlConnection connection = db.pool().getConnection().await();
        try {
            boolean locked = connection
                    .preparedQuery(TRY_LOCK)
                    .execute(Tuple.of(LOCK_KEY))
                    .await()
                    .iterator()
                    .next()
                    .getBoolean(0);
            if (!locked) {
                return Optional.empty();
            }
            try {
                return Optional.of(work.get());
            } finally {
                connection.preparedQuery(UNLOCK).execute(Tuple.of(LOCK_KEY)).await();
            }
        } finally {
            connection.close();
        }
    }
}
