package dev.berth.platform.cache;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis over one connection on which commands are pipelined. It never makes a caller wait long: a command fails after
 * the configured time, and while Redis is gone at once, so that callers go on without it.
 */
public final class Cache {
    private static final Logger LOG = LoggerFactory.getLogger(Cache.class);

    private final Vertx vertx;
    private final CacheConfig config;
    private final @Nullable Redis redis;
    private final AtomicReference<State> state = new AtomicReference<>(new State(null, false, Long.MIN_VALUE));

    /** Whether the last command that was answered, or given up, was the latter. */
    private volatile boolean tooSlow;

    /** @param retryNanos before this instant of {@link System#nanoTime} no connection is tried */
    private record State(@Nullable RedisConnection connection, boolean connecting, long retryNanos) {}

    public Cache(Vertx vertx, CacheConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.redis = config.url() == null ? null : Redis.createClient(vertx, options(config, config.url()));
    }

    private static RedisOptions options(CacheConfig config, String url) {
        RedisOptions options = new RedisOptions()
                .setConnectionString(url)
                .setMaxWaitingHandlers(config.maxWaiting())
                // One connection is all there is, and it is never given back.
                .setMaxPoolSize(1)
                .setPoolRecycleTimeout(-1)
                .setMaxPoolWaiting(1);
        options.getNetClientOptions()
                .setConnectTimeout(Math.toIntExact(config.retryInterval().toMillis()));
        if (config.password() != null) {
            options.setPassword(config.password().value());
        }
        return options;
    }

    /** A script that is sent by its hash once the server knows it. */
    public static final class Script {
        private final String source;
        private final String hash;

        public Script(String source) {
            this.source = source;
            try {
                this.hash = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-1", e);
            }
        }
    }

    /** Runs a script on one key. Fails when Redis is gone or too slow. */
    public Future<@Nullable Response> run(Script script, String key, List<String> arguments) {
        return send(script(Command.EVALSHA, script.hash, key, arguments)).recover(failure -> {
            String message = failure.getMessage();
            return message != null && message.startsWith("NOSCRIPT")
                    ? send(script(Command.EVAL, script.source, key, arguments))
                    : Future.failedFuture(failure);
        });
    }

    private static Request script(Command command, String script, String key, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(1).arg(key);
        arguments.forEach(request::arg);
        return request;
    }

    /** Sends one command. Fails when Redis is gone or too slow. */
    public Future<@Nullable Response> send(Request request) {
        RedisConnection connection = state.get().connection;
        if (connection == null) {
            connect();
            return Future.failedFuture(new CacheUnavailable("Redis is not connected"));
        }
        return connection
                .send(request)
                .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(answer -> tooSlow = answer.cause() instanceof TimeoutException);
    }

    /** Connects now instead of at the first command; succeeds also when Redis cannot be reached. */
    public Future<Void> warmUp() {
        return connect();
    }

    public boolean isConnected() {
        return state.get().connection != null;
    }

    /** What is wrong with Redis, or null, also when the node is to go without; answers at once. */
    public @Nullable String problem() {
        if (redis == null) {
            return null;
        }
        if (!isConnected()) {
            return "not connected";
        }
        return tooSlow ? "does not answer in time" : null;
    }

    public Future<Void> close() {
        return redis == null ? Future.succeededFuture() : redis.close();
    }

    private Future<Void> connect() {
        State before = state.get();
        boolean due = before.connection == null
                && !before.connecting
                && (before.retryNanos == Long.MIN_VALUE || System.nanoTime() - before.retryNanos >= 0);
        if (redis == null || !due || !state.compareAndSet(before, new State(null, true, before.retryNanos))) {
            return Future.succeededFuture();
        }
        return redis.connect().transform((connection, failure) -> {
            if (failure == null) {
                LOG.info("Redis is connected");
                connection.exceptionHandler(lost -> lose(connection));
                connection.endHandler(end -> lose(connection));
                state.set(new State(connection, false, Long.MIN_VALUE));
            } else {
                if (before.retryNanos == Long.MIN_VALUE) {
                    LOG.warn("Redis cannot be reached, going on without: {}", failure.getMessage());
                }
                pause();
            }
            return Future.succeededFuture();
        });
    }

    private void lose(RedisConnection connection) {
        if (connection.equals(state.get().connection)) {
            LOG.warn("the connection to Redis is lost, going on without");
            pause();
            connection.close();
        }
    }

    private void pause() {
        state.set(new State(
                null, false, System.nanoTime() + config.retryInterval().toNanos()));
        vertx.setTimer(config.retryInterval().toMillis() + 1, timer -> connect());
    }
}
