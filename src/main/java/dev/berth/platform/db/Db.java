package dev.berth.platform.db;

import dev.berth.platform.problems.Rejection;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.function.Function;

/**
 * PostgreSQL for straight-line code; the awaiting methods are for virtual-thread verticles only. Single statements go
 * over pipelined connections, transactions over pooled ones. While PostgreSQL cannot be used, both fail with a rejection
 * as {@link dev.berth.platform.problems.ProblemType#UNAVAILABLE}; what was asked for may have been done all the same.
 */
public final class Db {
    private final Pool pool;
    private final SqlClient pipelined;

    /**
     * @param pool connections for transactions
     * @param pipelined connections that take the next statement before the answer of the one before
     */
    public Db(Pool pool, SqlClient pipelined) {
        this.pool = pool;
        this.pipelined = pipelined;
    }

    /** Runs one prepared statement in its own transaction, in one round trip. */
    public RowSet<Row> query(String sql, Tuple arguments) {
        return send(sql, arguments).await();
    }

    /** As {@link #query}, without waiting. */
    public Future<RowSet<Row>> send(String sql, Tuple arguments) {
        return pipelined
                .preparedQuery(sql)
                .execute(arguments)
                .recover(failure -> Future.failedFuture(Outages.told(failure)));
    }

    /** Runs the work in one transaction; any exception rolls it back and is thrown on. */
    public <T> T inTransaction(Function<SqlConnection, T> work) {
        try {
            return transaction(work);
        } catch (Throwable failure) {
            // Also checked ones: awaiting throws whatever the future failed with.
            if (Outages.told(failure) instanceof Rejection outage) {
                throw outage;
            }
            throw failure;
        }
    }

    private <T> T transaction(Function<SqlConnection, T> work) {
        SqlConnection connection = pool.getConnection().await();
        try {
            Transaction transaction = connection.begin().await();
            T result;
            try {
                result = work.apply(connection);
            } catch (Throwable failure) {
                transaction.rollback().otherwiseEmpty().await();
                throw failure;
            }
            transaction.commit().await();
            return result;
        } finally {
            connection.close();
        }
    }

    /** The pool itself, for what needs a connection of its own over a longer time (locks, cursors). */
    public Pool pool() {
        return pool;
    }
}
