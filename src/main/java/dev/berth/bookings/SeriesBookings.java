package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.ConfirmOutcome;
import dev.berth.bookings.BookingSql.PlaceOutcome;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.SeriesCommand.CancelSeries;
import dev.berth.bookings.SeriesCommand.CancelledBooking;
import dev.berth.bookings.SeriesCommand.CreateSeriesQuote;
import dev.berth.bookings.SeriesCommand.GetSeries;
import dev.berth.bookings.SeriesCommand.Occurrence;
import dev.berth.bookings.SeriesCommand.PlaceSeries;
import dev.berth.bookings.SeriesCommand.PreviewSeriesCancellation;
import dev.berth.bookings.SeriesCommand.SeriesCancellation;
import dev.berth.bookings.SeriesCommand.SeriesDetails;
import dev.berth.bookings.SeriesCommand.SeriesQuote;
import dev.berth.bookings.SeriesSql.Known;
import dev.berth.bookings.SeriesSql.Placed;
import dev.berth.fees.BookedFee;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SeriesId;
import dev.berth.values.TimeRange;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bookings that are made together (BK10): held by one statement, paid by one payment, confirmed by one statement, or not at all.
 *
 * <p>The driver's card is charged once, and the bank sees them once; but what payments keep of it is a payment of its share for
 * each booking, with the booking's id. So whatever comes later - giving back, changing, staying too long, another host - is done
 * with one booking's money, by the code that does it for any booking, and none of it knows of series. What is here is only what
 * is between the quote and the confirmation, and it ends the same when a node dies in the middle, as {@link Checkout} does.
 */
final class SeriesBookings {
    private final Bus bus;
    private final SeriesQuotes quotes;
    private final Quotes single;
    private final SeriesSql sql;
    private final Bookings bookings;
    private final Checkout checkout;
    private final Announcer announcer;
    private final BookingMetrics metrics;
    private final BookingConfig config;
    private final SecureRandom random;

    /** Series whose charge this node is waiting for: their events need no second pair of hands. */
    private final Set<SeriesId> underWay = new HashSet<>();

    SeriesBookings(
            Bus bus,
            SeriesQuotes quotes,
            Quotes single,
            SeriesSql sql,
            Bookings bookings,
            Checkout checkout,
            Announcer announcer,
            BookingMetrics metrics,
            BookingConfig config,
            SecureRandom random) {
        this.bus = bus;
        this.quotes = quotes;
        this.single = single;
        this.sql = sql;
        this.bookings = bookings;
        this.checkout = checkout;
        this.announcer = announcer;
        this.metrics = metrics;
        this.config = config;
        this.random = random;
    }

    SeriesQuote quote(CreateSeriesQuote command) {
        SeriesQuote quote = quotes.create(command);
        metrics.quoted.increment();
        return quote;
    }

    SeriesDetails place(PlaceSeries command) {
        SeriesTerms terms = quotes.read(command.quoteId());
        QuoteTerms quote = terms.quote();
        Principal actor = command.actor();
        if (!quote.price().equals(command.finalPrice())) {
            throw stale("finalPrice is not the price that was quoted");
        }
        if (quote.vehicle() != null && !actor.user().equals(quote.vehicleOwner())) {
            throw stale("the quote is for somebody else's vehicle");
        }
        if (command.paymentMethod() == null && !quote.price().isZero()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "a series is paid when it is booked: name a card", "/paymentMethod");
        }
        // What cannot be booked any more gets no slot; but the same request as one before is answered as that was.
        List<Occurrence> refused = quotes.refused(terms);
        Rejection refusal = single.asksTheHost(quote.listing())
                ? SeriesQuotes.notInstant()
                : refused.isEmpty() ? null : conflict(refused);
        List<Slot> slots =
                refusal == null ? quotes.slots(quote.listing(), terms.stays(), quotes.choice(quote)) : List.of();
        Placed placed = sql.place(
                SeriesId.next(),
                terms,
                slots,
                actor.user(),
                single.bufferMinutes(quote.listing()),
                config.holdTime(),
                quote.price().isZero() ? PaymentStatus.REQUIRES_PAYMENT_METHOD : PaymentStatus.PROCESSING,
                command.idempotencyKey(),
                command.fingerprint());
        announcer.announce(placed.changed().events());
        PlaceOutcome outcome = placed.changed().outcome();
        SeriesId id = placed.series();
        return switch (outcome) {
            case PLACED -> {
                metrics.series.increment();
                yield paid(required(id), command.paymentMethod(), actor);
            }
            case REPLAYED -> replay(required(id), command.paymentMethod(), actor);
            case KEY_REUSED ->
                throw new Rejection(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "this key belongs to another request of yours",
                        "/header/Idempotency-Key");
            case QUOTE_STALE -> throw stale("the quote has expired");
            case WALLET_SHORT, CODE_REFUSED ->
                throw new IllegalStateException("a series is paid after it was placed, and has no code");
            case TAKEN -> {
                if (refusal != null) {
                    throw refusal;
                }
                metrics.taken.increment();
                throw conflict(SeriesQuotes.taken(terms, placed.conflicts()));
            }
        };
    }

    private static SeriesId required(@Nullable SeriesId id) {
        if (id == null) {
            throw new IllegalStateException("a series was placed without an id");
        }
        return id;
    }

    private static Rejection stale(String detail) {
        return new Rejection(ProblemType.QUOTE_STALE, detail);
    }

    private static Rejection conflict(List<Occurrence> conflicts) {
        String detail = "%d of the stays cannot be had; nothing was booked".formatted(conflicts.size());
        return new Rejection(new Problem(ProblemType.SERIES_CONFLICT, detail).with("conflicts", conflicts));
    }

    /** The same request again: the same series, and paying goes on where it stopped. */
    private SeriesDetails replay(SeriesId id, @Nullable String method, Principal actor) {
        List<Stored> rows = sql.bookings(id);
        Stored first = rows.getFirst();
        if (first.booking().status() == BookingStatus.EXPIRED && first.payment() == PaymentStatus.DECLINED) {
            throw checkout.declinedBefore(first.booking());
        }
        boolean held = rows.stream().allMatch(row -> row.booking().status() == BookingStatus.HELD);
        return held && sql.beginPayment(id) == rows.size() ? paid(id, method, actor) : details(id, actor);
    }

    private SeriesDetails paid(SeriesId id, @Nullable String method, Principal actor) {
        List<Stored> rows = sql.bookings(id);
        if (method == null || sum(rows).isZero()) {
            settle(id);
            return details(id, actor);
        }
        underWay.add(id);
        try {
            Payment payment =
                    bus.ask(order(id, rows, method), config.chargeTimeout()).await();
            switch (payment.status()) {
                case SUCCEEDED -> settle(id);
                case REQUIRES_ACTION, PROCESSING, AUTHORISED -> sql.setPaymentStatus(id, payment.status());
                case DECLINED, REQUIRES_PAYMENT_METHOD -> {
                    String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
                    String words = payment.declineMessage() == null ? code : payment.declineMessage();
                    release(id, code, words);
                    throw Checkout.declined(rows.getFirst().booking(), code, words);
                }
                case CANCELLED, REFUNDED ->
                    throw new Rejection(ProblemType.ILLEGAL_STATE, "the payment has been called off: book again");
            }
        } catch (Rejection rejection) {
            throw refused(id, rows, rejection);
        } finally {
            underWay.remove(id);
        }
        return details(id, actor);
    }

    private ChargeTogether order(SeriesId id, List<Stored> rows, String method) {
        Booking first = rows.getFirst().booking();
        return new ChargeTogether(
                new PaymentId(id.value()),
                rows.stream()
                        .map(Stored::booking)
                        .map(booking -> new Share(
                                booking.id(),
                                booking.price(),
                                BookedFee.part(booking.fee(), booking.price().currency())))
                        .toList(),
                first.driver(),
                first.host(),
                first.commissionBasisPoints(),
                method,
                first.title(),
                checkout.returnUrl(first));
    }

    private Rejection refused(SeriesId id, List<Stored> rows, Rejection rejection) {
        ProblemType type = rejection.problem().type();
        return switch (type) {
            case PAYMENT_DECLINED, ILLEGAL_STATE, SLOT_TAKEN -> rejection;
            // Charged or not: unknown. The series stays held, a retry goes on, and a success is told by an event.
            case UNAVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE, INTERNAL, RATE_LIMITED ->
                new Rejection(new Problem(
                                ProblemType.PAYMENT_PROVIDER_UNAVAILABLE,
                                "the payment is not settled yet: send the same request again")
                        .with("bookingId", rows.getFirst().booking().id()));
            // Refused before anything was charged: a method that does not exist, say.
            default -> {
                release(id, type.name(), rejection.problem().detail());
                yield rejection;
            }
        };
    }

    private void release(SeriesId id, String code, @Nullable String words) {
        announcer.announce(sql.decline(id, code, words).events());
    }

    private void settle(SeriesId id) {
        switch (confirm(id)) {
            case CONFIRMED, ALREADY -> {
                // As it should be.
            }
            case LOST ->
                throw new Rejection(
                        ProblemType.SLOT_TAKEN,
                        "the hold ended before the payment came; your money is on its way back");
            case UNKNOWN -> throw new IllegalStateException("series " + id + " is gone");
        }
    }

    /** The money is there, as an event of the payment tells; false when there is no such series. */
    boolean settleFromEvent(SeriesId id) {
        return confirm(id) != ConfirmOutcome.UNKNOWN;
    }

    /** As {@link #settleFromEvent}, for the event that came over the bus: whatever it leaves undone, Kafka brings again. */
    void settleEarly(SeriesId id) {
        if (!underWay.contains(id)) {
            announcer.announce(attempt(id, List.of(), false).events());
        }
    }

    /** Confirms all of it, if need be in other slots; else sends all of the money back. */
    private ConfirmOutcome confirm(SeriesId id) {
        Changed<ConfirmOutcome> changed = attempt(id, List.of(), false);
        if (changed.outcome() == ConfirmOutcome.LOST) {
            List<Stored> rows = sql.bookings(id);
            Booking first = rows.getFirst().booking();
            List<TimeRange> stays =
                    rows.stream().map(row -> row.booking().stay()).toList();
            changed = attempt(id, quotes.slots(first.listing(), stays, single.like(first)), true);
            if (changed.outcome() == ConfirmOutcome.LOST) {
                for (Stored row : rows) {
                    if (!row.booking().price().isZero()) {
                        bus.ask(new Refund(row.booking().payment(), "the hold ended before the payment came"))
                                .await();
                    }
                    announcer.tell(row.booking());
                }
            }
        }
        announcer.announce(changed.events());
        return changed.outcome();
    }

    private Changed<ConfirmOutcome> attempt(SeriesId id, List<Slot> slots, boolean last) {
        Long[] nonces = Stream.generate(random::nextLong)
                .limit(SeriesConfig.MOST_OCCURRENCES)
                .toArray(Long[]::new);
        return sql.confirm(id, slots, last, checkout.pins(), nonces);
    }

    /** Frees the slots of a series whose driver was sent to the bank and did not confirm there. Repeatable. */
    void release(SeriesId id) {
        boolean waits = sql.bookings(id).stream()
                .anyMatch(row ->
                        row.booking().status() == BookingStatus.HELD && row.payment() == PaymentStatus.REQUIRES_ACTION);
        if (!waits || underWay.contains(id)) {
            return;
        }
        // The event may be an old one: what counts is the payment as it is now.
        Payment payment = bus.ask(new GetPayment(new PaymentId(id.value()))).await();
        if (payment.status() == PaymentStatus.DECLINED) {
            String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
            release(id, code, payment.declineMessage());
        }
    }

    SeriesDetails get(GetSeries command) {
        return details(command.series(), command.actor());
    }

    SeriesCancellation preview(PreviewSeriesCancellation command) {
        List<Stored> rows = require(command.actor(), command.series());
        requireDriver(command.actor(), rows);
        List<CancelledBooking> cancelled = sql.refundTerms(command.series());
        if (cancelled.isEmpty()) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "nothing of the series is still to come");
        }
        Money nothing = Money.zero(rows.getFirst().booking().price().currency());
        Money refund = cancelled.stream().map(CancelledBooking::refund).reduce(nothing, Money::plus);
        // Of what is not paid, nothing is kept either.
        Money paid = cancelled.stream()
                .filter(each -> !each.reason().equals("UNPAID"))
                .map(CancelledBooking::price)
                .reduce(nothing, Money::plus);
        return new SeriesCancellation(refund, paid.minus(refund), cancelled);
    }

    SeriesDetails cancel(CancelSeries command) {
        requireDriver(command.actor(), require(command.actor(), command.series()));
        announcer.announce(sql.cancel(command.series(), command.actor().user(), command.reason())
                .events());
        // The events bring the money back for sure; asking now brings it back at once.
        sql.bookings(command.series()).stream()
                .filter(row -> row.booking().status() == BookingStatus.CANCELLED_BY_DRIVER)
                .forEach(checkout::returnMoneyNow);
        return details(command.series(), command.actor());
    }

    private List<Stored> require(Principal actor, SeriesId id) {
        List<Stored> rows = sql.bookings(id);
        boolean may = rows.stream()
                .map(Stored::booking)
                .anyMatch(booking -> actor.isAdmin()
                        || booking.driver().equals(actor.user())
                        || booking.host().equals(actor.user()));
        if (!may) {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such series");
        }
        return rows;
    }

    private static void requireDriver(Principal actor, List<Stored> rows) {
        if (!rows.getFirst().booking().driver().equals(actor.user()) && !actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the driver of the series may do this");
        }
    }

    private SeriesDetails details(SeriesId id, Principal actor) {
        List<Stored> rows = require(actor, id);
        Known known = sql.find(id).orElseThrow();
        boolean isDriver = known.driver().equals(actor.user());
        // One that another host has got by a rescue is theirs to see, and the rest is not.
        List<Stored> seen = rows.stream()
                .filter(row ->
                        isDriver || actor.isAdmin() || row.booking().host().equals(actor.user()))
                .toList();
        // One asks payments for all.
        Checkout.Result newest = checkout.refresh(seen.getFirst());
        boolean wasPaid = rows.stream().anyMatch(row -> row.payment() == PaymentStatus.SUCCEEDED);
        List<BookingDetails> details = seen.stream()
                .map(row -> bookings.details(Checkout.Result.of(row), actor))
                .toList();
        return new SeriesDetails(
                id,
                known.rule(),
                sum(seen),
                wasPaid ? PaymentStatus.SUCCEEDED : newest.stored().payment(),
                isDriver && isHeld(newest.stored()) ? newest.actionUrl() : null,
                isDriver && details.stream().anyMatch(SeriesBookings::cancellable),
                details);
    }

    private static boolean isHeld(Stored stored) {
        return stored.booking().status() == BookingStatus.HELD;
    }

    private static boolean cancellable(BookingDetails details) {
        return details.booking().status() == BookingStatus.HELD
                || details.actions().contains(BookingAction.CANCEL);
    }

    private static Money sum(List<Stored> rows) {
        return rows.stream()
                .map(Stored::booking)
                .map(Booking::price)
                .reduce(Money::plus)
                .orElseThrow();
    }
}
