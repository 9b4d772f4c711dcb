package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.BookingPage;
import dev.berth.bookings.BookingCommand.BookingPayment;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.Cancellation;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.GetPass;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.ListBookings;
import dev.berth.bookings.BookingCommand.Overstaying;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.bookings.BookingCommand.PaymentPart;
import dev.berth.bookings.BookingCommand.PendingChange;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.PreviewCancellation;
import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.EndOutcome;
import dev.berth.bookings.BookingSql.PlaceOutcome;
import dev.berth.bookings.BookingSql.Placed;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.fees.BookedFee;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.VehicleId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bookings from their making to their end. What may happen is decided by the database's functions; here is who may ask,
 * what is tried, and what the answer looks like. Longer than other files, because all answers about a booking are put
 * together here.
 */
final class Bookings {
    private final Quotes quotes;
    private final BookingSql sql;
    private final LifeSql life;
    private final Requests requests;
    private final Checkout checkout;
    private final Announcer announcer;
    private final BookingMetrics metrics;
    private final PassTokens passes;
    private final ClientSecrets secrets;
    private final Arrivals arrivals;
    private final BookingConfig config;
    private final Clock clock;

    Bookings(
            Quotes quotes,
            BookingSql sql,
            LifeSql life,
            Requests requests,
            Checkout checkout,
            Announcer announcer,
            BookingMetrics metrics,
            PassTokens passes,
            ClientSecrets secrets,
            Arrivals arrivals,
            BookingConfig config,
            Clock clock) {
        this.quotes = quotes;
        this.sql = sql;
        this.life = life;
        this.requests = requests;
        this.checkout = checkout;
        this.announcer = announcer;
        this.metrics = metrics;
        this.passes = passes;
        this.secrets = secrets;
        this.arrivals = arrivals;
        this.config = config;
        this.clock = clock;
    }

    BookingDetails place(PlaceBooking command) {
        QuoteTerms terms = quotes.read(command.quoteId());
        Principal actor = command.actor();
        Quotes.Arriving arriving = quotes.arriving(terms, command.vehicle(), actor);
        VehicleId vehicle = arriving.vehicle();
        if (!terms.price().equals(command.finalPrice())) {
            throw quotes.stale(terms, vehicle, actor, "finalPrice is not the price that was quoted");
        }
        Rejection refusal = quotes.refusal(terms, true);
        // What cannot be booked any more gets no slot; but the same request as one before is answered as that was.
        BayFinder.Candidates candidates = refusal == null
                ? quotes.candidates(terms.listing(), terms.stay(), quotes.choice(terms, arriving.needs()))
                : BayFinder.Candidates.NONE;
        Paying paying = Paying.of(command);
        boolean paysNow = paying.now() && !terms.price().isZero();
        PaymentStatus payment = paysNow ? PaymentStatus.PROCESSING : PaymentStatus.REQUIRES_PAYMENT_METHOD;
        if (requests.needed(terms)) {
            return requested(requests.place(terms, candidates, vehicle, command), terms, vehicle, command, refusal);
        }
        boolean draws = paysNow && paying.draws();
        Placed placed = place(terms, candidates.first(), vehicle, payment, command, draws);
        if (placed.changed().outcome() == PlaceOutcome.TAKEN
                && !candidates.rest().isEmpty()) {
            // What this node believed to be free has just been sold: the index is behind, and there is more to sell.
            announcer.announce(placed.changed().events());
            placed = place(terms, candidates.rest(), vehicle, payment, command, draws);
        }
        announcer.announce(placed.changed().events());
        return switch (placed.changed().outcome()) {
            case PLACED -> {
                if (placed.changed().events().getLast() instanceof BookingEvent.BookingConfirmed) {
                    metrics.paidInside(terms.price());
                    yield details(Checkout.Result.of(find(placed)), actor);
                }
                Booking booking = placedBooking(placed.changed().events());
                Stored stored = new Stored(
                        booking,
                        terms.location(),
                        terms.policy(),
                        payment,
                        BookingSql.Life.begun(booking, terms.discount()),
                        null,
                        null);
                yield details(paid(stored, paying), actor);
            }
            case REPLAYED -> replay(find(placed), command);
            case KEY_REUSED, QUOTE_STALE, TAKEN, WALLET_SHORT, CODE_REFUSED ->
                throw refusal(placed.changed().outcome(), terms, vehicle, command, refusal);
        };
    }

    private BookingDetails requested(
            Placed placed,
            QuoteTerms terms,
            @Nullable VehicleId vehicle,
            PlaceBooking command,
            @Nullable Rejection refusal) {
        announcer.announce(placed.changed().events());
        return switch (placed.changed().outcome()) {
            case PLACED -> details(requests.ask(find(placed), Paying.of(command)), command.actor());
            case REPLAYED -> {
                Stored stored = find(placed);
                requireNotDeclined(stored);
                yield details(requests.ask(stored, Paying.of(command)), command.actor());
            }
            case KEY_REUSED, QUOTE_STALE, TAKEN, WALLET_SHORT, CODE_REFUSED ->
                throw refusal(placed.changed().outcome(), terms, vehicle, command, refusal);
        };
    }

    /** @param refusal why no slot was tried; null when some were */
    private Rejection refusal(
            PlaceOutcome outcome,
            QuoteTerms terms,
            @Nullable VehicleId vehicle,
            PlaceBooking command,
            @Nullable Rejection refusal) {
        return switch (outcome) {
            case KEY_REUSED ->
                new Rejection(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "this key belongs to another request of yours",
                        "/header/Idempotency-Key");
            case QUOTE_STALE -> quotes.stale(terms, vehicle, command.actor(), "the quote has expired");
            case WALLET_SHORT -> tooLittle(Paying.of(command));
            case CODE_REFUSED ->
                new Rejection(
                        ProblemType.PROMO_CODE_REFUSED,
                        "the code cannot be used any more: ask for a quote without it",
                        "/quoteId");
            case TAKEN, PLACED, REPLAYED -> {
                if (refusal != null) {
                    yield refusal;
                }
                metrics.taken.increment();
                yield new Rejection(ProblemType.SLOT_TAKEN, "no slot is free for that time any more");
            }
        };
    }

    private static Rejection tooLittle(Paying paying) {
        Problem problem = paying.points()
                ? new Problem(ProblemType.PAYMENT_DECLINED, "Points and wallet do not cover the price.")
                        .with("declineCode", "points_insufficient")
                : new Problem(ProblemType.PAYMENT_DECLINED, "There is not enough money in the wallet.")
                        .with("declineCode", "wallet_insufficient");
        return new Rejection(problem);
    }

    private Placed place(
            QuoteTerms terms,
            List<Slot> slots,
            @Nullable VehicleId vehicle,
            PaymentStatus payment,
            PlaceBooking command,
            boolean draws) {
        BookingId id = BookingId.next();
        return sql.place(
                id,
                terms,
                slots,
                command.actor().user(),
                vehicle,
                quotes.bufferMinutes(terms.listing()),
                config.holdTime(),
                payment,
                command.idempotencyKey(),
                command.fingerprint(),
                draws ? checkout.inside(id, terms, command.actor().user(), Paying.of(command)) : null);
    }

    private static Booking placedBooking(List<BookingEvent> events) {
        if (events.getLast() instanceof BookingEvent.BookingPlaced(Booking booking, long version)) {
            return booking;
        }
        throw new IllegalStateException("placed without an event");
    }

    private Stored find(Placed placed) {
        BookingId id = placed.booking();
        return Optional.ofNullable(id).flatMap(sql::find).orElseThrow();
    }

    /** A free stay needs no card; otherwise the card is charged when there is one. */
    private Checkout.Result paid(Stored stored, Paying paying) {
        if (stored.booking().price().isZero()) {
            return checkout.settle(stored);
        }
        return paying.now() ? checkout.charge(stored, paying, true) : Checkout.Result.of(stored);
    }

    /** The same request again: the same booking, and paying goes on where it stopped. */
    private BookingDetails replay(Stored stored, PlaceBooking command) {
        Booking booking = stored.booking();
        requireNotDeclined(stored);
        Paying paying = Paying.of(command);
        boolean paysNow = paying.now() && !booking.price().isZero();
        if (booking.status() != BookingStatus.HELD || (paysNow && !sql.beginPayment(booking.id()))) {
            return details(Checkout.Result.of(stored), command.actor());
        }
        return details(paid(stored, paying), command.actor());
    }

    private void requireNotDeclined(Stored stored) {
        if (stored.booking().status() == BookingStatus.EXPIRED && stored.payment() == PaymentStatus.DECLINED) {
            throw checkout.declinedBefore(stored.booking());
        }
    }

    /** Null when the payment is not one that a booking is made with. */
    @Nullable
    BookingDetails pay(BookingCommand.PayBooking command) {
        // The payment that a booking is made with has the booking's own id.
        BookingId id = new BookingId(command.payment().value());
        Stored stored = sql.find(id).orElse(null);
        if (stored == null) {
            return null;
        } else if (!stored.booking().driver().equals(command.actor().user())) {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such payment");
        }
        BookingStatus status = stored.booking().status();
        if (status == BookingStatus.CONFIRMED || status == BookingStatus.ACTIVE) {
            return details(Checkout.Result.of(stored), command.actor());
        } else if (stored.booking().series() != null) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "it is paid with the series that it is part of");
        }
        if (status != BookingStatus.HELD || !sql.beginPayment(id)) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "the booking is not held any more: book again");
        }
        return details(checkout.charge(stored, Paying.with(command.paymentMethod()), false), command.actor());
    }

    BookingDetails get(GetBooking command) {
        Stored stored = require(command.actor(), command.booking());
        Booking booking = stored.booking();
        Checkout.Result result = checkout.refresh(stored);
        BookingDetails details = details(result, command.actor());
        List<HistoryEntry> history = new ArrayList<>();
        history.add(sql.first(booking));
        history.addAll(sql.history(booking.id()));
        return arrivals.add(List.of(details.with(null, history)), command.actor())
                .getFirst();
    }

    BookingPage list(ListBookings command) {
        List<Stored> found = sql.list(
                command.actor().user(),
                command.asHost(),
                command.listing(),
                command.statuses(),
                command.before(),
                command.limit());
        boolean more = found.size() > command.limit();
        List<BookingDetails> page = found.stream()
                .limit(command.limit())
                .map(stored -> details(Checkout.Result.of(stored), command.actor()))
                .toList();
        return new BookingPage(
                arrivals.add(page, command.actor()),
                more ? page.getLast().booking().id() : null);
    }

    Cancellation preview(PreviewCancellation command) {
        Stored stored = require(command.actor(), command.booking());
        Booking booking = stored.booking();
        boolean byDriver = booking.driver().equals(command.actor().user());
        BookingStatus target = byDriver ? BookingStatus.CANCELLED_BY_DRIVER : BookingStatus.CANCELLED_BY_HOST;
        if (!Transitions.isLegal(booking.status(), target)) {
            throw notCancellable(booking.status());
        }
        LifeSql.RefundTerms terms = life.refundTerms(booking.id(), !byDriver);
        if (terms.reason().equals("STARTED")) {
            throw started();
        }
        Money refund = new Money(terms.amount(), booking.price().currency());
        boolean paid = booking.status() == BookingStatus.CONFIRMED;
        // Of what is not the driver's the host is told nothing.
        boolean toHost = !byDriver && !command.actor().isAdmin();
        BookedFee fee = toHost ? null : booking.fee();
        Money shown = toHost && refund.equals(booking.price()) ? booking.parking() : refund;
        return new Cancellation(
                shown,
                paid ? booking.price().minus(refund) : refund,
                stored.policy(),
                terms.reason(),
                terms.until(),
                explanation(terms.reason()),
                fee == null || fee.isNone() ? null : fee.amount(),
                fee != null && !fee.isNone() && paid && refund.equals(booking.price()));
    }

    private static String explanation(String reason) {
        return switch (reason) {
            case "FLEXIBLE" -> "The whole price comes back until the stay begins.";
            case "DAY_AHEAD" -> "The whole price comes back until 24 hours before the stay, half of it after that.";
            case "LESS_THAN_A_DAY" -> "Less than 24 hours before the stay, half of the price comes back.";
            case "JUST_BOOKED" -> "The whole price comes back for an hour after the booking.";
            case "WEEK_AHEAD" -> "Half of the price comes back until 7 days before the stay, nothing after that.";
            case "LESS_THAN_A_WEEK" -> "Less than 7 days before the stay, nothing comes back.";
            case "FREE_LOOK" -> "The whole price comes back for 15 minutes after the booking.";
            case "HOST" -> "When the host cancels, the whole price goes back to the driver.";
            default -> "Nothing has been paid.";
        };
    }

    BookingDetails cancel(CancelBooking command) {
        Stored stored = require(command.actor(), command.booking());
        Booking booking = stored.booking();
        boolean byDriver = booking.driver().equals(command.actor().user());
        BookingStatus target = byDriver ? BookingStatus.CANCELLED_BY_DRIVER : BookingStatus.CANCELLED_BY_HOST;
        // Nothing becomes HELD again, so that this stays true.
        if (booking.status() == BookingStatus.HELD && booking.series() != null) {
            throw Transitions.refusal(
                    booking.status(), "it is part of a series that is not paid yet: cancel the series");
        }
        Changed<EndOutcome> changed = sql.cancel(booking.id(), command.actor().user(), target, command.reason());
        announcer.announce(changed.events());
        return switch (changed.outcome()) {
            // The event brings the money back for sure; asking now brings it back at once.
            case ENDED, ALREADY -> details(checkout.returnMoneyNow(reload(booking.id())), command.actor());
            case STARTED -> throw started();
            case ILLEGAL -> throw notCancellable(reload(booking.id()).booking().status());
        };
    }

    Optional<Stored> find(BookingId id) {
        return sql.find(id);
    }

    Stored reload(BookingId id) {
        return sql.find(id).orElseThrow();
    }

    private static Rejection started() {
        return Transitions.refusal(BookingStatus.CONFIRMED, "the stay has begun: it cannot be cancelled any more");
    }

    private static Rejection notCancellable(BookingStatus status) {
        return Transitions.illegal(status, "cancelled");
    }

    Pass pass(GetPass command) {
        Stored stored = require(command.actor(), command.booking());
        if (!stored.booking().driver().equals(command.actor().user())) {
            throw new Rejection(ProblemType.FORBIDDEN, "the pass is the driver's");
        }
        Pass pass = passOf(stored);
        if (pass == null) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "only a confirmed booking has a pass");
        }
        return pass;
    }

    /** A booking that the actor may see; others are told that there is none. */
    Stored require(Principal actor, BookingId id) {
        return sql.find(id)
                .filter(found -> actor.isAdmin()
                        || found.booking().driver().equals(actor.user())
                        || found.booking().host().equals(actor.user()))
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such booking"));
    }

    /** One that the actor has made. */
    Stored requireDriver(Principal actor, BookingId id) {
        Stored stored = require(actor, id);
        if (!stored.booking().driver().equals(actor.user()) && !actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the booking's driver may do this");
        }
        return stored;
    }

    /** @param reader null for another capability, which is told no secrets */
    BookingDetails details(BookingId id, @Nullable Principal reader) {
        return details(Checkout.Result.of(reload(id)), reader);
    }

    BookingDetails details(Checkout.Result result, @Nullable Principal reader) {
        Stored stored = result.stored();
        Booking booking = stored.booking();
        boolean isDriver = reader != null && booking.driver().equals(reader.user());
        boolean open = booking.status() == BookingStatus.HELD;
        BookingPayment payment = new BookingPayment(
                booking.payment(),
                stored.payment(),
                isDriver && open ? secrets.of(booking.payment()) : null,
                isDriver ? result.actionUrl() : null,
                isDriver ? parts(stored) : List.of(),
                isDriver
                                && booking.status() == BookingStatus.PENDING_HOST
                                && stored.payment() == PaymentStatus.AUTHORISED
                        ? Optional.ofNullable(stored.life().setAside()).orElse(booking.price())
                        : null);
        Overstaying overstay = Overstays.of(stored, isDriver ? result.actionUrl() : null, config);
        boolean toHost = reader != null
                && !isDriver
                && !reader.isAdmin()
                && booking.host().equals(reader.user());
        return new BookingDetails(
                toHost ? booking.forHost() : booking,
                stored.location(),
                null,
                stored.policy(),
                payment,
                stored.life().enteredAt(),
                stored.life().leftAt(),
                isDriver ? passOf(stored) : null,
                reader == null
                        ? List.of()
                        : BookingAction.possible(
                                booking,
                                stored.payment(),
                                stored.life().kept(),
                                overstay,
                                reader,
                                clock.instant(),
                                config),
                toHost ? stored.refundOfParking() : stored.life().refund(),
                isDriver ? changeOf(stored, result) : null,
                overstay,
                List.of(),
                stored.life().discount());
    }

    /** Of a payment that nobody goes on with, nothing pays. */
    private static List<PaymentPart> parts(Stored stored) {
        return switch (stored.payment()) {
            case REQUIRES_PAYMENT_METHOD, DECLINED, CANCELLED -> List.of();
            case PROCESSING, REQUIRES_ACTION, AUTHORISED, SUCCEEDED, REFUNDED ->
                stored.life().parts();
        };
    }

    /** The bank's page is the change's while one waits, since the booking itself is paid. */
    private static @Nullable PendingChange changeOf(Stored stored, Checkout.Result result) {
        PendingChange change = stored.life().change();
        return change == null || result.actionUrl() == null
                ? change
                : new PendingChange(
                        change.payment(),
                        change.stay(),
                        change.slotName(),
                        change.price(),
                        change.due(),
                        change.expiresAt(),
                        result.actionUrl());
    }

    private @Nullable Pass passOf(Stored stored) {
        Booking booking = stored.booking();
        boolean opens = booking.status() == BookingStatus.CONFIRMED
                || booking.status() == BookingStatus.ACTIVE
                || stored.life().kept();
        Integer pin = stored.pin();
        Long nonce = stored.nonce();
        if (!opens || pin == null || nonce == null) {
            return null;
        }
        Instant notBefore = booking.stay().from().minus(config.earlyEntry());
        Instant notAfter = booking.stay().to().plus(config.lateExit());
        String qr = passes.write(
                new PassTokens.Content(booking.id(), booking.listing(), booking.slot(), notBefore, notAfter, nonce));
        return new Pass(booking.id(), qr, String.format(Locale.ROOT, "%06d", pin), notBefore, notAfter);
    }
}
