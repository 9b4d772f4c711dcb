package dev.berth;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.BerthConfig.DemoConfig;
import dev.berth.access.AccessRoutes;
import dev.berth.access.AccessVerticle;
import dev.berth.billing.BillingRoutes;
import dev.berth.billing.BillingVerticle;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvents;
import dev.berth.bookings.BookingRoutes;
import dev.berth.bookings.BookingVerticle;
import dev.berth.bookings.SeriesRoutes;
import dev.berth.calendars.CalendarRoutes;
import dev.berth.calendars.CalendarVerticle;
import dev.berth.disputes.DisputeRoutes;
import dev.berth.disputes.DisputeVerticle;
import dev.berth.fees.FeeRoutes;
import dev.berth.fees.FeeVerticle;
import dev.berth.identity.IdentityRoutes;
import dev.berth.identity.IdentityVerticle;
import dev.berth.listings.AvailabilityRoutes;
import dev.berth.listings.ListingCommand.ListListings;
import dev.berth.listings.ListingEvent;
import dev.berth.listings.ListingRoutes;
import dev.berth.listings.ListingVerticle;
import dev.berth.notifications.NotificationRoutes;
import dev.berth.notifications.NotificationVerticle;
import dev.berth.payments.CardRoutes;
import dev.berth.payments.PaymentRoutes;
import dev.berth.payments.PaymentVerticle;
import dev.berth.payments.WalletRoutes;
import dev.berth.payouts.PayoutRoutes;
import dev.berth.payouts.PayoutVerticle;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.cache.Cache;
import dev.berth.platform.cluster.Cluster;
import dev.berth.platform.cluster.ClusterWatch;
import dev.berth.platform.config.ConfigException;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseClock;
import dev.berth.platform.db.DatabaseProbe;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.http.Contract;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.HttpVerticle;
import dev.berth.platform.http.ManagementVerticle;
import dev.berth.platform.http.UnderWay;
import dev.berth.platform.idempotency.IdempotencyVerticle;
import dev.berth.platform.json.Json;
import dev.berth.platform.observability.EventLoopLag;
import dev.berth.platform.observability.Metrics;
import dev.berth.platform.observability.Readiness;
import dev.berth.platform.observability.Tracing;
import dev.berth.platform.security.Passwords;
import dev.berth.platform.security.SharedRateLimiter;
import dev.berth.platform.security.Signers;
import dev.berth.platform.security.Tokens;
import dev.berth.points.PointsRoutes;
import dev.berth.points.PointsVerticle;
import dev.berth.promotions.PromotionRoutes;
import dev.berth.promotions.PromotionVerticle;
import dev.berth.realtime.RealtimeBridge;
import dev.berth.realtime.RealtimeVerticle;
import dev.berth.realtime.TokenCheck.Visitor;
import dev.berth.reconciliation.ReconciliationRoutes;
import dev.berth.reconciliation.ReconciliationVerticle;
import dev.berth.search.NodeFreeSlots;
import dev.berth.search.NodeNearbyPlaces;
import dev.berth.search.SearchRoutes;
import dev.berth.search.SearchVerticle;
import dev.berth.search.geocode.GeocodeRoutes;
import dev.berth.search.geocode.Geocoding;
import dev.berth.subscriptions.SubscriptionRoutes;
import dev.berth.subscriptions.SubscriptionVerticle;
import dev.berth.waitlist.WaitlistRoutes;
import dev.berth.waitlist.WaitlistVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A running node: its resources, what is deployed on it, and how it leaves. */
final class Node {
    private final Vertx vertx;
    private final Optional<Tracing> tracing;
    private final Readiness readiness;
    private final BerthConfig config;
    private final Deployments deployments;
    private final String realtime;
    private final HttpVerticle.Deployed http;

    private Node(
            Vertx vertx,
            Optional<Tracing> tracing,
            Readiness readiness,
            BerthConfig config,
            Deployments deployments,
            String realtime,
            HttpVerticle.Deployed http) {
        this.vertx = vertx;
        this.tracing = tracing;
        this.readiness = readiness;
        this.config = config;
        this.deployments = deployments;
        this.realtime = realtime;
        this.http = http;
    }

    /**
     * Starts a node and returns when it is ready.
     *
     * @param giveUp ends this process to be started anew, when the cluster goes on without this node
     */
    static Node start(BerthConfig config, Runnable giveUp) {
        JsonMapper json = Json.mapper();
        DatabaseClock clock = new DatabaseClock();
        Readiness readiness = new Readiness();
        Optional<Demonstration> demonstration = demonstration(config.demo());
        PrometheusMeterRegistry meters = Metrics.registry();

        // Joining the cluster, bringing the schema up to date and reading the contract take their time: the same time.
        CompletableFuture<Void> migrated = CompletableFuture.runAsync(() -> Database.migrate(config.database()));
        CompletableFuture<Contract> contract = CompletableFuture.supplyAsync(Contract::load);
        VertxOptions options = new VertxOptions();
        VertxBuilder builder = Vertx.builder().withMetrics(Metrics.factory(meters, options));
        Optional<Tracing> tracing = Tracing.open(config.tracing(), config.node().name());
        tracing.ifPresent(traces -> traces.install(builder));
        Cluster.Member member =
                Cluster.start(builder, options, config.cluster()).await();
        Vertx vertx = member.vertx();
        migrated.join();

        MessageCatalog catalog = Messages.catalog();
        Deployments deployments = new Deployments(vertx);
        Bus bus = Bus.install(vertx, catalog, json, meters);
        EventLoopLag.measure(vertx, meters);
        clock.measure(meters);
        Db db = Database.open(vertx, config.database());
        Future<?> connected = db.connect();
        Outbox outbox = new Outbox(db, bus, json);
        EventReader reader = new EventReader(catalog, json);
        UnderWay underWay = new UnderWay(
                config.background().requestsPerProcessor()
                        * Runtime.getRuntime().availableProcessors(),
                config.background().calm(),
                meters);
        EventConsumers consumers = new EventConsumers(reader, db, config.events(), meters)
                .givingWay(config.background(), underWay::isBusy);
        Cache cache = new Cache(vertx, config.redis());
        cache.warmUp();
        Signers signers = new Signers(config.security());
        Tokens tokens = new Tokens(config.security(), json, clock);
        Passwords passwords = new Passwords(vertx, config.security());
        SharedRateLimiter limiter = new SharedRateLimiter(cache, config.rateLimits());
        RealtimeBridge bridge = new RealtimeBridge(
                vertx,
                bus,
                config.realtime(),
                token -> Future.succeededFuture(tokens.verify(token))
                        .map(verified -> new Visitor(verified.principal().user(), verified.expiresAt())),
                clock,
                json,
                meters);

        deployments.onVirtualThread(new IdentityVerticle(bus, db, outbox, tokens, passwords, json, config.identity()));
        deployments.onVirtualThread(new ListingVerticle(
                bus, db, outbox, json, config.listings(), config.bookings().stayDefaults()));
        deployments.onVirtualThread(
                new PaymentVerticle(bus, db, outbox, json, config.payments(), config.wallet(), clock, meters));
        deployments.onVirtualThread(
                new DisputeVerticle(bus, db, outbox, consumers, config.payments(), config.disputes(), meters));
        deployments.onVirtualThread(
                new ReconciliationVerticle(bus, db, config.payments(), config.reconciliation(), clock, meters));
        deployments.onVirtualThread(new PayoutVerticle(
                bus,
                db,
                outbox,
                consumers,
                json,
                config.http().publicUrl(),
                config.payments(),
                config.payouts(),
                meters));
        deployments.onVirtualThread(new PointsVerticle(bus, db, consumers, config.points(), meters));
        deployments.onVirtualThread(new PromotionVerticle(bus, db, outbox, json, config.promotions(), clock, meters));
        deployments.onVirtualThread(new FeeVerticle(
                bus, db, outbox, json, config.fees(), config.bookings().commissionBasisPoints(), clock));
        deployments.onVirtualThread(new BookingVerticle(
                bus,
                db,
                outbox,
                new NodeFreeSlots(bus),
                new NodeNearbyPlaces(bus),
                signers,
                json,
                config.http().publicUrl().toString(),
                config.bookings(),
                clock,
                meters));
        deployments.onVirtualThread(new SubscriptionVerticle(
                bus,
                db,
                outbox,
                consumers,
                json,
                config.http().publicUrl().toString(),
                config.subscriptions(),
                meters));
        deployments.onVirtualThread(consumers.consumer(
                BookingEvents.GROUP, BookingEvents.TOPICS, BookingEvents.TYPES, new BookingEvents(bus)));
        deployments.onVirtualThread(new NotificationVerticle(
                bus, db, consumers, json, config.http().publicUrl(), config.notifications(), config.mail(), meters));
        deployments.onVirtualThread(new BillingVerticle(bus, db, consumers, json, config.billing(), meters));
        deployments.onVirtualThread(new WaitlistVerticle(bus, db, outbox, consumers, config.waitlist(), clock, meters));
        deployments.onVirtualThread(
                new CalendarVerticle(bus, db, json, config.http().publicUrl(), config.calendars(), clock, meters));
        deployments.onVirtualThread(
                new AccessVerticle(bus, db, outbox, consumers, signers, json, config.access(), clock, meters));
        deployments.onVirtualThread(new IdempotencyVerticle(db, config.idempotency()));
        RelayVerticle relay = new RelayVerticle(db, config.events(), Messages.TOPICS, meters);
        deployments.onVirtualThread(relay);
        Optional<ClusterWatch> watch =
                member.manager().map(manager -> new ClusterWatch(bus, manager, config.cluster(), giveUp));
        watch.ifPresent(deployments::onVirtualThread);
        DatabaseProbe probe = new DatabaseProbe(
                db,
                clock,
                config.management().probeInterval(),
                config.management().databaseSilence());
        deployments.onEventLoop(probe);
        SearchVerticle search = new SearchVerticle(
                bus,
                () -> consumers.follower(vertx, Set.of(ListingEvent.ADDRESS, BookingEvent.ADDRESS)),
                config.search(),
                config.bookings().stayDefaults(),
                meters,
                clock);
        Health.watch(readiness, probe, search, relay, cache, watch);
        readiness.measure(meters);
        // Its start ends when the index is loaded: only then are there answers to give.
        deployments.onEventLoop(search);
        String realtime =
                vertx.deployVerticle(new RealtimeVerticle(bus, bridge)).await();

        ContractRouter operations = new ContractRouter(contract.join(), tokens, limiter, json, config.http());
        new IdentityRoutes(bus, limiter).addTo(operations);
        new ListingRoutes(bus).addTo(operations);
        new AvailabilityRoutes(bus, config.listings(), config.bookings().stayDefaults(), clock).addTo(operations);
        new SearchRoutes(bus, signers.signer("search cursors"), config.search(), clock).addTo(operations);
        new GeocodeRoutes(new Geocoding(
                        vertx, bus, cache, config.redis().url() != null, config.geocoding(), json, meters))
                .addTo(operations);
        new BookingRoutes(bus, limiter).bind(operations);
        new SeriesRoutes(bus).bind(operations);
        new PaymentRoutes(bus).addTo(operations);
        new WalletRoutes(bus, config.http().publicUrl().toString()).addTo(operations);
        new CardRoutes(bus, config.http().publicUrl().toString()).addTo(operations);
        new DisputeRoutes(bus).addTo(operations);
        new ReconciliationRoutes(bus).addTo(operations);
        new PointsRoutes(bus).addTo(operations);
        new PayoutRoutes(bus).addTo(operations);
        new SubscriptionRoutes(bus).addTo(operations);
        new PromotionRoutes(bus).addTo(operations);
        new FeeRoutes(bus).addTo(operations);
        new NotificationRoutes(bus).addTo(operations);
        new BillingRoutes(bus).addTo(operations);
        new WaitlistRoutes(bus).addTo(operations);
        CalendarRoutes calendars = new CalendarRoutes(bus, config.http().publicUrl());
        calendars.addTo(operations);
        new AccessRoutes(bus, limiter).addTo(operations);
        vertx.deployVerticle(new ManagementVerticle(config.management(), readiness, meters::scrape, json))
                .await();
        HttpVerticle.Deployed http = HttpVerticle.deploy(
                        vertx,
                        new HttpVerticle.Parts(
                                config.http(),
                                config.node().name(),
                                json,
                                contract.join(),
                                operations,
                                readiness,
                                mounts(vertx, bridge, underWay, calendars, demonstration, config)))
                .await();
        if (config.demo().data()) {
            boolean isFirst =
                    bus.ask(new ListListings(null, null, 1)).await().listings().isEmpty();
            Future<?> loaded = demonstration.orElseThrow().load(vertx, bus, db);
            if (isFirst) {
                loaded.await();
            }
        }
        // Only a warm-up: whether the database answers is what its probe says.
        connected.otherwiseEmpty().await();
        readiness.started();
        return new Node(vertx, tracing, readiness, config, deployments, realtime, http);
    }

    private static Optional<Demonstration> demonstration(DemoConfig config) {
        if (!config.data() && config.mails() == null) {
            return Optional.empty();
        }
        Optional<Demonstration> found = ServiceLoader.load(Demonstration.class).findFirst();
        if (found.isEmpty()) {
            throw new ConfigException(List.of("demo: this artifact is for production and has no demonstration"));
        }
        return found;
    }

    private static List<Consumer<Router>> mounts(
            Vertx vertx,
            RealtimeBridge bridge,
            UnderWay underWay,
            CalendarRoutes calendars,
            Optional<Demonstration> demonstration,
            BerthConfig config) {
        List<Consumer<Router>> mounts = new ArrayList<>();
        mounts.add(bridge::mount);
        mounts.add(underWay::mount);
        mounts.add(calendars::mount);
        URI mails = config.demo().mails();
        if (mails != null) {
            mounts.add(router -> demonstration.orElseThrow().mountMails(vertx, router, mails));
        }
        return mounts;
    }

    /**
     * Leaves in order: is no longer ready, gives load balancers time to see it, sends the sockets elsewhere, finishes
     * running requests, then closes everything. Blocks.
     *
     * @throws TimeoutException when it takes longer than it may
     */
    void stop() throws TimeoutException {
        readiness.drain();
        long end = System.nanoTime() + config.node().stopTimeout().toNanos();
        long notice = config.node().drainNotice().toMillis();
        if (notice > 0) {
            within(end, vertx.timer(notice, TimeUnit.MILLISECONDS));
        }
        within(end, vertx.undeploy(realtime).otherwiseEmpty());
        within(end, vertx.undeploy(http.deployment()).otherwiseEmpty());
        // While their connections are still open: what they are at they can finish.
        within(end, deployments.undeploy());
        within(end, vertx.close());
        tracing.ifPresent(Tracing::close);
    }

    private static void within(long end, Future<?> step) throws TimeoutException {
        step.await(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
