package dev.berth.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.JsonSchema;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Authenticator;
import dev.berth.platform.security.RateLimiter;
import dev.berth.platform.security.RateLimiter.Verdict;
import dev.berth.values.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request of the contract goes through, cheapest refusals first. */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final Pattern CALENDAR = Pattern.compile("(/calendar/).*");
    private static final String BEARER = "bearer ";
    private static final String JSON = "application/json";
    private static final Buffer NOTHING = Buffer.buffer();

    private final Authenticator authenticator;
    private final RateLimiter limiter;
    private final Bodies bodies;
    private final Answers answers;
    private final HttpConfig config;

    Pipeline(Authenticator authenticator, RateLimiter limiter, JsonMapper json, HttpConfig config) {
        this.authenticator = authenticator;
        this.limiter = limiter;
        this.bodies = new Bodies(json, config.maxBody().intValue());
        this.answers = new Answers(json);
        this.config = config;
    }

    void serve(HttpServerRequest request, ContractRouter.Bound bound, List<String> pathValues) {
        Operation operation = bound.operation();
        request.routed(ContractRouter.BASE_PATH + operation.path());
        try {
            refuseUnacceptable(request, operation);
            Principal principal = authenticate(request, operation.access());
            Operation.Body body = operation.body();
            if (body != null) {
                refuseMediaType(request, body);
            }
            // The first byte must find its handler, so reading begins before anything is waited for.
            Future<Buffer> bytes = body == null ? null : read(request, body);
            String subject = principal == null
                    ? clientAddress(request)
                    : principal.user().toString();
            if (operation.ratePolicy() == null) {
                allow(request.response(), limiter.takeHere(subject));
            }
            if (bytes == null && operation.ratePolicy() == null) {
                call(request, bound, pathValues, principal, NOTHING);
                return;
            }
            Future<Buffer> read = bytes == null ? Future.succeededFuture(NOTHING) : bytes;
            limit(request, operation, subject)
                    .compose(allowed -> read)
                    .onSuccess(all -> call(request, bound, pathValues, principal, all))
                    .onFailure(failure -> fail(request, failure));
        } catch (RuntimeException failure) {
            fail(request, failure);
        }
    }

    private void call(
            HttpServerRequest request,
            ContractRouter.Bound bound,
            List<String> pathValues,
            @Nullable Principal principal,
            Buffer bytes) {
        Future<Response> answer;
        try {
            Operation operation = bound.operation();
            Arguments arguments = Arguments.of(operation, pathValues, request.query(), request.headers());
            JsonNode tree = operation.body() == null ? MissingNode.getInstance() : tree(operation.body(), bytes);
            answer = bound.handler()
                    .apply(new BoundRequest(
                            request, operation, arguments, principal, clientAddress(request), bytes, tree, bodies));
        } catch (RuntimeException failure) {
            fail(request, failure);
            return;
        }
        answer.onComplete(response -> answer(request, response), failure -> fail(request, failure));
    }

    private static void refuseUnacceptable(HttpServerRequest request, Operation operation) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept == null || accept.contains("*/*") || accept.contains(JSON)) {
            return;
        }
        Set<String> produced = operation.produces();
        for (String range : accept.split(",", -1)) {
            String type = range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            boolean matches = type.endsWith("/*")
                    ? produced.stream().anyMatch(media -> media.startsWith(type.substring(0, type.length() - 1)))
                    : produced.contains(type);
            if (matches) {
                return;
            }
        }
        if (!produced.isEmpty()) {
            throw new Rejection(ProblemType.NOT_ACCEPTABLE, "Offered here: " + String.join(", ", produced));
        }
    }

    private @Nullable Principal authenticate(HttpServerRequest request, Operation.Access access) {
        if (access == Operation.Access.PUBLIC) {
            return null;
        }
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            if (access == Operation.Access.OPTIONAL) {
                return null;
            }
            throw new Rejection(ProblemType.UNAUTHENTICATED, "This needs an access token");
        }
        if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "The Authorization header is not a bearer token");
        }
        return authenticator.authenticate(header.substring(BEARER.length()).strip());
    }

    private static void refuseMediaType(HttpServerRequest request, Operation.Body body) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) {
            boolean empty = "0".equals(request.getHeader(HttpHeaders.CONTENT_LENGTH))
                    || (request.getHeader(HttpHeaders.CONTENT_LENGTH) == null
                            && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null);
            if (empty) {
                return;
            }
            throw new Rejection(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body needs a Content-Type", "/header/Content-Type");
        }
        int semicolon = type.indexOf(';');
        String media =
                (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
        if (!body.mediaTypes().contains(media)) {
            throw new Rejection(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Taken here: " + String.join(", ", body.mediaTypes()),
                    "/header/Content-Type");
        }
    }

    /** Collects a body up to its limit; one that is longer is refused and its connection closed. */
    private Future<Buffer> read(HttpServerRequest request, Operation.Body body) {
        int limit = body.maxBytes() == null ? config.maxBody().intValue() : body.maxBytes();
        if (declaredLength(request) > limit) {
            throw tooLarge(request, limit);
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        Promise<Buffer> promise = Promise.promise();
        Buffer collected = Buffer.buffer();
        request.handler(chunk -> {
            if (collected.length() + chunk.length() <= limit) {
                collected.appendBuffer(chunk);
            } else {
                promise.tryFail(tooLarge(request, limit));
            }
        });
        request.endHandler(end -> promise.tryComplete(collected));
        request.exceptionHandler(promise::tryFail);
        return promise.future();
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new Rejection(ProblemType.MALFORMED_REQUEST, "is no number", "/header/Content-Length");
        }
    }

    private static Rejection tooLarge(HttpServerRequest request, int limit) {
        // Reading the rest only to throw it away would let one client keep us busy.
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
        return new Rejection(ProblemType.BODY_TOO_LARGE, "At most " + limit + " bytes are taken here");
    }

    private Future<Boolean> limit(HttpServerRequest request, Operation operation, String subject) {
        String policy = operation.ratePolicy();
        if (policy == null) {
            return Future.succeededFuture(true);
        }
        return limiter.take(policy, subject).map(verdict -> allow(request.response(), verdict));
    }

    static boolean allow(HttpServerResponse response, Verdict verdict) {
        response.putHeader("RateLimit-Policy", verdict.policyHeader());
        response.putHeader("RateLimit", verdict.limitHeader());
        if (!verdict.allowed()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(verdict.retryAfterSeconds()));
            throw new Rejection(ProblemType.RATE_LIMITED, "Try again in " + verdict.retryAfterSeconds() + " seconds");
        }
        return true;
    }

    private JsonNode tree(Operation.Body body, Buffer bytes) {
        JsonSchema schema = body.schema();
        if (bytes.length() == 0) {
            if (body.required()) {
                throw new Rejection(ProblemType.INVALID_REQUEST, "A body is required", "");
            }
            return MissingNode.getInstance();
        }
        if (schema == null) {
            return MissingNode.getInstance();
        }
        JsonNode tree = bodies.parse(bytes);
        Bodies.check(schema, tree);
        return tree;
    }

    String clientAddress(HttpServerRequest request) {
        return ClientAddress.of(request, config.trustedProxies());
    }

    private void answer(HttpServerRequest request, Response answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        try {
            response.setStatusCode(answer.status());
            response.putHeader(
                    HttpHeaders.CACHE_CONTROL, answer.headers().containsKey("etag") ? "private, no-cache" : "no-store");
            answer.headers().forEach(response::putHeader);
            String tag = answer.headers().get("etag");
            if (tag != null && answer.status() == 200 && tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
                response.setStatusCode(304).end();
            } else if (answer.body() == null) {
                response.end();
            } else if (answer.body() instanceof Buffer bytes) {
                Answers.end(request, bytes);
            } else {
                if (answer.body() instanceof Response.Page page && page.next() != null) {
                    response.putHeader("link", nextLink(request, page.next()));
                }
                answers.json(request, answer.body());
            }
            log(request, answer.status());
        } catch (RuntimeException failure) {
            fail(request, failure);
        }
    }

    private static String nextLink(HttpServerRequest request, String cursor) {
        StringBuilder link = new StringBuilder("<").append(request.path()).append('?');
        String query = request.query();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                if (!pair.isEmpty() && !pair.startsWith("cursor=")) {
                    link.append(pair).append('&');
                }
            }
        }
        return link.append("cursor=")
                .append(URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                .append(">; rel=\"next\"")
                .toString();
    }

    private void fail(HttpServerRequest request, Throwable failure) {
        if (failure instanceof Rejection rejection) {
            refuse(request, rejection.problem());
        } else if (request.response().closed()) {
            LOG.debug("{} {} was given up by its client", request.method(), path(request));
        } else {
            LOG.error("fault in {} {}", request.method(), path(request), failure);
            refuse(request, new Problem(ProblemType.INTERNAL, "The fault has been logged"));
        }
    }

    void refuse(HttpServerRequest request, Problem problem) {
        answers.problem(request, problem, Correlation.current());
        log(request, problem.type().status());
    }

    /** As it may stand in a log: the address of a calendar is its secret. */
    private static String path(HttpServerRequest request) {
        return CALENDAR.matcher(String.valueOf(request.path())).replaceFirst("$1…");
    }

    private static void log(HttpServerRequest request, int status) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue("method", request.method().name())
                    .addKeyValue("path", path(request))
                    .addKeyValue("status", status)
                    .log("answered");
        }
    }
}
