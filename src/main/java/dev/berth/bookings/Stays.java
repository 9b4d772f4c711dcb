package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.RecordExit;
import dev.berth.bookings.LifeSql.Moved;
import dev.berth.bookings.Transitions.Who;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Coming and going (RULES 16 to 20): told by the driver, or seen by a gate. */
final class Stays {
    /** Where the driver's own word comes from. */
    private static final String APP = "APP";

    private final Bookings bookings;
    private final LifeSql sql;
    private final Announcer announcer;
    private final BookingConfig config;

    Stays(Bookings bookings, LifeSql sql, Announcer announcer, BookingConfig config) {
        this.bookings = bookings;
        this.sql = sql;
        this.announcer = announcer;
        this.config = config;
    }

    BookingDetails checkIn(CheckIn command) {
        bookings.requireDriver(command.actor(), command.booking());
        Moved moved = sql.enter(
                command.booking(),
                command.actor().user(),
                null,
                config.earlyEntry(),
                reason(BookingStatus.CONFIRMED, BookingStatus.ACTIVE, Who.DRIVER),
                APP);
        return concluded(command.booking(), moved, "checked in", command.actor());
    }

    BookingDetails checkOut(CheckOut command) {
        bookings.requireDriver(command.actor(), command.booking());
        Moved moved = sql.leave(
                command.booking(),
                command.actor().user(),
                null,
                reason(BookingStatus.ACTIVE, BookingStatus.COMPLETED, Who.DRIVER),
                APP);
        return concluded(command.booking(), moved, "checked out", command.actor());
    }

    BookingDetails recordEntry(RecordEntry command) {
        Moved moved = sql.enter(
                command.booking(),
                null,
                command.at(),
                config.earlyEntry(),
                reason(BookingStatus.CONFIRMED, BookingStatus.ACTIVE, Who.GATE),
                command.source());
        return concluded(command.booking(), moved, "entered", null);
    }

    BookingDetails recordExit(RecordExit command) {
        Moved moved = sql.leave(
                command.booking(),
                null,
                command.at(),
                reason(BookingStatus.ACTIVE, BookingStatus.COMPLETED, Who.GATE),
                command.source());
        return concluded(command.booking(), moved, "left", null);
    }

    /** Completes stays that are over and that nobody was seen in; whether there are more. */
    boolean complete() {
        List<BookingEvent> completed = sql.complete(config.lateExit(), config.sweepBatch());
        announcer.announce(completed);
        return completed.size() == config.sweepBatch();
    }

    private static String reason(BookingStatus from, BookingStatus to, Who who) {
        return Transitions.of(from, to, who).reason();
    }

    private BookingDetails concluded(BookingId id, Moved moved, String what, @Nullable Principal reader) {
        announcer.announce(moved.changed().events());
        BookingStatus status = moved.status();
        if (status == null) {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such booking");
        }
        return switch (moved.changed().outcome()) {
            case CHANGED, ALREADY -> bookings.details(id, reader);
            case TOO_EARLY ->
                throw Transitions.refusal(
                        status,
                        "a booking that is %s opens %d minutes before its stay"
                                .formatted(status, config.earlyEntry().toMinutes()));
            case OCCUPIED ->
                throw Transitions.refusal(
                        status, "a booking that is %s opens with its stay: the slot is not empty yet".formatted(status));
            case OVER -> throw Transitions.refusal(status, "the stay of a booking that is %s is over".formatted(status));
            case ILLEGAL -> throw Transitions.illegal(status, what);
            case UNKNOWN -> throw new Rejection(ProblemType.NOT_FOUND, "there is no such booking");
        };
    }
}
