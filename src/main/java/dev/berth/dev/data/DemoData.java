package dev.berth.dev.data;

import dev.berth.dev.data.DemoAccounts.Accounts;
import dev.berth.listings.ListingCommand.ImportListings;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingCommand.ImportRecords;
import dev.berth.listings.ListingCommand.ReadDocument;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.db.Db;
import dev.berth.values.Principal;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the demo through the platform's own commands: accounts, the car parks and accessible bays of the Karlsruhe region,
 * made-up driveways, and a service fee. Loading it again changes nothing, and leaves what users have changed since.
 */
public final class DemoData {
    static final String ATTRIBUTION = "Stadt Karlsruhe / TRK, CC BY 4.0";
    static final int DRIVEWAYS = 2_000;

    private static final String CAR_PARKS = "demo/karlsruhe-car-parks.geojson";
    private static final String ACCESSIBLE_BAYS = "demo/karlsruhe-accessible-bays.geojson";
    private static final Duration IMPORT_TIMEOUT = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(DemoData.class);

    private final Bus bus;

    private DemoData(Bus bus) {
        this.bus = bus;
    }

    /**
     * Loads what is missing, when identity, fees and listings are served. It takes seconds on the first start, in the background
     * of the caller.
     *
     * @return empty when another node is loading now
     */
    public static Future<Optional<DemoReport>> load(Vertx vertx, Bus bus, Db db) {
        Loading loading = new Loading(bus, db);
        // Deployed, because only a verticle's context can be a virtual thread that awaits.
        return vertx.deployVerticle(loading, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .onFailure(failure -> LOG.warn("the demo data is loaded at the next start: {}", failure.toString()))
                .compose(vertx::undeploy)
                .map(done -> loading.result);
    }

    private static final class Loading extends VerticleBase {
        private final Bus bus;
        private final Db db;
        private Optional<DemoReport> result = Optional.empty();

        private Loading(Bus bus, Db db) {
            this.bus = bus;
            this.db = db;
        }

        @Override
        public Future<?> start() {
            result = DemoSql.alone(db, () -> new DemoData(bus).load());
            return Future.succeededFuture();
        }
    }

    private DemoReport load() {
        long begin = System.nanoTime();
        Accounts accounts = new DemoAccounts(bus).ensure();
        new DemoFees(bus).ensure(accounts.admin());
        ImportRecords carParks = read(CAR_PARKS);
        ImportRecords bays = read(ACCESSIBLE_BAYS);
        List<ImportRecord> places = new ArrayList<>(carParks.records());
        places.addAll(bays.records());

        DemoReport report = DemoReport.NOTHING.plusSkipped(carParks.skipped()).plusSkipped(bays.skipped());
        report = add(report, accounts.operator(), CAR_PARKS, ATTRIBUTION, carParks.records(), DemoTariffs::carPark);
        report = add(
                report, accounts.operator(), ACCESSIBLE_BAYS, ATTRIBUTION, bays.records(), DemoTariffs::accessibleBay);
        List<ImportRecord> driveways = Driveways.generate(DRIVEWAYS, places);
        List<Principal> hosts = accounts.hosts();
        for (int i = 0; i < hosts.size(); i++) {
            // Neighbouring parts of the list are of one host, and all of it is somebody's.
            List<ImportRecord> own =
                    driveways.subList(i * driveways.size() / hosts.size(), (i + 1) * driveways.size() / hosts.size());
            report = add(report, hosts.get(i), "demo/driveways", null, own, UnaryOperator.identity());
        }
        report = report.after(Duration.ofNanos(System.nanoTime() - begin));
        log(report);
        return report;
    }

    private static void log(DemoReport report) {
        LOG.info(
                "demo data: {} listings created, {} updated, {} unchanged in {} ms; {} records cannot be used: {}",
                report.created(),
                report.updated(),
                report.unchanged(),
                report.took().toMillis(),
                report.skipped().size(),
                report.skipped().stream()
                        .map(skipped -> skipped.id() + ": " + skipped.reason())
                        .collect(Collectors.joining("; ")));
    }

    private ImportRecords read(String resource) {
        try (InputStream input = DemoData.class.getClassLoader().getResourceAsStream(resource)) {
            if (input == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            String document = new String(input.readAllBytes(), StandardCharsets.UTF_8);
            return bus.ask(new ReadDocument(document, DemoTariffs.ACCESSIBLE_BAY))
                    .await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DemoReport add(
            DemoReport report,
            Principal owner,
            String source,
            @Nullable String attribution,
            List<ImportRecord> records,
            UnaryOperator<ImportRecord> finish) {
        DemoReport after = report;
        for (int begin = 0; begin < records.size(); begin += ImportListings.MAX_RECORDS) {
            List<ImportRecord> batch =
                    records.subList(begin, Math.min(begin + ImportListings.MAX_RECORDS, records.size())).stream()
                            .map(finish)
                            .toList();
            after = after.plus(bus.ask(new ImportListings(owner, source, attribution, true, batch), IMPORT_TIMEOUT)
                    .await());
        }
        return after;
    }
}
