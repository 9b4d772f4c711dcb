package dev.berth.platform.db;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;

/** Tells a PostgreSQL that cannot be used now from one that says no, and from faults of our own. */
final class Outages {
    /**
     * Connection lost; lacking resources, a full disk among them; told to stop, or stopped for taking too long; failing
     * disk; a transaction that lost to another and may come again.
     */
    private static final Set<String> CLASSES = Set.of("08", "53", "57", "58", "40");

    private Outages() {}

    /** The failure itself, or the rejection that tells of an outage. */
    static Throwable told(Throwable failure) {
        return isOutage(failure)
                ? new Rejection(ProblemType.UNAVAILABLE, "the database cannot be used at the moment")
                : failure;
    }

    private static boolean isOutage(Throwable failure) {
        return switch (failure) {
            case PgException refused -> CLASSES.stream().anyMatch(String.valueOf(refused.getSqlState())::startsWith);
            case IOException broken -> true;
            // A pool that is too busy or waited in vain for a connection, or a connection that closed under way.
            case VertxException pool -> true;
            default -> false;
        };
    }
}
