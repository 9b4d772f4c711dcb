package dev.berth.testing;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.http.Contract;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.HttpConfig;
import dev.berth.platform.http.Operations;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A node with the capabilities that a test deploys, over a migrated database of its own, without a cluster. */
public final class TestNode implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx, MessageCatalog.of(List.of()), Json.mapper());
    private final Db db;
    private final Outbox outbox;

    public TestNode(Services services) {
        DatabaseConfig database = DatabaseConfig.of(services.migratedDatabase());
        db = Database.open(vertx, database);
        outbox = new Outbox(db, bus, Json.mapper());
    }

    public Vertx vertx() {
        return vertx;
    }

    public Bus bus() {
        return bus;
    }

    public Db db() {
        return db;
    }

    public Outbox outbox() {
        return outbox;
    }

    /** Deploys on virtual threads. */
    public TestNode deploy(VerticleBase verticle) {
        await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
        return this;
    }

    public <R extends Message> R ask(Command<R> command) {
        return await(bus.ask(command));
    }

    /** The rows of a statement, for tests that look behind the API. */
    public List<Row> rows(String sql, Object... arguments) {
        List<Row> rows = new ArrayList<>();
        await(db.send(sql, Tuple.from(arguments))).forEach(rows::add);
        return rows;
    }

    /**
     * Serves the part of the contract with this tag. Who asks is said by {@link #token}, and nobody is limited.
     *
     * @return the address that the contract's paths are below
     */
    public URI serve(String tag, Consumer<Operations> routes) {
        ContractRouter contract = new ContractRouter(
                Contract.load().only(tag), TestNode::principal, new Unlimited(), Json.mapper(), HttpConfig.forTests());
        routes.accept(contract);
        Router router = Router.router(vertx);
        contract.mount(router);
        HttpServer server =
                await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        return URI.create("http://127.0.0.1:" + server.actualPort() + ContractRouter.BASE_PATH);
    }

    /** A bearer token that {@link #serve} knows. */
    public static String token(Principal principal) {
        JsonArray token = new JsonArray().add(principal.user().toString());
        new TreeSet<>(principal.roles()).forEach(role -> token.add(role.name()));
        return Base64.getUrlEncoder().encodeToString(token.toBuffer().getBytes());
    }

    private static Principal principal(String token) {
        try {
            JsonArray parts = new JsonArray(Buffer.buffer(Base64.getUrlDecoder().decode(token)));
            Set<Role> roles = new TreeSet<>();
            for (int i = 1; i < parts.size(); i++) {
                roles.add(Role.valueOf(parts.getString(i)));
            }
            return new Principal(UserId.parse(parts.getString(0)), roles);
        } catch (RuntimeException e) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "no token of this test");
        }
    }

    /** For the threads of tests; never on a context of Vert.x. */
    public static <T> T await(Future<T> future) {
        try {
            return future.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing within " + DEADLINE_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private static final class Unlimited implements RateLimiter {
        @Override
        public Verdict takeHere(String subject) {
            return new Verdict(true, EVERYTHING, 1, 1, 1, 1, 0);
        }

        @Override
        public Future<Verdict> take(String policy, String subject) {
            return Future.succeededFuture(new Verdict(true, policy, 1, 1, 1, 1, 0));
        }

        @Override
        public void require(String policy) {
            // Every policy is known, and allows everything.
        }
    }
}
