package dev.berth.platform.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Message;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Principal;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets an operation with an idempotency key have its effect once, and its answer as often as it is asked for. */
public final class OnceSql {
    // Waits for a transaction that is using the same key now.
    private static final String CLAIM = """
            INSERT INTO platform.idempotency (principal, operation, key, request_hash) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """;

    private static final String ANSWERED = """
            SELECT request_hash, result FROM platform.idempotency WHERE principal = $1 AND operation = $2 AND key = $3
            """;

    private static final String ANSWER = """
            UPDATE platform.idempotency SET result = $4 WHERE principal = $1 AND operation = $2 AND key = $3
            """;

    private final JsonMapper json;

    public OnceSql(JsonMapper json) {
        this.json = json;
    }

    /** Does the work in the running transaction, or reads what it answered when it was done before. */
    public <T extends Message> T once(
            SqlConnection connection,
            Principal actor,
            String operation,
            @Nullable Once once,
            Class<T> type,
            Supplier<T> work) {
        if (once == null) {
            return work.get();
        }
        Buffer fingerprint = Buffer.buffer(HexFormat.of().parseHex(once.fingerprint()));
        Tuple claim = Tuple.of(actor.user().value(), operation, once.key(), fingerprint);
        if (connection.preparedQuery(CLAIM).execute(claim).await().rowCount() == 1) {
            T answer = work.get();
            connection
                    .preparedQuery(ANSWER)
                    .execute(Tuple.of(actor.user().value(), operation, once.key(), write(answer)))
                    .await();
            return answer;
        }
        Row row = connection
                .preparedQuery(ANSWERED)
                .execute(Tuple.of(actor.user().value(), operation, once.key()))
                .await()
                .iterator()
                .next();
        if (!row.getBuffer("request_hash").equals(fingerprint)) {
            throw new Rejection(
                    ProblemType.IDEMPOTENCY_KEY_REUSED, "another request had this key", "/header/Idempotency-Key");
        }
        return read(row.getString("result"), type);
    }

    private String write(Message answer) {
        try {
            return json.writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T read(String answer, Class<T> type) {
        try {
            return json.readValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
