package dev.berth.platform.http;

import com.networknt.schema.JsonSchema;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the contract, compiled.
 *
 * @param path the template below the base path, such as {@code /bookings/{id}}
 * @param ratePolicy the policy that limits it ({@code x-rate-limit}), or null
 * @param produces media types of its answers, problem documents aside
 */
record Operation(
        String id,
        HttpMethod method,
        String path,
        Set<String> tags,
        List<Parameter> pathParameters,
        List<Parameter> queryParameters,
        List<Parameter> headerParameters,
        @Nullable Body body,
        Access access,
        @Nullable String ratePolicy,
        Set<String> produces) {
    enum Access {
        PUBLIC,
        OPTIONAL,
        REQUIRED
    }

    /**
     * @param schema what a JSON body must follow, null for other media types
     * @param maxBytes null for the configured default
     */
    record Body(
            boolean required,
            Set<String> mediaTypes,
            @Nullable JsonSchema schema,
            @Nullable Integer maxBytes) {}
}
