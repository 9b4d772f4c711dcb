package dev.berth.platform.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.observability.Readiness;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public server on one event loop. {@link #deploy} puts one on each; they share the port. When it stops it takes no
 * new connections, lets running requests finish for a while, then closes.
 */
public final class HttpVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);

    /** Vert.x gives 0 a port per instance, and negative numbers one for all instances of a deployment. */
    private static final int ANY_PORT_SHARED_BY_INSTANCES = -1;

    private final Parts parts;
    private final AtomicInteger boundPort;
    private @Nullable HttpServer server;

    /**
     * What the server is made of.
     *
     * @param node the name of this node, told to the page
     * @param contract with every operation bound
     * @param mounts routes outside of the contract (the browsers' bridge, say), which go first
     */
    public record Parts(
            HttpConfig config,
            String node,
            JsonMapper json,
            Contract contract,
            ContractRouter operations,
            Readiness readiness,
            List<Consumer<Router>> mounts) {
        public Parts {
            mounts = List.copyOf(mounts);
        }
    }

    private HttpVerticle(Parts parts, AtomicInteger boundPort) {
        this.parts = parts;
        this.boundPort = boundPort;
    }

    /** A node's public server: the port it listens on, and the deployment to end before the rest of the node. */
    public record Deployed(int port, String deployment) {}

    /** Deploys the server on the configured number of event loops. */
    public static Future<Deployed> deploy(Vertx vertx, Parts parts) {
        HttpConfig config = parts.config();
        int loops = config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        AtomicInteger boundPort = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> new HttpVerticle(parts, boundPort), new DeploymentOptions().setInstances(loops))
                .map(deployment -> new Deployed(boundPort.get(), deployment))
                .onSuccess(
                        deployed -> LOG.info("HTTP on {}:{}, {} event loops", config.host(), deployed.port(), loops));
    }

    @Override
    public Future<?> start() {
        HttpConfig config = parts.config();
        Answers answers = new Answers(parts.json());
        Router router = Router.router(vertx);
        router.route().handler(new Preamble(config));
        router.get("/health/live").handler(context -> answers.json(context.request(), new Alive("up")));
        router.get("/health/ready").handler(context -> ready(context, answers));
        parts.mounts().forEach(mount -> mount.accept(router));
        parts.operations().mount(router);
        new Site(vertx, parts.contract(), config.page(), parts.node(), parts.json()).mount(router);
        router.errorHandler(500, context -> fault(context, answers));
        HttpServer created = vertx.createHttpServer(new HttpServerOptions()
                .setMaxInitialLineLength(config.maxRequestLine().intValue())
                .setMaxHeaderSize(config.maxHeaders().intValue())
                .setIdleTimeout(Math.toIntExact(config.idleTimeout().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setAcceptBacklog(config.backlog())
                // What terminates TLS in front speaks HTTP/1.1 to us; an upgrade in clear would only widen the surface.
                .setHttp2ClearTextEnabled(false)
                // Frames are encoded once for all sockets of a tile; compressing them for each would undo that.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false));
        server = created;
        return created.requestHandler(router)
                .invalidRequestHandler(request -> refuseUnreadable(request, answers))
                .listen(config.port() == 0 ? ANY_PORT_SHARED_BY_INSTANCES : config.port(), config.host())
                .onSuccess(listening -> boundPort.compareAndSet(0, listening.actualPort()));
    }

    @Override
    public Future<?> stop() {
        return server == null
                ? Future.succeededFuture()
                : server.shutdown(parts.config().drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private record Alive(String status) {}

    /** The public face of readiness says whether, the management port also why. */
    private void ready(RoutingContext context, Answers answers) {
        boolean ready = parts.readiness().report().ready();
        context.response().setStatusCode(ready ? 200 : 503).putHeader("cache-control", "no-store");
        answers.json(context.request(), new Alive(ready ? "up" : "down"));
    }

    private static void fault(RoutingContext context, Answers answers) {
        LOG.error(
                "fault in {} {}", context.request().method(), context.request().path(), context.failure());
        answers.problem(
                context.request(),
                new Problem(ProblemType.INTERNAL, "The fault has been logged"),
                Correlation.current());
    }

    private static void refuseUnreadable(HttpServerRequest request, Answers answers) {
        Throwable cause = request.decoderResult().cause();
        String detail = switch (cause) {
            case TooLongHttpLineException line -> "The request line is too long";
            case TooLongHttpHeaderException headers -> "The headers are too long";
            case null, default -> "This is not HTTP";
        };
        answers.problem(request, new Problem(ProblemType.MALFORMED_REQUEST, detail), null);
        request.connection().close();
    }
}
