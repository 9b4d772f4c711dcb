package dev.berth.platform.db;

import dev.berth.platform.config.Default;
import dev.berth.platform.config.Secret;
import java.net.URI;
import java.time.Duration;

/**
 * Where PostgreSQL is and how it is used.
 *
 * @param url {@code postgresql://host:port/database}; credentials apart
 * @param poolSize connections for transactions, per node
 * @param pipelinedConnections connections for single statements, per node
 * @param pipeliningLimit statements under way on each of those
 * @param connectTimeout how long a new connection may take
 * @param waitQueueSize callers that may wait for a connection; more are refused at once
 * @param statementTimeout what the server ends a statement after
 */
public record DatabaseConfig(
        String url,
        @Default("berth") String user,
        Secret password,
        @Default("12") int poolSize,
        @Default("6") int pipelinedConnections,
        @Default("64") int pipeliningLimit,
        @Default("5s") Duration connectTimeout,
        @Default("5000") int waitQueueSize,
        @Default("8s") Duration statementTimeout) {
    public DatabaseConfig {
        if (poolSize < 2 || pipelinedConnections < 1 || pipeliningLimit < 1) {
            throw new IllegalArgumentException("needs poolSize >= 2, pipelinedConnections >= 1, pipeliningLimit >= 1");
        }
    }

    /** The defaults for a server whose address carries the credentials, {@code postgresql://user:password@host:port/database}. */
    public static DatabaseConfig of(String urlWithCredentials) {
        URI uri = URI.create(urlWithCredentials);
        String[] credentials = uri.getUserInfo().split(":", 2);
        return new DatabaseConfig(
                "postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(),
                credentials[0],
                new Secret(credentials[1]),
                12,
                4,
                64,
                Duration.ofSeconds(5),
                5_000,
                Duration.ofSeconds(8));
    }
}
