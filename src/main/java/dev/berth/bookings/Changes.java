package dev.berth.bookings;

import dev.berth.availability.Hindrance;
import dev.berth.availability.Timetable;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.Extension;
import dev.berth.bookings.BookingCommand.ExtensionOption;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.PreviewExtension;
import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.LifeSql.ChangeResult;
import dev.berth.bookings.LifeSql.ChargeOutcome;
import dev.berth.bookings.LifeSql.Purpose;
import dev.berth.bookings.LifeSql.Wish;
import dev.berth.fees.BookedFee;
import dev.berth.ledger.ServiceFee;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.LocalTimes;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another time for a booking (RULES 14, 15). The database decides in one statement whether it gets it; when that costs
 * more, the time is kept until the payment has come, or has failed, or nobody waits for it any more. Everything is
 * repeatable and ends the same when a node dies in the middle, by the payment's events and the sweep.
 */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    /** How often a change is tried anew because the booking has changed meanwhile. */
    private static final int TRIES = 3;

    private static final List<Duration> OFFERED =
            List.of(Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4));

    private final Bus bus;
    private final Bookings bookings;
    private final Quotes quotes;
    private final LifeSql sql;
    private final Checkout checkout;
    private final Requests requests;
    private final Announcer announcer;
    private final BookingConfig config;

    Changes(
            Bus bus,
            Bookings bookings,
            Quotes quotes,
            LifeSql sql,
            Checkout checkout,
            Requests requests,
            Announcer announcer,
            BookingConfig config) {
        this.bus = bus;
        this.bookings = bookings;
        this.quotes = quotes;
        this.sql = sql;
        this.checkout = checkout;
        this.requests = requests;
        this.announcer = announcer;
        this.config = config;
    }

    BookingDetails modify(ModifyBooking command) {
        QuoteTerms terms = quotes.read(command.quoteId());
        Stored stored = bookings.requireDriver(command.actor(), command.booking());
        Booking booking = stored.booking();
        if (!terms.listing().equals(booking.listing())) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "the quote is for another listing: that is another booking", "/quoteId");
        }
        // A booking keeps its vehicle: a quote that was made without it must not cost less for that (RULES 25).
        BayNeeds needs =
                quotes.arriving(terms, booking.vehicle(), command.actor()).needs();
        if (terms.discount() != null) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "a booking keeps the code that it was made with", "/quoteId");
        }
        if (!terms.price().equals(command.finalPrice())) {
            throw quotes.stale(
                    terms, booking.vehicle(), command.actor(), "finalPrice is not the price that was quoted");
        }
        if (booking.status() == BookingStatus.PENDING_HOST) {
            return requests.change(command, terms, slots(booking, terms, needs), bookings);
        }
        if (!terms.stay().equals(booking.stay())) {
            // A booking that is certain is not moved to where it would have to be asked for.
            Rejection refusal = quotes.refusal(terms, false);
            if (refusal != null) {
                throw refusal;
            }
        }
        Money parking = checkout.discounts().changed(stored, terms.parking());
        for (int i = 0; ; i++) {
            BookedFee fee = changed(booking, terms, parking);
            Wish wish = new Wish(
                    Purpose.MODIFY,
                    slots(booking, terms, needs),
                    terms.stay(),
                    fee == null ? parking : parking.plus(fee.amount()),
                    fee,
                    terms.expiresAt());
            ChangeResult result = change(booking, command.actor(), wish);
            switch (result.changed().outcome()) {
                case STALE -> booking = again(i, command.actor(), command.booking());
                case QUOTE_STALE ->
                    throw quotes.stale(terms, booking.vehicle(), command.actor(), "the quote has expired");
                case TAKEN -> throw new Rejection(ProblemType.SLOT_TAKEN, "no slot is free for that time");
                default -> {
                    return concluded(booking, wish, result, command.actor(), command.paymentMethod(), "modified");
                }
            }
        }
    }

    /**
     * The fee of another time: that of its quote where it costs more, and else what was paid: of a fee nothing goes back unless
     * everything does (RULES 29).
     */
    private static @Nullable BookedFee changed(Booking booking, QuoteTerms terms, Money parking) {
        BookedFee before = booking.fee();
        BookedFee quoted = terms.fee();
        return quoted == null || parking.amount() <= booking.parking().amount()
                ? before
                : quoted.terms().atLeast(parking, before);
    }

    /** Its own slot first, if it may be that one: a pass that was printed stays right. */
    private List<Slot> slots(Booking booking, QuoteTerms terms, BayNeeds needs) {
        List<Slot> slots = new ArrayList<>();
        if (terms.slot() == null || terms.slot().equals(booking.slot())) {
            slots.add(Quotes.own(booking));
        }
        quotes.candidates(terms.listing(), terms.stay(), quotes.choice(terms, needs)).all().stream()
                .filter(slot -> !slot.id().equals(booking.slot()))
                .forEach(slots::add);
        return slots;
    }

    BookingDetails extend(ExtendBooking command) {
        Booking booking =
                bookings.requireDriver(command.actor(), command.booking()).booking();
        Instant to = LocalTimes.instant(command.to(), ZoneId.of(booking.timeZone()), "/to");
        for (int i = 0; ; i++) {
            if (to.isBefore(booking.stay().to())) {
                throw new Rejection(ProblemType.UNPROCESSABLE, "the stay is longer than that already", "/to");
            }
            checkEnd(booking, to);
            Money extra = quotes.extra(booking, to);
            Money told = command.finalPrice();
            if (told != null && !told.equals(extra) && !to.equals(booking.stay().to())) {
                throw new Rejection(new Problem(ProblemType.QUOTE_STALE, "the extension costs something else")
                        .with("price", extra));
            }
            TimeRange stay = new TimeRange(booking.stay().from(), to);
            Wish wish = new Wish(
                    Purpose.EXTEND,
                    List.of(Quotes.own(booking)),
                    stay,
                    booking.price().plus(extra),
                    Quotes.extended(booking, quotes.extension(booking, to)),
                    null);
            ChangeResult result = change(booking, command.actor(), wish);
            switch (result.changed().outcome()) {
                case STALE -> booking = again(i, command.actor(), command.booking());
                case TAKEN -> throw unavailable(booking, result.freeUntil());
                default -> {
                    return concluded(booking, wish, result, command.actor(), command.paymentMethod(), "extended");
                }
            }
        }
    }

    private Rejection unavailable(Booking booking, @Nullable Instant freeUntil) {
        Instant longest = longest(booking, freeUntil);
        String detail = longest.equals(booking.stay().to())
                ? "somebody else has the slot right after this stay"
                : "the slot is free until " + longest;
        return new Rejection(new Problem(ProblemType.EXTENSION_UNAVAILABLE, detail).with("longestTo", longest));
    }

    /** A longer stay ends when the place lets drivers go, and is no longer than it allows (RULES 6, 7). */
    private void checkEnd(Booking booking, Instant to) {
        Timetable timetable = quotes.timetable(booking.listing());
        if (timetable == null || !to.isAfter(booking.stay().to())) {
            return;
        }
        TimeRange stay = new TimeRange(booking.stay().from(), to);
        Hindrance hindrance = stay.duration().compareTo(timetable.maxStay()) > 0
                ? Hindrance.TOO_LONG
                : timetable.allowsExit(to) ? null : Hindrance.CLOSED_AT_END;
        if (hindrance != null) {
            Instant longest = longest(booking, sql.freeUntil(booking.id()));
            throw new Rejection(
                    Refusals.problem(hindrance, stay, timetable, stay.from()).with("longestTo", longest));
        }
    }

    /** The latest end: no longer than the place allows, and when it lets drivers go. */
    private Instant longest(Booking booking, @Nullable Instant freeUntil) {
        Timetable timetable = quotes.timetable(booking.listing());
        TimeRange stay = booking.stay();
        Duration most = timetable == null ? config.maxStay() : timetable.maxStay();
        Instant allowed = stay.from().plus(most);
        Instant longest = freeUntil == null || freeUntil.isAfter(allowed) ? allowed : freeUntil;
        Instant exit = timetable == null ? longest : timetable.lastExit(stay.to(), longest);
        return exit == null || exit.isBefore(stay.to()) ? stay.to() : exit;
    }

    Extension preview(PreviewExtension command) {
        Booking booking =
                bookings.requireDriver(command.actor(), command.booking()).booking();
        BookingStatus status = booking.status();
        if (status != BookingStatus.CONFIRMED && status != BookingStatus.ACTIVE) {
            throw Transitions.illegal(status, "extended");
        }
        Instant longest = longest(booking, sql.freeUntil(booking.id()));
        List<ExtensionOption> options = OFFERED.stream()
                .map(more -> booking.stay().to().plus(more))
                .filter(to -> !to.isAfter(longest) && allowsExit(booking, to))
                .map(to -> new ExtensionOption(to, quotes.extra(booking, to)))
                .toList();
        if (options.isEmpty() && longest.isAfter(booking.stay().to())) {
            options = List.of(new ExtensionOption(longest, quotes.extra(booking, longest)));
        }
        return new Extension(longest, options);
    }

    private boolean allowsExit(Booking booking, Instant to) {
        Timetable timetable = quotes.timetable(booking.listing());
        return timetable == null || timetable.allowsExit(to);
    }

    private ChangeResult change(Booking booking, Principal actor, Wish wish) {
        ChangeResult result =
                sql.change(booking, actor.user(), wish, config.holdTime(), config.lateExit(), checkout.pins());
        announcer.announce(result.changed().events());
        return result;
    }

    private Booking again(int tries, Principal actor, BookingId id) {
        if (tries == TRIES) {
            throw new Rejection(ProblemType.CONFLICT, "the booking changes all the time: try again");
        }
        return bookings.requireDriver(actor, id).booking();
    }

    private BookingDetails concluded(
            Booking booking, Wish wish, ChangeResult result, Principal actor, @Nullable String method, String what) {
        BookingStatus status = Optional.ofNullable(result.status()).orElse(booking.status());
        return switch (result.changed().outcome()) {
            case CHANGED -> bookings.details(checkout.returnMoneyNow(bookings.reload(booking.id())), actor);
            case ALREADY -> bookings.details(booking.id(), actor);
            case PENDING -> {
                // The one that this one replaces.
                checkout.callOffDropped(booking.id());
                PaymentId charge = Optional.ofNullable(result.charge()).orElseThrow();
                Money due = new Money(result.amount(), booking.price().currency());
                ServiceFee fee = BookedFee.part(wish.fee(), due.currency())
                        .beyond(BookedFee.part(booking.fee(), due.currency()));
                yield bookings.details(paid(booking, charge, checkout.order(booking, charge, due, fee, method)), actor);
            }
            case STARTED ->
                throw Transitions.refusal(
                        status, "a booking that is %s can be modified until its stay begins".formatted(status));
            case OVER ->
                throw Transitions.refusal(status, "the stay of a booking that is %s is over".formatted(status));
            case ILLEGAL -> throw Transitions.illegal(status, what);
            case TAKEN, STALE, QUOTE_STALE, UNKNOWN ->
                throw new Rejection(ProblemType.NOT_FOUND, "there is no such booking");
        };
    }

    /** @param method null for the card that the booking was paid with */
    Checkout.Result paid(Booking booking, PaymentId charge, Money due, @Nullable String method) {
        return paid(booking, charge, checkout.order(booking, charge, due, null, method));
    }

    /** With the card that the booking was paid with, of a driver whom the bank cannot ask now (RULES 28). */
    Checkout.Result paidWithoutDriver(Booking booking, PaymentId charge, Money due) {
        return paid(booking, charge, checkout.orderWithoutDriver(booking, charge, due));
    }

    private Checkout.Result paid(Booking booking, PaymentId charge, Charge order) {
        Payment payment;
        try {
            payment = bus.ask(order, config.chargeTimeout()).await();
        } catch (Rejection rejection) {
            throw refused(booking, charge, rejection);
        }
        return switch (payment.status()) {
            case SUCCEEDED -> {
                if (settle(charge) == ChargeOutcome.LOST) {
                    throw new Rejection(
                            ProblemType.SLOT_TAKEN,
                            "the change was called off meanwhile; your money is on its way back");
                }
                yield Checkout.Result.of(bookings.reload(booking.id()));
            }
            case REQUIRES_ACTION, PROCESSING, AUTHORISED ->
                new Checkout.Result(bookings.reload(booking.id()), payment.actionUrl());
            case DECLINED, REQUIRES_PAYMENT_METHOD -> {
                drop(charge);
                String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
                String words = payment.declineMessage() == null ? code : payment.declineMessage();
                throw new Rejection(new Problem(ProblemType.PAYMENT_DECLINED, words)
                        .with("declineCode", code)
                        .with("bookingId", booking.id()));
            }
            case CANCELLED, REFUNDED -> {
                drop(charge);
                throw new Rejection(ProblemType.CONFLICT, "the payment has been called off: try again");
            }
        };
    }

    private Rejection refused(Booking booking, PaymentId charge, Rejection rejection) {
        return switch (rejection.problem().type()) {
            case UNAVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE, INTERNAL, RATE_LIMITED ->
                new Rejection(new Problem(
                                ProblemType.PAYMENT_PROVIDER_UNAVAILABLE,
                                "the payment is not settled yet: send the same request again")
                        .with("bookingId", booking.id()));
            default -> {
                // Refused before anything was charged: there is no such card, say.
                drop(charge);
                yield rejection;
            }
        };
    }

    /** A payment beside the first has come: it makes the change true, or goes back. */
    ChargeOutcome settle(PaymentId charge) {
        Changed<ChargeOutcome> changed = sql.settle(charge, checkout.pins());
        announcer.announce(changed.events());
        if (changed.outcome() == ChargeOutcome.LOST) {
            bus.ask(new Refund(charge, "the change was called off before the payment came"))
                    .await();
        }
        return changed.outcome();
    }

    /** A payment beside the first has failed; whoever waits for it at the bank has said no there. */
    void release(PaymentId charge, BookingId booking) {
        switch (bus.ask(new GetPayment(charge)).await().status()) {
            case DECLINED, CANCELLED -> {
                drop(charge);
                bookings.find(booking).ifPresent(stored -> announcer.tell(stored.booking()));
            }
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, AUTHORISED, PROCESSING, SUCCEEDED, REFUNDED -> {
                // It goes on, or has come after all.
            }
        }
    }

    private void drop(PaymentId charge) {
        announcer.announce(sql.drop(charge).events());
    }

    /** Drops what was not paid in time; the number of them. */
    int expire() {
        LifeSql.Expired expired = sql.expireChanges(config.sweepBatch());
        announcer.announce(expired.changed().events());
        for (PaymentId charge : expired.charges()) {
            bus.ask(new Abandon(charge))
                    .onFailure(failure -> LOG.warn("payment {} was not called off: {}", charge, failure.getMessage()));
        }
        return expired.charges().size();
    }
}
