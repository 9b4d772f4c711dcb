package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.PendingChange;
import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.ConfirmOutcome;
import dev.berth.bookings.BookingSql.EndOutcome;
import dev.berth.bookings.BookingSql.RefundDue;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.fees.BookedFee;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Parts;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where bookings and money meet. Whatever is asked of payments is repeatable, and everything here ends the same when a
 * node dies in the middle: the event of the payment comes through Kafka and is settled then.
 */
final class Checkout {
    private static final Logger LOG = LoggerFactory.getLogger(Checkout.class);

    /** PINs to choose from. With a fifth of a listing's million in use, one booking in 10^14 would find none. */
    private static final int PINS = 20;

    private static final int PIN_BOUND = 1_000_000;
    private static final String DECLINED_PREFIX = "PAYMENT_DECLINED:";

    private final Bus bus;
    private final BookingSql sql;
    private final Quotes quotes;
    private final Announcer announcer;
    private final String publicUrl;
    private final BookingConfig config;
    private final SecureRandom random;
    private final Discounts discounts;

    /** Bookings whose charge this node is waiting for: their events need no second pair of hands. */
    private final Set<BookingId> underWay = new HashSet<>();

    Checkout(
            Bus bus,
            BookingSql sql,
            Quotes quotes,
            Announcer announcer,
            String publicUrl,
            BookingConfig config,
            SecureRandom random) {
        this.bus = bus;
        this.sql = sql;
        this.quotes = quotes;
        this.announcer = announcer;
        this.publicUrl = publicUrl;
        this.config = config;
        this.random = random;
        this.discounts = new Discounts(bus, sql);
    }

    /**
     * A booking with the newest that is known of its payment.
     *
     * @param actionUrl where the driver has to go, null when nowhere
     */
    record Result(Stored stored, @Nullable String actionUrl) {
        static Result of(Stored stored) {
            return new Result(stored, null);
        }
    }

    /**
     * Charges the card for a held booking.
     *
     * @param release whether a declined card gives the slot back
     */
    Result charge(Stored stored, Paying paying, boolean release) {
        Booking booking = stored.booking();
        underWay.add(booking.id());
        try {
            Payment payment =
                    bus.ask(order(booking, paying), config.chargeTimeout()).await();
            return switch (payment.status()) {
                case SUCCEEDED -> settle(stored);
                // Set aside it stays only until it has been collected, which is under way.
                case REQUIRES_ACTION, PROCESSING, AUTHORISED -> underWay(stored, payment);
                case DECLINED, REQUIRES_PAYMENT_METHOD -> throw declined(booking, release, payment);
                // Of a request that has just been accepted, the provider no longer keeps what was set aside.
                case CANCELLED ->
                    throw booking.status() == BookingStatus.PENDING_HOST
                            ? letGo(booking, release, payment)
                            : calledOff();
                case REFUNDED -> throw calledOff();
            };
        } catch (Rejection rejection) {
            throw refused(booking, release, rejection);
        } finally {
            underWay.remove(booking.id());
        }
    }

    /** Has the price of a request set aside; a declined card ends the request. */
    Result authorise(Stored stored, Paying paying) {
        Booking booking = stored.booking();
        underWay.add(booking.id());
        try {
            Payment payment = bus.ask(new Authorise(order(booking, paying)), config.chargeTimeout())
                    .await();
            return switch (payment.status()) {
                case AUTHORISED -> new Result(stored.with(payment.status()), null);
                case SUCCEEDED -> settle(stored);
                case REQUIRES_ACTION, PROCESSING -> underWay(stored, payment);
                case DECLINED, REQUIRES_PAYMENT_METHOD -> throw declined(booking, true, payment);
                case CANCELLED, REFUNDED -> throw calledOff();
            };
        } catch (Rejection rejection) {
            throw refused(booking, true, rejection);
        } finally {
            underWay.remove(booking.id());
        }
    }

    private Result underWay(Stored stored, Payment payment) {
        sql.setPaymentStatus(stored.booking().id(), payment.status());
        return new Result(stored.with(payment.status()), payment.actionUrl());
    }

    private Rejection declined(Booking booking, boolean release, Payment payment) {
        String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
        String words = payment.declineMessage() == null ? code : payment.declineMessage();
        return decline(booking, release, code, declined(booking, code, words));
    }

    private Rejection letGo(Booking booking, boolean release, Payment payment) {
        String code = payment.declineCode() == null ? "canceled" : payment.declineCode();
        Problem problem = new Problem(
                        ProblemType.ILLEGAL_STATE, "the bank keeps the driver's money no longer: the request has ended")
                .with("status", BookingStatus.EXPIRED)
                .with("declineCode", code);
        return decline(booking, release, code, new Rejection(problem));
    }

    private static Rejection calledOff() {
        return new Rejection(ProblemType.ILLEGAL_STATE, "the payment has been called off: book again");
    }

    /** What is set aside for a booking that nobody wants any more goes back to the card. Repeatable. */
    void giveUp(Booking booking) {
        bus.ask(new Abandon(booking.payment())).await();
    }

    private Charge order(Booking booking, Paying paying) {
        return order(booking, booking.payment(), booking.price(), part(booking.fee()), paying);
    }

    private static @Nullable ServiceFee part(@Nullable BookedFee fee) {
        return fee == null || fee.isNone() ? null : fee.part();
    }

    /**
     * @param fee what of the price is the service fee; null for nothing
     * @param method null for the card that the booking was paid with
     */
    Charge order(Booking booking, PaymentId payment, Money price, @Nullable ServiceFee fee, @Nullable String method) {
        return order(booking, payment, price, fee, Paying.with(method), returnUrl(booking));
    }

    /** With the card that the booking was paid with, of a driver who is not there. */
    Charge orderWithoutDriver(Booking booking, PaymentId payment, Money price) {
        return order(booking, payment, price, null, Paying.with(null), "");
    }

    private Charge order(Booking booking, PaymentId payment, Money price, @Nullable ServiceFee fee, Paying paying) {
        return order(booking, payment, price, fee, paying, returnUrl(booking));
    }

    private static Charge order(
            Booking booking,
            PaymentId payment,
            Money price,
            @Nullable ServiceFee fee,
            Paying paying,
            String returnUrl) {
        return new Charge(
                payment,
                booking.id(),
                booking.driver(),
                booking.host(),
                price,
                booking.commissionBasisPoints(),
                paying.methodOrInside(),
                booking.title(),
                returnUrl,
                paying.inside(),
                fee);
    }

    /** Where the driver comes back to from the bank. */
    String returnUrl(Booking booking) {
        return publicUrl + config.returnPath().replace("{booking}", booking.id().toString());
    }

    private Rejection refused(Booking booking, boolean release, Rejection rejection) {
        ProblemType type = rejection.problem().type();
        return switch (type) {
            case PAYMENT_DECLINED, ILLEGAL_STATE, SLOT_TAKEN -> rejection;
            case UNAVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE, INTERNAL, RATE_LIMITED -> {
                // Charged or not: unknown. The booking stays held, a retry goes on, and a success is told by an event.
                Problem problem = new Problem(
                                ProblemType.PAYMENT_PROVIDER_UNAVAILABLE,
                                "the payment is not settled yet: send the same request again")
                        .with("bookingId", booking.id());
                yield new Rejection(problem);
            }
            // Refused before anything was charged: a method that does not exist, say.
            default -> decline(booking, release, type.name(), rejection);
        };
    }

    private Rejection decline(Booking booking, boolean release, String code, Rejection answer) {
        if (release) {
            Changed<EndOutcome> changed =
                    sql.decline(booking.id(), code, answer.problem().detail());
            announcer.announce(changed.events());
        } else {
            sql.setPaymentStatus(booking.id(), PaymentStatus.DECLINED);
        }
        return answer;
    }

    static Rejection declined(Booking booking, String code, String words) {
        return new Rejection(new Problem(ProblemType.PAYMENT_DECLINED, words)
                .with("declineCode", code)
                .with("bookingId", booking.id()));
    }

    /** The refusal that the first request has been answered with. */
    Rejection declinedBefore(Booking booking) {
        List<HistoryEntry> history = sql.history(booking.id());
        HistoryEntry last = history.getLast();
        String code = last.reason().startsWith(DECLINED_PREFIX)
                ? last.reason().substring(DECLINED_PREFIX.length())
                : "generic_decline";
        return declined(booking, code, last.detail() == null ? code : last.detail());
    }

    /** The money is there. */
    Result settle(Stored stored) {
        BookingId id = stored.booking().id();
        return switch (confirm(id)) {
            case CONFIRMED, ALREADY -> Result.of(sql.find(id).orElseThrow());
            case LOST ->
                throw new Rejection(
                        ProblemType.SLOT_TAKEN,
                        "the hold ended before the payment came; your money is on its way back");
            case UNKNOWN -> throw new IllegalStateException("booking " + id + " is gone");
        };
    }

    /** As {@link #settle}, told by an event of the payment; false when there is no such booking. */
    boolean settleFromEvent(BookingId id) {
        return confirm(id) != ConfirmOutcome.UNKNOWN;
    }

    /** As {@link #settleFromEvent}, for the event that came over the bus: whatever it leaves undone, Kafka brings again. */
    boolean settleEarly(BookingId id) {
        if (underWay.contains(id)) {
            return true;
        }
        Changed<ConfirmOutcome> changed = attempt(id, List.of(), false);
        announcer.announce(changed.events());
        return changed.outcome() != ConfirmOutcome.UNKNOWN;
    }

    /** Frees the slot of a booking whose driver was sent to the bank and did not confirm there. Repeatable. */
    void release(BookingId id) {
        Booking booking = sql.find(id)
                .filter(stored -> stored.payment() == PaymentStatus.REQUIRES_ACTION
                        || stored.payment() == PaymentStatus.AUTHORISED)
                .map(Stored::booking)
                .filter(held -> held.status() == BookingStatus.HELD || held.status() == BookingStatus.PENDING_HOST)
                .orElse(null);
        if (booking == null || underWay.contains(id)) {
            return;
        }
        // The event may be an old one: what counts is the payment as it is now.
        Payment payment = bus.ask(new GetPayment(booking.payment())).await();
        if (payment.status() == PaymentStatus.DECLINED || payment.status() == PaymentStatus.CANCELLED) {
            String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
            announcer.announce(sql.decline(id, code, payment.declineMessage()).events());
        }
    }

    /** Confirms, if need be in another slot; else sends the money back. */
    private ConfirmOutcome confirm(BookingId id) {
        Changed<ConfirmOutcome> changed = attempt(id, List.of(), false);
        if (changed.outcome() == ConfirmOutcome.LOST) {
            Booking booking = sql.find(id).orElseThrow().booking();
            List<Slot> others = booking.status() == BookingStatus.EXPIRED
                    ? quotes.candidates(booking.listing(), booking.stay(), quotes.like(booking))
                            .all()
                    : List.of();
            changed = attempt(id, others, true);
            if (changed.outcome() == ConfirmOutcome.LOST && !booking.price().isZero()) {
                bus.ask(new Refund(booking.payment(), "the hold ended before the payment came"))
                        .await();
                announcer.tell(booking);
            }
        }
        announcer.announce(changed.events());
        return changed.outcome();
    }

    private Changed<ConfirmOutcome> attempt(BookingId id, List<Slot> slots, boolean last) {
        return sql.confirm(id, slots, last, pins(), random.nextLong());
    }

    /**
     * What is posted in the statement that books, and told of: the payment has the booking's own id. What of it points pay, and
     * what the wallet, is decided there, unless the wallet pays all.
     */
    BookingSql.PaidInside inside(BookingId id, QuoteTerms terms, UserId driver, Paying paying) {
        Money price = terms.price();
        ServiceFee fee = BookedFee.part(terms.fee(), price.currency());
        boolean walletOnly = !paying.points() && paying.card() == null;
        List<Line> lines = walletOnly
                ? Postings.charge(driver, terms.host(), terms.commissionBasisPoints(), fee, Parts.wallet(price))
                : Postings.owed(driver, terms.host(), price, terms.commissionBasisPoints(), fee);
        return new BookingSql.PaidInside(
                LedgerSql.Columns.of(lines),
                announcer.encode(new PaymentSucceeded(new PaymentId(id.value()), id, driver, price)),
                List.of(pins()),
                random.nextLong(),
                walletOnly ? null : paying);
    }

    /** To choose from. */
    Integer[] pins() {
        return Stream.generate(() -> random.nextInt(PIN_BOUND)).limit(PINS).toArray(Integer[]::new);
    }

    /** What payments know of a payment under way: for a page that was opened again in the middle. */
    Result refresh(Stored stored) {
        Booking booking = stored.booking();
        PendingChange change = stored.life().change();
        if (change != null) {
            return new Result(stored, actionUrl(change.payment()));
        }
        BookingSql.StoredOverstay overstay = stored.life().overstay();
        PaymentId due = overstay == null || Boolean.TRUE.equals(overstay.settled()) ? null : overstay.payment();
        if (due != null) {
            return new Result(stored, actionUrl(due));
        }
        boolean open =
                stored.payment() == PaymentStatus.PROCESSING || stored.payment() == PaymentStatus.REQUIRES_ACTION;
        boolean waits = booking.status() == BookingStatus.HELD || booking.status() == BookingStatus.PENDING_HOST;
        if (!waits || !open) {
            return Result.of(stored);
        }
        Payment payment;
        try {
            payment = bus.ask(new GetPayment(booking.paidThrough())).await();
        } catch (Rejection unreachable) {
            return Result.of(stored);
        }
        return new Result(stored.with(payment.status()), payment.actionUrl());
    }

    private @Nullable String actionUrl(PaymentId payment) {
        try {
            return bus.ask(new GetPayment(payment)).await().actionUrl();
        } catch (Rejection unreachable) {
            return null;
        }
    }

    /** Sends back what has to go back; of an ended booking nothing can come any more. Repeatable. */
    void returnMoney(BookingId id) {
        sql.find(id).ifPresent(this::returnMoney);
    }

    /**
     * Nobody is to pay at the bank for a change that another one has replaced. Repeatable; what fails now is done when the
     * booking changes next.
     */
    void callOffDropped(BookingId id) {
        try {
            sql.refundsDue(id).stream().filter(due -> due.total() == null).forEach(this::callOff);
        } catch (Rejection rejection) {
            LOG.warn("a change of booking {} is called off later: {}", id, rejection.getMessage());
        }
    }

    private void callOff(RefundDue due) {
        bus.ask(new Abandon(due.payment())).await();
    }

    private void returnMoney(Stored stored) {
        Booking booking = stored.booking();
        discounts.follow(stored);
        PaymentStatus known = stored.payment();
        boolean open = known == PaymentStatus.PROCESSING
                || known == PaymentStatus.REQUIRES_ACTION
                || known == PaymentStatus.AUTHORISED;
        if (open && !booking.status().live()) {
            known = bus.ask(new Abandon(booking.paidThrough())).await().status();
        }
        // The money of an expired hold may still find a place: its own event decides that.
        if (booking.status() != BookingStatus.EXPIRED) {
            for (RefundDue due : sql.refundsDue(booking.id())) {
                boolean isFirst = due.payment().equals(booking.payment());
                if (due.total() == null) {
                    callOff(due);
                } else if (!isFirst || known == PaymentStatus.SUCCEEDED) {
                    Refund refund = new Refund(due.payment(), booking.status().name(), due.total());
                    PaymentStatus now = bus.ask(refund).await().status();
                    known = isFirst ? now : known;
                }
            }
        }
        if (known != stored.payment() && (known == PaymentStatus.REFUNDED || known == PaymentStatus.CANCELLED)) {
            sql.setPaymentStatus(booking.id(), known);
        }
    }

    /** What a code has taken off follows the booking. Repeatable. */
    Discounts discounts() {
        return discounts;
    }

    /** As {@link #returnMoney}, for the driver who waits: what fails now is done when the event comes. */
    Result returnMoneyNow(Stored ended) {
        try {
            returnMoney(ended);
        } catch (Rejection rejection) {
            LOG.warn(
                    "the money of booking {} goes back later: {}",
                    ended.booking().id(),
                    rejection.getMessage());
        }
        return Result.of(sql.find(ended.booking().id()).orElse(ended));
    }

    /** Some of a booking's money is back: all of its first payment, perhaps. */
    void noteRefund(BookingId id) {
        Booking booking = sql.find(id).map(Stored::booking).orElse(null);
        if (booking == null) {
            return;
        }
        if (bus.ask(new GetPayment(booking.payment())).await().status() == PaymentStatus.REFUNDED) {
            sql.setPaymentStatus(id, PaymentStatus.REFUNDED);
        }
        discounts.follow(sql.find(id).orElseThrow());
        announcer.tell(booking);
    }
}
