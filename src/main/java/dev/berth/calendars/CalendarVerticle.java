package dev.berth.calendars;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.calendars.CalendarCommand.CreateFeed;
import dev.berth.calendars.CalendarCommand.CreateImport;
import dev.berth.calendars.CalendarCommand.DeleteFeed;
import dev.berth.calendars.CalendarCommand.DeleteImport;
import dev.berth.calendars.CalendarCommand.Feeds;
import dev.berth.calendars.CalendarCommand.Imports;
import dev.berth.calendars.CalendarCommand.ListFeeds;
import dev.berth.calendars.CalendarCommand.ListImports;
import dev.berth.calendars.CalendarCommand.ReadFeed;
import dev.berth.calendars.CalendarCommand.RefreshImport;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.time.Clock;

/** Serves {@link CalendarCommand}s. Deploy on a virtual thread, on any number of nodes. */
public final class CalendarVerticle extends VerticleBase {
    private final Bus bus;
    private final CalendarSql sql;
    private final ImportSql imports;
    private final URI publicUrl;
    private final CalendarConfig config;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Calendars calendars;
    private final Counter reads;

    /** @param publicUrl where the web app is reached, for the links in calendars */
    public CalendarVerticle(
            Bus bus, Db db, JsonMapper json, URI publicUrl, CalendarConfig config, Clock clock, MeterRegistry meters) {
        this.bus = bus;
        this.imports = new ImportSql(db, json);
        this.publicUrl = publicUrl;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
        this.sql = new CalendarSql(db);
        this.calendars = new Calendars(bus, sql, publicUrl, config, clock);
        this.reads = Counter.builder("berth.calendars.reads")
                .description("Calendars that programs have read")
                .register(meters);
    }

    @Override
    public Future<?> start() {
        CalendarFetcher fetcher = new CalendarFetcher(config.imports());
        vertx.deployVerticle(fetcher, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
                .await();
        Importer importer = new Importer(vertx, bus, imports, fetcher, config.imports(), publicUrl, clock, meters);
        vertx.setPeriodic(config.imports().look().toMillis(), ignored -> importer.work());
        return bus.<CalendarCommand<?>>serve(
                CalendarCommand.ADDRESS, CalendarCommand.class, command -> handle(command, importer));
    }

    /** Without waiting for the next look. */
    private <T> T andWork(T answer, Importer importer) {
        vertx.runOnContext(ignored -> importer.work());
        return answer;
    }

    private Message handle(CalendarCommand<?> command, Importer importer) {
        return switch (command) {
            case CreateFeed c -> c.reply(calendars.create(c));
            case ListFeeds c -> c.reply(new Feeds(sql.list(c.actor().user())));
            case DeleteFeed c -> {
                if (!sql.delete(c.feed(), c.actor().user())) {
                    throw new Rejection(ProblemType.NOT_FOUND, "you have no such calendar");
                }
                yield c.reply(Done.DONE);
            }
            case CreateImport c -> c.reply(andWork(importer.create(c), importer));
            case ListImports c -> c.reply(new Imports(imports.list(c.actor().user())));
            case DeleteImport c -> {
                if (!imports.remove(c.calendar(), c.actor().user())) {
                    throw notImported();
                }
                yield c.reply(andWork(Done.DONE, importer));
            }
            case RefreshImport c ->
                c.reply(andWork(
                        imports.refresh(
                                        c.calendar(),
                                        c.actor().user(),
                                        config.imports().refreshPause())
                                .orElseThrow(CalendarVerticle::notImported),
                        importer));
            case ReadFeed c -> {
                var file = calendars.read(c);
                reads.increment();
                yield c.reply(file);
            }
        };
    }

    private static Rejection notImported() {
        return new Rejection(ProblemType.NOT_FOUND, "you import no such calendar");
    }
}
