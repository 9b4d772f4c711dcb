package dev.berth.calendars;

import dev.berth.calendars.CalendarCommand.CreateFeed;
import dev.berth.calendars.CalendarCommand.DeleteFeed;
import dev.berth.calendars.CalendarCommand.Feeds;
import dev.berth.calendars.CalendarCommand.ListFeeds;
import dev.berth.calendars.CalendarCommand.ReadFeed;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.time.Clock;

/** Serves {@link CalendarCommand}s. Deploy on a virtual thread, on any number of nodes. */
public final class CalendarVerticle extends VerticleBase {
    private final Bus bus;
    private final CalendarSql sql;
    private final Calendars calendars;
    private final Counter reads;

    /** @param publicUrl where the web app is reached, for the links in calendars */
    public CalendarVerticle(Bus bus, Db db, URI publicUrl, CalendarConfig config, Clock clock, MeterRegistry meters) {
        this.bus = bus;
        this.sql = new CalendarSql(db);
        this.calendars = new Calendars(bus, sql, publicUrl, config, clock);
        this.reads = Counter.builder("berth.calendars.reads")
                .description("Calendars that programs have read")
                .register(meters);
    }

    @Override
    public Future<?> start() {
        return bus.<CalendarCommand<?>>serve(CalendarCommand.ADDRESS, CalendarCommand.class, this::handle);
    }

    private Message handle(CalendarCommand<?> command) {
        return switch (command) {
            case CreateFeed c -> c.reply(calendars.create(c));
            case ListFeeds c -> c.reply(new Feeds(sql.list(c.actor().user())));
            case DeleteFeed c -> {
                if (!sql.delete(c.feed(), c.actor().user())) {
                    throw new Rejection(ProblemType.NOT_FOUND, "you have no such calendar");
                }
                yield c.reply(Done.DONE);
            }
            case ReadFeed c -> {
                var file = calendars.read(c);
                reads.increment();
                yield c.reply(file);
            }
        };
    }
}
