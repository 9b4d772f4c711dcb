package dev.berth.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Principal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request after it has been held against the contract. */
final class BoundRequest implements Request {
    private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.GERMAN);
    private static final String LIMIT = "limit";

    private final HttpServerRequest sent;
    private final Operation operation;
    private final Arguments arguments;
    private final @Nullable Principal principal;
    private final String clientAddress;
    private final Buffer bytes;
    private final JsonNode tree;
    private final Bodies bodies;

    BoundRequest(
            HttpServerRequest sent,
            Operation operation,
            Arguments arguments,
            @Nullable Principal principal,
            String clientAddress,
            Buffer bytes,
            JsonNode tree,
            Bodies bodies) {
        this.sent = sent;
        this.operation = operation;
        this.arguments = arguments;
        this.principal = principal;
        this.clientAddress = clientAddress;
        this.bytes = bytes;
        this.tree = tree;
        this.bodies = bodies;
    }

    @Override
    public Principal principal() {
        if (principal == null) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "This needs an access token");
        }
        return principal;
    }

    @Override
    public @Nullable Principal principalOrNull() {
        return principal;
    }

    @Override
    public UUID pathId(String name) {
        return arguments.pathId(name);
    }

    @Override
    public String path(String name) {
        return arguments.path(name);
    }

    @Override
    public @Nullable String query(String name) {
        List<String> values = arguments.query(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    @Override
    public String requiredQuery(String name) {
        String value = query(name);
        if (value == null) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "is required", "/query/" + name);
        }
        return value;
    }

    @Override
    public List<String> queryList(String name) {
        return arguments.query(name);
    }

    @Override
    public @Nullable Instant queryInstant(String name) {
        String value = query(name);
        return value == null ? null : Formats.instant(value);
    }

    @Override
    public @Nullable Long queryLong(String name) {
        String value = query(name);
        return value == null ? null : Long.valueOf(value);
    }

    @Override
    public @Nullable Double queryDouble(String name) {
        String value = query(name);
        return value == null ? null : Double.valueOf(value);
    }

    @Override
    public boolean queryBoolean(String name, boolean otherwise) {
        String value = query(name);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }

    @Override
    public int limit() {
        return Integer.parseInt(requiredQuery(LIMIT));
    }

    @Override
    public <T> T body(Class<T> type) {
        return bodies.bind(tree instanceof MissingNode ? JsonNodeFactory.instance.objectNode() : tree, type);
    }

    @Override
    public JsonNode body() {
        return tree;
    }

    @Override
    public Buffer rawBody() {
        return bytes;
    }

    @Override
    public @Nullable String header(String name) {
        return sent.getHeader(name);
    }

    @Override
    public @Nullable String idempotencyKey() {
        return sent.getHeader(Arguments.IDEMPOTENCY_KEY);
    }

    @Override
    public byte[] fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(operation.id().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(sent.uri().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(bytes.getBytes());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public @Nullable Long ifMatch() {
        return arguments.ifMatch();
    }

    @Override
    public Locale locale() {
        String wanted = sent.getHeader("accept-language");
        if (wanted == null) {
            return Locale.ENGLISH;
        }
        try {
            Locale found = Locale.lookup(Locale.LanguageRange.parse(wanted), SPOKEN);
            return found == null ? Locale.ENGLISH : found;
        } catch (IllegalArgumentException e) {
            // A preference that cannot be read is no reason to refuse the request.
            return Locale.ENGLISH;
        }
    }

    @Override
    public String clientAddress() {
        return clientAddress;
    }
}
