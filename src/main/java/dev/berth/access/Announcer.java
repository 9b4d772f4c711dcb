package dev.berth.access;

import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.RecordExit;
import dev.berth.bookings.BookingCommand.WatchPlace;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.Future;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells bookings who has come and gone: at once, and again when the event comes through Kafka, which misses none. Bookings
 * take it once.
 */
final class Announcer {
    /** The consumer's name. */
    static final String GROUP = "access";

    static final Set<Class<? extends Event>> TYPES =
            Set.of(AccessEvent.VehicleEntered.class, AccessEvent.VehicleLeft.class, AccessEvent.GateChanged.class);

    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final Bus bus;
    private final Outbox outbox;

    Announcer(Bus bus, Outbox outbox) {
        this.bus = bus;
        this.outbox = outbox;
    }

    /** Tells at once, as well as it can; nobody waits for it. */
    void announce(@Nullable AccessEvent event) {
        if (event != null) {
            outbox.committed(event);
            tell(event)
                    .onFailure(failure -> LOG.info("bookings hear of {} later: {}", event.key(), failure.toString()));
        }
    }

    /** Tells surely: fails while bookings cannot be reached. */
    void take(EventRecord record) {
        if (record.event() instanceof AccessEvent event) {
            tell(event).await();
        }
    }

    private Future<?> tell(AccessEvent event) {
        return switch (event) {
            case AccessEvent.VehicleEntered e -> entered(e);
            case AccessEvent.VehicleLeft e -> left(e);
            case AccessEvent.GateChanged e ->
                bus.ask(new WatchPlace(e.listing(), e.seesEntry(), e.seesExit(), e.releaseNoShows(), e.version()));
        };
    }

    private Future<?> entered(AccessEvent.OfBooking event) {
        return settled(bus.ask(new RecordEntry(event.booking(), event.at(), source(event))));
    }

    /** One whose entry no gate has seen was inside all the same. */
    private Future<?> left(AccessEvent.OfBooking event) {
        RecordExit exit = new RecordExit(event.booking(), event.at(), source(event));
        return settled(bus.ask(exit)
                .recover(failure -> isState(failure)
                        ? bus.ask(new RecordEntry(event.booking(), event.at(), source(event)))
                                .compose(entered -> bus.ask(exit))
                        : Future.failedFuture(failure)));
    }

    private static String source(AccessEvent.OfBooking event) {
        return switch (event) {
            case AccessEvent.VehicleEntered e -> e.source();
            case AccessEvent.VehicleLeft e -> e.source();
        };
    }

    /** A booking that has ended otherwise needs not to be told again. */
    private static Future<?> settled(Future<?> told) {
        return told.<Void>mapEmpty()
                .recover(failure -> isState(failure) ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    private static boolean isState(Throwable failure) {
        return failure instanceof Rejection refused
                && (refused.problem().type() == ProblemType.ILLEGAL_STATE
                        || refused.problem().type() == ProblemType.NOT_FOUND);
    }
}
