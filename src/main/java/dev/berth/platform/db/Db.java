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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * PostgreSQL for straight-line code; the awaiting methods are for virtual-thread verticles only. Single statements go
 * over pipelined connections, transactions over pooled ones. While PostgreSQL cannot be used, both fail with a rejection
 * as {@link dev.berth.platform.problems.ProblemType#UNAVAILABLE}; what was asked for may have been done all the same.
 */
public final class Db {
    private final Pool pool;
    private final Lane[] lanes;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param pool connections for transactions
     * @param pipelined each a connection that takes the next statement before the answer of the one before; what is sent
     *     over one is carried out one after the other
     */
    public Db(Pool pool, List<? extends SqlClient> pipelined) {
        if (pipelined.isEmpty()) {
            throw new IllegalArgumentException("needs a pipelined connection");
        }
        this.pool = pool;
        this.lanes = pipelined.stream().map(Lane::new).toArray(Lane[]::new);
    }

    /** A pipelined connection and how many statements are under way on it. */
    private record Lane(SqlClient client, AtomicInteger underWay) {
        Lane(SqlClient client) {
            this(client, new AtomicInteger());
        }

        Future<RowSet<Row>> send(String sql, Tuple arguments) {
            underWay.incrementAndGet();
            return client.preparedQuery(sql).execute(arguments).onComplete(answered -> underWay.decrementAndGet());
        }
    }

    /** Runs one prepared statement in its own transaction, in one round trip. */
    public RowSet<Row> query(String sql, Tuple arguments) {
        return send(sql, arguments).await();
    }

    /** As {@link #query}, without waiting. */
    public Future<RowSet<Row>> send(String sql, Tuple arguments) {
        return leastBusy().send(sql, arguments).recover(failure -> Future.failedFuture(Outages.told(failure)));
    }

    /** Opens the connections for single statements, so that no caller has to wait for that. */
    public Future<?> connect() {
        return Future.all(Stream.of(lanes)
                .map(lane -> lane.send("SELECT 1", Tuple.tuple()))
                .toList());
    }

    /** Statements wait behind each other on a connection, and commits on several are flushed to the disk together. */
    private Lane leastBusy() {
        int first = Math.floorMod(turn.getAndIncrement(), lanes.length);
        Lane best = lanes[first];
        for (int i = 1; i < lanes.length && best.underWay().get() > 0; i++) {
            Lane next = lanes[(first + i) % lanes.length];
            if (next.underWay().get() < best.underWay().get()) {
                best = next;
            }
        }
        return best;
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
