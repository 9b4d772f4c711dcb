package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.DeclineRequest;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.Placed;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.RequestSql.Accepted;
import dev.berth.bookings.RequestSql.Altered;
import dev.berth.bookings.RequestSql.AskOutcome;
import dev.berth.bookings.RequestSql.Declined;
import dev.berth.fees.BookedFee;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.Reservation;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.VehicleId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bookings that a host is asked for (RULES 12). The price is set aside on the driver's card first, then the host is asked.
 * Requests keep nothing from others and may overlap; the first that the host accepts gets the slot, by the same constraint as
 * everything else, and what is set aside is collected then. Those that are left without a slot are declined, those that
 * nobody answers expire, and their money is given up.
 */
final class Requests {
    /** How often a change is tried again when the request has changed meanwhile. */
    private static final int TRIES = 5;

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
        return quotes.asksTheHost(terms.listing(), terms.stay());
    }

    Placed place(QuoteTerms terms, BayFinder.Candidates candidates, @Nullable VehicleId vehicle, PlaceBooking command) {
        Paying paying = Paying.of(command);
        if (!paying.now() && !terms.price().isZero()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "the host is asked first: name the card that is charged if they accept",
                    "/paymentMethod");
        }
        return sql.request(
                terms,
                candidates.all(),
                command.actor().user(),
                vehicle,
                quotes.bufferMinutes(terms.listing()),
                config.answerTime(),
                terms.price().isZero() ? null : config.holdTime(),
                paying.methodOrInside(),
                command.idempotencyKey(),
                command.fingerprint());
    }

    /** Sets the money for a request aside, and asks the host; again, it goes on where it stopped. */
    Checkout.Result ask(Stored stored, Paying paying) {
        boolean waits = stored.booking().status() == BookingStatus.PENDING_HOST
                && (stored.payment() == PaymentStatus.PROCESSING || stored.payment() == PaymentStatus.REQUIRES_ACTION);
        if (!waits || !paying.now()) {
            return Checkout.Result.of(stored);
        }
        Checkout.Result result = checkout.authorise(stored, paying);
        if (result.stored().payment() != PaymentStatus.AUTHORISED) {
            return result;
        }
        askHost(stored.booking());
        return Checkout.Result.of(sql.reload(stored.booking().id()));
    }

    /** The money is set aside, as an event has told. Repeatable. */
    void askHost(BookingId id) {
        sql.find(id).map(Stored::booking).ifPresent(this::askHost);
    }

    private void askHost(Booking booking) {
        Changed<AskOutcome> asked = sql.askHost(booking.id(), config.answerTime());
        announcer.announce(asked.events());
        if (asked.outcome() == AskOutcome.ENDED) {
            checkout.giveUp(booking);
        }
    }

    BookingDetails accept(AcceptRequest command, Bookings answers) {
        Stored stored = requireHost(answers, command.actor(), command.booking());
        Booking booking = stored.booking();
        List<Slot> slots = Stream.concat(
                        Stream.of(Quotes.own(booking)),
                        quotes.candidates(booking.listing(), booking.stay(), quotes.like(booking)).all().stream()
                                .filter(slot -> !slot.id().equals(booking.slot())))
                .toList();
        Accepted accepted = sql.accept(booking.id(), slots, config.holdTime(), command.version());
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
            case STALE ->
                throw new Rejection(
                        ProblemType.PRECONDITION_FAILED,
                        "the driver has changed the request: look at it again",
                        "/version");
            case ILLEGAL, UNKNOWN -> throw Transitions.illegal(status, "accepted any more");
        }
        return answers.details(booking.id(), command.actor());
    }

    private void charge(Stored accepted, @Nullable String method) {
        // Of one that costs nothing any more, what was set aside has still to be given back.
        boolean isFree = accepted.booking().price().isZero() && accepted.life().setAside() == null;
        if (isFree || method == null) {
            checkout.settle(accepted);
        } else {
            checkout.charge(accepted, Paying.with(method), true);
        }
    }

    /**
     * Another time for a request that the host has not answered yet, for no more than what is set aside: that stays so, and only
     * the new price is collected when they accept (RULES 28).
     *
     * @param slots best first
     */
    BookingDetails change(ModifyBooking command, QuoteTerms terms, List<Slot> slots, Bookings answers) {
        Rejection refusal = quotes.refusal(terms, true);
        for (int i = 0; ; i++) {
            Stored stored = answers.requireDriver(command.actor(), command.booking());
            Booking booking = stored.booking();
            if (refusal != null && !terms.stay().equals(booking.stay())) {
                throw refusal;
            }
            Reservation reserved = sql.reserved(booking.id());
            Reservation reduced = reserved == null ? null : reduced(reserved, terms.parking());
            Money parking = reduced == null
                    ? terms.parking()
                    : terms.parking().minus(new Money(reduced.discount(), reduced.currency()));
            // Nothing has been charged: the fee is that of what the stay costs now.
            BookedFee fee = terms.fee() == null ? null : terms.fee().terms().of(parking);
            Money price = fee == null ? parking : parking.plus(fee.amount());
            Altered altered =
                    sql.change(booking, command.actor().user(), terms, slots, price, fee, config.answerTime(), reduced);
            announcer.announce(altered.changed().events());
            switch (altered.changed().outcome()) {
                case CHANGED, ALREADY -> {
                    return answers.details(booking.id(), command.actor());
                }
                case STALE -> {
                    if (i == TRIES) {
                        throw new Rejection(ProblemType.CONFLICT, "the request changes all the time: try again");
                    }
                }
                case DEARER -> throw dearer(booking, price, altered.setAside());
                case QUOTE_STALE ->
                    throw quotes.stale(terms, booking.vehicle(), command.actor(), "the quote has expired");
                case TAKEN -> throw new Rejection(ProblemType.SLOT_TAKEN, "no slot is free for that time");
                case ILLEGAL, UNKNOWN ->
                    throw Transitions.illegal(
                            Optional.ofNullable(altered.status()).orElse(booking.status()), "modified");
            }
        }
    }

    private static Rejection dearer(Booking booking, Money price, long setAside) {
        return new Rejection(new Problem(
                        ProblemType.PRICE_ABOVE_HOLD,
                        "it costs more than what is set aside: cancel the request and ask again")
                .with("price", price)
                .with("setAside", new Money(setAside, booking.price().currency())));
    }

    /** What is off stays off, and of a cheaper stay only its part, as of one that is paid. */
    private static Reservation reduced(Reservation reserved, Money price) {
        if (!price.currency().equals(reserved.currency())) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the stay was asked for in another currency", "/quoteId");
        } else if (price.isZero() || reserved.price() == reserved.discount()) {
            throw new Rejection(
                    ProblemType.ILLEGAL_STATE, "a stay that a code pays is not changed: cancel it and book again");
        }
        long part = Math.floorDiv(Math.multiplyExact(reserved.discount(), price.amount()), reserved.price());
        long off = Math.max(1, Math.min(reserved.discount(), part));
        return reserved.lowered(price, new Money(off, price.currency()));
    }

    BookingDetails decline(DeclineRequest command, Bookings answers) {
        Stored stored = requireHost(answers, command.actor(), command.booking());
        BookingId id = stored.booking().id();
        Declined declined = sql.decline(id, command.actor().user(), command.reason());
        announcer.announce(declined.changed().events());
        return switch (declined.changed().outcome()) {
            case ENDED, ALREADY -> {
                checkout.returnMoneyNow(answers.reload(id));
                yield answers.details(id, command.actor());
            }
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
