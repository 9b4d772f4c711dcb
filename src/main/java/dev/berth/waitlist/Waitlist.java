package dev.berth.waitlist;

import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvent.BlockRemoved;
import dev.berth.bookings.BookingEvent.BookingCancelled;
import dev.berth.bookings.BookingEvent.BookingChanged;
import dev.berth.bookings.BookingEvent.BookingCompleted;
import dev.berth.bookings.BookingEvent.BookingDisplaced;
import dev.berth.bookings.BookingEvent.BookingExpired;
import dev.berth.bookings.BookingEvent.BookingMissed;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.bookings.BookingEvent.BookingWithdrawn;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.waitlist.WaitlistCommand.BeginToWait;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who waits, and when they are told: after an event through Kafka, which misses none, whoever waits for a time that is free
 * in the calendars as they are now. All are told at once, and who books first has it.
 */
final class Waitlist {
    /** The consumer's name. */
    static final String GROUP = "waitlist";

    /** The events by which a slot can become free. */
    static final Set<Class<? extends Event>> TYPES = Set.of(
            BookingCancelled.class,
            BookingExpired.class,
            BookingCompleted.class,
            BookingChanged.class,
            BookingMissed.class,
            BookingRescued.class,
            BookingWithdrawn.class,
            BookingDisplaced.class,
            BlockRemoved.class);

    private final Bus bus;
    private final WaitlistSql sql;
    private final WaitlistConfig config;
    private final Clock clock;
    private final Counter metric;

    Waitlist(Bus bus, WaitlistSql sql, WaitlistConfig config, Clock clock, Counter metric) {
        this.bus = bus;
        this.sql = sql;
        this.config = config;
        this.clock = clock;
        this.metric = metric;
    }

    /** How the calendar of a listing is at present. */
    private record Places(Listing listing, List<Occupancy> taken) {
        boolean isFree(TimeRange stay) {
            Duration buffer = Duration.ofMinutes(listing.availability().buffer());
            TimeRange near = new TimeRange(stay.from().minus(buffer), stay.to().plus(buffer));
            Set<SlotId> busy = new HashSet<>();
            taken.stream()
                    .filter(each ->
                            each.live() && each.stay().overlaps(each.kind() == Occupancy.Kind.BLOCK ? stay : near))
                    .forEach(each -> busy.add(each.slot()));
            return listing.slots().stream().anyMatch(slot -> !busy.contains(slot.id()));
        }
    }

    Wait begin(BeginToWait command) {
        if (command.actor().isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "who waits for a slot has an account");
        }
        check(command.stay());
        Places places = places(command.listing());
        Listing listing = places.listing();
        Wait wait = sql.begin(
                        command.actor().user(),
                        listing.id(),
                        listing.title(),
                        listing.timeZone(),
                        command.stay(),
                        config.perDriver())
                .orElseThrow(() -> new Rejection(
                        ProblemType.UNPROCESSABLE,
                        "you wait for %d stays already, more is not possible".formatted(config.perDriver())));
        // Looked at once they wait: what became free before that, nobody would have told them.
        if (places(command.listing()).isFree(command.stay())) {
            sql.stop(wait.id(), wait.driver());
            throw new Rejection(ProblemType.CONFLICT, "a slot is free for that time: book it");
        }
        return wait;
    }

    private void check(TimeRange stay) {
        Instant now = clock.instant();
        if (!stay.from().isAfter(now)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the stay has begun", "/from");
        }
        if (stay.from().isAfter(now.plus(config.horizon()))) {
            String detail = "one can wait for a stay %d days ahead"
                    .formatted(config.horizon().toDays());
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/from");
        }
        if (stay.duration().compareTo(config.longest()) > 0) {
            String detail =
                    "a stay is at most %d days long".formatted(config.longest().toDays());
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/to");
        }
    }

    private Places places(ListingId listing) {
        Future<Calendar> calendar = bus.ask(new GetCalendar(listing));
        return new Places(
                bus.ask(new GetListing(listing)).await(), calendar.await().occupancies());
    }

    void take(EventRecord record) {
        if (!(record.event() instanceof BookingEvent event)) {
            return;
        }
        List<TimeRange> freed = event.occupancies().stream()
                .filter(each -> !each.live())
                .map(Occupancy::stay)
                .toList();
        List<Wait> waiting = freed.isEmpty() ? List.of() : sql.waiting(event.listingId(), freed, config.tellMax());
        if (waiting.isEmpty()) {
            return;
        }
        Optional<Places> places = known(event.listingId());
        List<Wait> glad = places.stream()
                .flatMap(each -> waiting.stream().filter(wait -> each.isFree(wait.stay())))
                .toList();
        if (!glad.isEmpty()) {
            sql.tell(glad).forEach(told -> {
                metric.increment();
                bus.publish(told);
            });
        }
    }

    /** Empty for a listing that has gone meanwhile. */
    private Optional<Places> known(ListingId listing) {
        try {
            return Optional.of(places(listing));
        } catch (Rejection refused) {
            if (refused.problem().type() == ProblemType.NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
