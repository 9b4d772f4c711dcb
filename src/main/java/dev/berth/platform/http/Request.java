package dev.berth.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.values.Principal;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request that follows the contract: types, formats, limits and authentication have been checked before. */
public interface Request {
    /** Who asks, of an operation that the contract secures. */
    Principal principal();

    /** Who asks, or null without a token (operations whose security is optional). */
    @Nullable
    Principal principalOrNull();

    /** A path parameter that the contract declares as a UUID. */
    UUID pathId(String name);

    String path(String name);

    /** A query parameter as it was sent, percent-decoded once; null when absent and without a default in the contract. */
    @Nullable
    String query(String name);

    /** A required query parameter, or one with a default in the contract. */
    String requiredQuery(String name);

    /** All values of an array parameter (comma-separated or repeated), empty when absent. */
    List<String> queryList(String name);

    @Nullable
    Instant queryInstant(String name);

    @Nullable
    Long queryLong(String name);

    @Nullable
    Double queryDouble(String name);

    boolean queryBoolean(String name, boolean otherwise);

    /** The {@code limit} parameter with the contract's default and maximum applied. */
    int limit();

    /** The JSON body, bound to a record; it follows the contract's schema. */
    <T> T body(Class<T> type);

    /** The JSON body as a tree. */
    JsonNode body();

    /** The body's bytes as sent (webhook signatures are made over these). */
    Buffer rawBody();

    @Nullable
    String header(String name);

    /** The {@code Idempotency-Key}; where the contract requires it, never null. */
    @Nullable
    String idempotencyKey();

    /** SHA-256 over operation, path and body: what an idempotency key is tied to. */
    byte[] fingerprint();

    /** The version in {@code If-Match}, or null; a malformed one has been refused. */
    @Nullable
    Long ifMatch();

    /** The reader's language from {@code Accept-Language} among those that Berth speaks. */
    Locale locale();

    /** The peer's address as the trusted proxy tells it, for rate limits. */
    String clientAddress();
}
