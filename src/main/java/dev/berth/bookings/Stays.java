package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.RecordExit;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.LifeSql.MoveOutcome;
import dev.berth.bookings.LifeSql.Moved;
import dev.berth.bookings.StaySql.RescueOutcome;
import dev.berth.bookings.Transitions.Who;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
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
    private final Overstays overstays;
    private final Rescues rescues;
    private final ListingCache listings;
    private final Checkout checkout;
    private final Announcer announcer;
    private final BookingConfig config;

    Stays(
            Bookings bookings,
            LifeSql sql,
            Overstays overstays,
            Rescues rescues,
            ListingCache listings,
            Checkout checkout,
            Announcer announcer,
            BookingConfig config) {
        this.bookings = bookings;
        this.sql = sql;
        this.overstays = overstays;
        this.rescues = rescues;
        this.listings = listings;
        this.checkout = checkout;
        this.announcer = announcer;
        this.config = config;
    }

    BookingDetails checkIn(CheckIn command) {
        Stored stored = bookings.requireDriver(command.actor(), command.booking());
        if (command.slotTaken()) {
            return elsewhere(command, stored.booking());
        }
        Moved moved = enter(command, stored, true);
        if (moved.changed().outcome() == MoveOutcome.BLOCKED) {
            if (rescues.rescue(command.booking(), false) != RescueOutcome.NOT_NEEDED) {
                return bookings.details(command.booking(), command.actor());
            }
            // Whoever was in it has gone just now.
            moved = enter(command, stored, false);
        }
        return concluded(command.booking(), moved, "checked in", command.actor());
    }

    private Moved enter(CheckIn command, Stored stored, boolean ask) {
        Moved moved = sql.enter(
                command.booking(),
                command.actor().user(),
                null,
                config.earlyEntry(),
                reason(BookingStatus.CONFIRMED, BookingStatus.ACTIVE, Who.DRIVER),
                APP,
                terms(stored.booking()),
                ask);
        announcer.announce(moved.changed().events());
        return moved;
    }

    /** The driver stands before a slot that is taken: the word of one driver against the silence of another. */
    private BookingDetails elsewhere(CheckIn command, Booking booking) {
        if (booking.status() != BookingStatus.CONFIRMED) {
            throw Transitions.illegal(booking.status(), "brought elsewhere");
        }
        RescueOutcome outcome = rescues.rescue(command.booking(), true);
        if (outcome == RescueOutcome.NOT_NEEDED) {
            throw Transitions.refusal(
                    booking.status(),
                    "as far as is known, nobody is in the slot of this booking without a right to it");
        }
        return bookings.details(command.booking(), command.actor());
    }

    BookingDetails checkOut(CheckOut command) {
        bookings.requireDriver(command.actor(), command.booking());
        Moved moved = sql.leave(
                command.booking(),
                command.actor().user(),
                command.leftAt(),
                command.leftAt() != null,
                reason(BookingStatus.ACTIVE, BookingStatus.COMPLETED, Who.DRIVER),
                APP,
                config);
        settle(moved);
        return concluded(command.booking(), moved, "checked out", command.actor());
    }

    BookingDetails recordEntry(RecordEntry command) {
        Booking booking = bookings.find(command.booking())
                .map(Stored::booking)
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such booking"));
        Moved moved = sql.enter(
                command.booking(),
                null,
                command.at(),
                config.earlyEntry(),
                reason(BookingStatus.CONFIRMED, BookingStatus.ACTIVE, Who.GATE),
                command.source(),
                terms(booking),
                false);
        announcer.announce(moved.changed().events());
        return concluded(command.booking(), moved, "entered", null);
    }

    BookingDetails recordExit(RecordExit command) {
        Moved moved = sql.leave(
                command.booking(),
                null,
                command.at(),
                false,
                reason(BookingStatus.ACTIVE, BookingStatus.COMPLETED, Who.GATE),
                command.source(),
                config);
        settle(moved);
        return concluded(command.booking(), moved, "left", null);
    }

    /** What the event brings for sure, at once: what is to be paid, or to go back. */
    private void settle(Moved moved) {
        announcer.announce(moved.changed().events());
        for (BookingEvent event : moved.changed().events()) {
            if (event instanceof BookingEvent.BookingCompleted completed) {
                BookingId id = completed.booking().id();
                if (Boolean.TRUE.equals(completed.moneyBack())) {
                    checkout.returnMoneyNow(bookings.reload(id));
                } else if (completed.booking().overstay() != null) {
                    overstays.collectNow(id);
                }
            }
        }
    }

    /** Completes stays that are over and that nobody was seen in; whether there are more. */
    boolean complete() {
        List<BookingEvent> completed = sql.complete(config.lateExit(), config.sweepBatch());
        announcer.announce(completed);
        return completed.size() == config.sweepBatch();
    }

    /** What staying too long costs who comes now; null when the listing does not say it any more. */
    private @Nullable OverstayTerms terms(Booking booking) {
        try {
            Tariff tariff = listings.get(booking.listing()).listing().tariff();
            return tariff.currency().equals(booking.price().currency())
                    ? OverstayTerms.of(tariff, config.stays())
                    : null;
        } catch (Rejection rejection) {
            if (rejection.problem().type() == ProblemType.NOT_FOUND) {
                return null;
            }
            throw rejection;
        }
    }

    private static String reason(BookingStatus from, BookingStatus to, Who who) {
        return Transitions.of(from, to, who).reason();
    }

    private BookingDetails concluded(BookingId id, Moved moved, String what, @Nullable Principal reader) {
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
            case OCCUPIED, BLOCKED ->
                throw Transitions.refusal(
                        status,
                        "a booking that is %s opens with its stay: the slot is not empty yet".formatted(status));
            case OVER ->
                throw Transitions.refusal(status, "the stay of a booking that is %s is over".formatted(status));
            case WATCHED ->
                throw new Rejection(
                        ProblemType.UNPROCESSABLE, "the place sees who goes, and says when that was", "/leftAt");
            case ILLEGAL -> throw Transitions.illegal(status, what);
            case UNKNOWN -> throw new Rejection(ProblemType.NOT_FOUND, "there is no such booking");
        };
    }
}
