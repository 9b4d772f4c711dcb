package dev.berth.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes answers: JSON, and problems as RFC 9457 documents. */
final class Answers {
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence PROBLEM = HttpHeaders.createOptimized("application/problem+json");
    private static final String UNAVAILABLE_RETRY_SECONDS = "2";

    private final JsonMapper json;

    Answers(JsonMapper json) {
        this.json = json;
    }

    void problem(HttpServerRequest request, Problem problem, @Nullable String correlation) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        ProblemType type = problem.type();
        ObjectNode document = json.createObjectNode();
        problem.members().forEach((name, value) -> document.set(name, json.valueToTree(value)));
        document.put(
                "type",
                "urn:berth:problem:" + type.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        document.put("title", type.title());
        document.put("status", type.status());
        document.put("code", type.name());
        document.put("detail", problem.detail());
        if (correlation != null) {
            document.put("instance", correlation);
        }
        if (!problem.errors().isEmpty()) {
            document.set("errors", json.valueToTree(problem.errors()));
        }
        switch (type.status()) {
            case 401 -> response.putHeader("www-authenticate", "Bearer");
            case 503 -> response.putHeader(HttpHeaders.RETRY_AFTER, UNAVAILABLE_RETRY_SECONDS);
            default -> {}
        }
        response.setStatusCode(type.status());
        response.putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM);
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        end(request, bytes(document));
    }

    void json(HttpServerRequest request, Object body) {
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        end(request, bytes(body));
    }

    /** Ends with a body, or for HEAD with what its length would be. */
    static void end(HttpServerRequest request, Buffer body) {
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            request.response().end();
        } else {
            request.response().end(body);
        }
    }

    private Buffer bytes(Object body) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
