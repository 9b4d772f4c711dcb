package dev.berth.platform.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.observability.Readiness;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health and metrics for operators, on a port of their own that goes on answering while the public one drains. */
public final class ManagementVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementVerticle.class);

    private final ManagementConfig config;
    private final Readiness readiness;
    private final Supplier<String> metrics;
    private final Answers answers;
    private @Nullable HttpServer server;

    /** @param metrics all meters in Prometheus' text format */
    public ManagementVerticle(ManagementConfig config, Readiness readiness, Supplier<String> metrics, JsonMapper json) {
        this.config = config;
        this.readiness = readiness;
        this.metrics = metrics;
        this.answers = new Answers(json);
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        router.get("/health/live")
                .handler(context -> context.response()
                        .putHeader("content-type", "application/json")
                        .end("{\"status\":\"up\"}"));
        router.get("/health/ready").handler(this::ready);
        router.get("/metrics").handler(this::metrics);
        HttpServer created = vertx.createHttpServer().requestHandler(router);
        server = created;
        return created.listen(config.port(), config.host())
                .onSuccess(listening -> LOG.info("health and metrics on {}:{}", config.host(), listening.actualPort()));
    }

    /** The port it listens on, once deployed. */
    public int port() {
        if (server == null) {
            throw new IllegalStateException("not deployed yet");
        }
        return server.actualPort();
    }

    private void ready(RoutingContext context) {
        Readiness.Report report = readiness.report();
        context.response().setStatusCode(report.ready() ? 200 : 503);
        answers.json(context.request(), report);
    }

    private void metrics(RoutingContext context) {
        // Collecting thousands of meters takes milliseconds: not on the loop.
        vertx.executeBlocking(metrics::get, false)
                .onSuccess(text -> context.response()
                        .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(context::fail);
    }
}
