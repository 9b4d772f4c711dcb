package dev.berth.waitlist;

import dev.berth.bookings.BookingEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.waitlist.WaitlistCommand.BeginToWait;
import dev.berth.waitlist.WaitlistCommand.ListWaits;
import dev.berth.waitlist.WaitlistCommand.StopWaiting;
import dev.berth.waitlist.WaitlistCommand.WaitPage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@link WaitlistCommand}s and tells who waits. Deploy on a virtual thread, on any number of nodes. */
public final class WaitlistVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(WaitlistVerticle.class);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);

    private final Bus bus;
    private final EventConsumers consumers;
    private final WaitlistConfig config;
    private final WaitlistSql sql;
    private final Waitlist waitlist;
    private final Counter begun;

    public WaitlistVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            EventConsumers consumers,
            WaitlistConfig config,
            Clock clock,
            MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        this.sql = new WaitlistSql(db, outbox);
        Counter told = Counter.builder("berth.waitlist.told")
                .description("Drivers who were told that a slot is free")
                .register(meters);
        this.waitlist = new Waitlist(bus, sql, config, clock, told);
        this.begun = Counter.builder("berth.waitlist.begun")
                .description("Drivers who have begun to wait for a slot")
                .register(meters);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(FORGET_INTERVAL.toMillis(), ignored -> forget());
        return bus.<WaitlistCommand<?>>serve(WaitlistCommand.ADDRESS, WaitlistCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.background(
                                Waitlist.GROUP, Set.of(BookingEvent.ADDRESS), Waitlist.TYPES, waitlist::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private Message handle(WaitlistCommand<?> command) {
        return switch (command) {
            case BeginToWait c -> {
                Wait wait = waitlist.begin(c);
                begun.increment();
                yield c.reply(wait);
            }
            case ListWaits c -> c.reply(list(c));
            case StopWaiting c -> {
                if (!sql.stop(c.id(), c.actor().user())) {
                    throw new Rejection(ProblemType.NOT_FOUND, "you have no such place on a waitlist");
                }
                yield c.reply(Done.DONE);
            }
        };
    }

    private WaitPage list(ListWaits command) {
        List<Wait> found = sql.list(command.actor().user(), command.before(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Wait> page = more ? found.subList(0, command.limit()) : found;
        return new WaitPage(page, more ? page.getLast().id() : null);
    }

    private void forget() {
        try {
            sql.forget(config.retention());
        } catch (Exception failure) {
            LOG.warn("waitlists cannot be cleaned now: {}", failure.toString());
        }
    }
}
