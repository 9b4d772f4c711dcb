package dev.berth.platform.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.security.Authenticator;
import dev.berth.platform.security.RateLimiter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The contract as routes. Each request is held against it inline on its event loop and handed to the operation's
 * handler as a {@link Request}; what does not follow the contract is refused with a problem document before any
 * capability sees it.
 */
public final class ContractRouter implements Operations {
    /** Where the contract's paths begin. */
    public static final String BASE_PATH = "/api/v1";

    private final Contract contract;
    private final Map<String, Function<Request, Future<Response>>> handlers = new LinkedHashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private final PathTree<Bound> tree = new PathTree<>();
    private final Pipeline pipeline;

    /** An operation with its handler. */
    record Bound(Operation operation, Function<Request, Future<Response>> handler) {}

    public ContractRouter(
            Contract contract, Authenticator authenticator, RateLimiter limiter, JsonMapper json, HttpConfig config) {
        this.contract = contract;
        this.pipeline = new Pipeline(authenticator, limiter, json, config);
        contract.operations().values().stream()
                .map(Operation::ratePolicy)
                .filter(policy -> policy != null)
                .forEach(limiter::require);
    }

    @Override
    public void on(String operationId, Function<Request, Future<Response>> handler) {
        Operation operation = contract.operations().get(operationId);
        if (operation == null) {
            unknown.add(operationId);
            return;
        }
        if (handlers.put(operationId, handler) != null) {
            throw new IllegalArgumentException(operationId + " is bound already");
        }
        tree.add(operation.method(), operation.path(), new Bound(operation, handler));
    }

    /**
     * Puts the contract below {@link #BASE_PATH}.
     *
     * @throws IllegalStateException naming every operation without a handler and every handler without an operation
     */
    public void mount(Router router) {
        TreeSet<String> missing = new TreeSet<>(contract.operations().keySet());
        missing.removeAll(handlers.keySet());
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new IllegalStateException("the contract and the handlers differ:"
                    + (missing.isEmpty() ? "" : " operations without a handler " + missing)
                    + (unknown.isEmpty() ? "" : " handlers without an operation " + unknown));
        }
        router.route(BASE_PATH + "/*").handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        PathTree.Match<Bound> match = path == null || path.length() <= BASE_PATH.length()
                ? null
                : tree.find(path.substring(BASE_PATH.length()));
        if (match == null) {
            pipeline.refuse(request, new Problem(ProblemType.NOT_FOUND, "There is nothing at this path"));
            return;
        }
        HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
        Bound bound = match.leaves().get(method);
        if (bound != null) {
            pipeline.serve(request, bound, match.values());
            return;
        }
        String allowed = allowed(match);
        request.response().putHeader(HttpHeaders.ALLOW, allowed);
        if (method.equals(HttpMethod.OPTIONS)) {
            request.response().setStatusCode(204).end();
        } else {
            pipeline.refuse(request, new Problem(ProblemType.METHOD_NOT_ALLOWED, "Offered here: " + allowed));
        }
    }

    private static String allowed(PathTree.Match<Bound> match) {
        return match.leaves().keySet().stream()
                .map(HttpMethod::name)
                .flatMap(name -> name.equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(name))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
