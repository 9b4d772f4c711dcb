package dev.berth.platform.http;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param status the HTTP status code
 * @param body a record or other value that Jackson writes as JSON, a {@link Buffer} sent as it is, or null for none
 * @param headers further headers; {@code content-type} when the body is not JSON
 */
public record Response(int status, @Nullable Object body, Map<String, String> headers) {
    public static Response ok(Object body) {
        return new Response(200, body, Map.of());
    }

    public static Response created(Object body, String location) {
        return new Response(201, body, Map.of("location", location));
    }

    public static Response noContent() {
        return new Response(204, null, Map.of());
    }

    public static Response bytes(String contentType, Buffer body) {
        return new Response(200, body, Map.of("content-type", contentType));
    }

    /** One page of a list; {@code next} is the opaque cursor of the page after it, or null at the end. */
    public static Response page(List<?> items, @Nullable String next) {
        return ok(new Page(items, next));
    }

    public Response with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Response(status, body, more);
    }

    /** Adds the version as a strong {@code ETag}. */
    public Response etag(long version) {
        return etag(Long.toString(version));
    }

    /** Adds a strong {@code ETag}: the same only while everything that is answered is the same. */
    public Response etag(String tag) {
        return with("etag", "\"" + tag + "\"");
    }

    /** The JSON of every list. {@code next} is written also when it is null: its absence would be ambiguous. */
    public record Page(
            List<?> items,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.ALWAYS)
            @Nullable
            String next) {}
}
