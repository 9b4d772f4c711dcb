package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.DeclineRequest;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingSql.Placed;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.RequestSql.Accepted;
import dev.berth.bookings.RequestSql.Declined;
import dev.berth.listings.Slot;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import dev.berth.values.VehicleId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bookings that a host is asked for (RULES 12). Requests keep nothing from others and may overlap; the first that the host
 * accepts gets the slot, by the same constraint as everything else, and is charged then. Those that are left without a slot
 * are declined, those that nobody answers expire.
 */
final class Requests {
    private final RequestSql sql;
    private final Quotes quotes;
    private final Checkout checkout;
    private final Announcer announcer;
    private final BookingConfig config;

    Requests(RequestSql sql, Quotes quotes, Checkout checkout, Announcer announcer, BookingConfig config) {
        this.sql = sql;
        this.quotes = quotes;
        this.checkout = checkout;
        this.announcer = announcer;
        this.config = config;
    }

    /** Whether a booking of the quote has to be asked for. */
    boolean needed(QuoteTerms terms) {
        return quotes.asksTheHost(terms.listing());
    }

    Placed place(QuoteTerms terms, BayFinder.Candidates candidates, @Nullable VehicleId vehicle, PlaceBooking command) {
        if (command.paymentMethod() == null && !terms.price().isZero()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "the host is asked first: name the card that is charged when they accept",
                    "/paymentMethod");
        }
        return sql.request(
                terms,
                candidates.all(),
                command.actor().user(),
                vehicle,
                quotes.bufferMinutes(terms.listing()),
                config.answerTime(),
                command.paymentMethod(),
                command.idempotencyKey(),
                command.fingerprint());
    }

    BookingDetails accept(AcceptRequest command, Bookings answers) {
        Stored stored = requireHost(answers, command.actor(), command.booking());
        Booking booking = stored.booking();
        List<Slot> slots = Stream.concat(
                        Stream.of(Quotes.own(booking)),
                        quotes.candidates(booking.listing(), booking.stay(), quotes.like(booking)).all().stream()
                                .filter(slot -> !slot.id().equals(booking.slot())))
                .toList();
        Accepted accepted = sql.accept(booking.id(), slots, config.holdTime());
        BookingStatus status = Optional.ofNullable(accepted.status()).orElse(booking.status());
        switch (accepted.outcome()) {
            case ACCEPTED, PENDING -> {
                charge(answers.reload(booking.id()), accepted.method());
                announcer.announce(sql.declineOvertaken(booking.id(), quotes.slots(booking.listing()))
                        .events());
            }
            case ALREADY -> {
                // It was accepted before.
            }
            case TAKEN -> throw new Rejection(ProblemType.SLOT_TAKEN, "no slot is free for that time any more");
            case ILLEGAL, UNKNOWN -> throw Transitions.illegal(status, "accepted any more");
        }
        return answers.details(booking.id(), command.actor());
    }

    private void charge(Stored accepted, @Nullable String method) {
        if (accepted.booking().price().isZero() || method == null) {
            checkout.settle(accepted);
        } else {
            checkout.charge(accepted, method, true);
        }
    }

    BookingDetails decline(DeclineRequest command, Bookings answers) {
        Stored stored = requireHost(answers, command.actor(), command.booking());
        BookingId id = stored.booking().id();
        Declined declined = sql.decline(id, command.actor().user(), command.reason());
        announcer.announce(declined.changed().events());
        return switch (declined.changed().outcome()) {
            case ENDED, ALREADY -> answers.details(id, command.actor());
            case STARTED, ILLEGAL ->
                throw Transitions.illegal(
                        Optional.ofNullable(declined.status())
                                .orElse(stored.booking().status()),
                        "declined");
        };
    }

    private static Stored requireHost(Bookings answers, Principal actor, BookingId id) {
        Stored stored = answers.require(actor, id);
        if (!stored.booking().host().equals(actor.user()) && !actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the host may answer");
        }
        return stored;
    }
}
