package dev.berth.platform.http;

import dev.berth.platform.observability.Correlation;
import dev.berth.platform.observability.TraceLink;
import dev.berth.values.Ids;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every answer carries, whoever gives it: the correlation id and what browsers must and must not do. */
final class Preamble implements Handler<RoutingContext> {
    private static final Pattern CORRELATION = Pattern.compile("[A-Za-z0-9._-]{8,64}");
    private static final CharSequence CORRELATION_HEADER = HttpHeaders.createOptimized(Correlation.HEADER);
    private static final CharSequence POLICY = HttpHeaders.createOptimized("content-security-policy");
    private static final CharSequence NO_SNIFFING = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("referrer-policy");
    private static final CharSequence PERMISSIONS = HttpHeaders.createOptimized("permissions-policy");
    private static final CharSequence OPENER = HttpHeaders.createOptimized("cross-origin-opener-policy");
    private static final CharSequence TRANSPORT = HttpHeaders.createOptimized("strict-transport-security");
    private static final String TRANSPORT_TWO_YEARS = "max-age=63072000; includeSubDomains";
    private static final String CORS_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String CORS_HEADERS =
            "authorization, content-type, idempotency-key, if-match, if-none-match, x-correlation-id";
    private static final String CORS_EXPOSED =
            "etag, link, location, ratelimit, ratelimit-policy, retry-after, x-correlation-id";
    private static final String CORS_MAX_AGE_SECONDS = "600";

    private final String policy;
    private final boolean https;
    private final Set<String> origins;

    Preamble(HttpConfig config) {
        this.policy = policy(config.page().tileOrigin());
        this.https = "https".equals(config.publicUrl().getScheme());
        this.origins = Set.copyOf(config.corsOrigins());
    }

    private static String policy(String tileOrigin) {
        return String.join(
                "; ",
                List.of(
                        "default-src 'none'",
                        "script-src 'self'",
                        "worker-src 'self'",
                        "style-src 'self'",
                        "font-src 'self'",
                        ("img-src 'self' data: blob: " + tileOrigin).strip(),
                        "connect-src 'self'",
                        "manifest-src 'self'",
                        "form-action 'self'",
                        "base-uri 'none'",
                        "frame-ancestors 'none'"));
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = request.response();
        String correlation = correlation(request.getHeader(CORRELATION_HEADER));
        Correlation.set(correlation);
        response.putHeader(CORRELATION_HEADER, correlation);
        response.putHeader(POLICY, policy);
        response.putHeader(NO_SNIFFING, "nosniff");
        response.putHeader(REFERRER, "strict-origin-when-cross-origin");
        response.putHeader(PERMISSIONS, "geolocation=(self)");
        response.putHeader(OPENER, "same-origin");
        if (https) {
            response.putHeader(TRANSPORT, TRANSPORT_TWO_YEARS);
        }
        if (!origins.isEmpty() && answerOtherOrigin(request, response)) {
            return;
        }
        context.next();
    }

    private static String correlation(@Nullable String sent) {
        if (sent != null && CORRELATION.matcher(sent).matches()) {
            return sent;
        }
        String traced = TraceLink.correlation();
        return traced == null ? Ids.next().toString() : traced;
    }

    /** Whether that was all there is to answer (a preflight). */
    private boolean answerOtherOrigin(HttpServerRequest request, HttpServerResponse response) {
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !origins.contains(origin)) {
            return false;
        }
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, CORS_EXPOSED);
        boolean preflight = request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
        if (preflight) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, CORS_METHODS);
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, CORS_HEADERS);
            response.putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, CORS_MAX_AGE_SECONDS);
            response.setStatusCode(204).end();
        }
        return preflight;
    }
}
