package dev.berth.subscriptions;

import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.fees.FeeCommand.GetCommission;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Car;
import dev.berth.subscriptions.SubscriptionCommand.Grant;
import dev.berth.subscriptions.SubscriptionCommand.PassQuote;
import dev.berth.subscriptions.SubscriptionCommand.QuoteLine;
import dev.berth.subscriptions.SubscriptionCommand.QuoteLineKind;
import dev.berth.subscriptions.SubscriptionCommand.QuotePass;
import dev.berth.subscriptions.SubscriptionSql.Draft;
import dev.berth.subscriptions.SubscriptionSql.Month;
import dev.berth.subscriptions.SubscriptionSql.Stored;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How passes begin. First it is written down, with the payment that is to pay it; then bookings keep its slots; then the money
 * is asked for. Each step is repeatable, and what is broken off is given up by whoever looks after it when its time is over.
 */
final class Purchases {
    private static final String BUY = "buySubscription";
    private static final String GRANT = "grantPermit";
    private static final String SLOTS = "SLOT_TAKEN";
    private static final String DECLINED = "PAYMENT_DECLINED";
    private static final int MAX_HOLDER = 100;
    private static final int MAX_PLATE = 20;
    /** Clocks of people differ. */
    private static final Duration PAST_TOLERANCE = Duration.ofMinutes(5);

    private final Bus bus;
    private final Plans plans;
    private final PlanSql planSql;
    private final SubscriptionSql sql;
    private final Outbox outbox;
    private final OnceSql once;
    private final Months months;
    private final KeptSlots slots;
    private final PassPayments payments;
    private final SubscriptionConfig config;

    Purchases(
            Bus bus,
            Plans plans,
            PlanSql planSql,
            SubscriptionSql sql,
            Outbox outbox,
            OnceSql once,
            Months months,
            KeptSlots slots,
            PassPayments payments,
            SubscriptionConfig config) {
        this.bus = bus;
        this.plans = plans;
        this.planSql = planSql;
        this.sql = sql;
        this.outbox = outbox;
        this.once = once;
        this.months = months;
        this.slots = slots;
        this.payments = payments;
        this.config = config;
    }

    /** What a request has made: its repetition finds the same. */
    record Placed(SubscriptionId id) implements Message {}

    /**
     * A pass with the newest that is known of its payment.
     *
     * @param payment null when none is under way
     */
    record Result(SubscriptionId id, @Nullable Payment payment) {}

    Result buy(Buy command) {
        Principal actor = command.actor();
        if (actor.isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "a pass is for who has an account");
        }
        Plan plan = plans.get(command.plan());
        if (plan.terms().kind() == PlanKind.PERMIT) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a permit is given by the owner of the place", "/planId");
        }
        List<Car> cars = command.vehicles().stream()
                .distinct()
                .map(vehicle -> new Car(vehicle, null))
                .toList();
        requireCars(cars, "/vehicleIds");
        Instant from = from(command.from());
        int commission = bus.ask(new GetCommission(plan.owner())).await().basisPoints();
        Listing listing = bus.ask(new GetListing(plan.listing())).await();
        Placed placed = outbox.inTransaction(changes ->
                once.once(changes.connection(), actor, BUY, command.once(), Placed.class, () -> {
                    Plan locked = planSql.lock(changes.connection(), command.plan())
                            .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such plan"));
                    requirePlace(locked);
                    PassTerms terms = Plans.sold(locked.terms(), command.vehiclesAtOnce());
                    PassQuote quote = quote(terms, from, ZoneId.of(listing.timeZone()));
                    if (!quote.total().equals(command.price())) {
                        throw new Rejection(ProblemType.QUOTE_STALE, "it costs something else by now", "/price");
                    }
                    SubscriptionId id = SubscriptionId.next();
                    sql.insert(
                            changes.connection(),
                            new Draft(
                                    id,
                                    locked,
                                    terms,
                                    actor.user(),
                                    listing,
                                    commission,
                                    null,
                                    from,
                                    null,
                                    command.method(),
                                    cars),
                            config.pendingFor());
                    sql.addMonth(changes.connection(), first(id, terms, quote));
                    return new Placed(id);
                }));
        return carryOn(placed.id());
    }

    PassQuote quote(QuotePass command) {
        Plan plan = plans.get(command.plan());
        PassTerms terms = Plans.sold(plan.terms(), command.vehicles());
        Listing listing = bus.ask(new GetListing(plan.listing())).await();
        return quote(terms, from(command.from()), ZoneId.of(listing.timeZone()));
    }

    /** A month of the calendar that is not whole is paid in part; the deposit is not. */
    private static PassQuote quote(PassTerms terms, Instant from, ZoneId zone) {
        Instant to = PassMonths.end(terms.months(), from, zone, 1);
        Proration part = Proration.left(terms.months(), from, from, to, zone);
        boolean whole = part.days() == part.of();
        Money first =
                new Money(part.charged(terms.price().amount()), terms.price().currency());
        List<QuoteLine> lines = new ArrayList<>();
        lines.add(new QuoteLine(whole ? QuoteLineKind.MONTH : QuoteLineKind.REST_OF_MONTH, first));
        if (!terms.deposit().isZero()) {
            lines.add(new QuoteLine(QuoteLineKind.DEPOSIT, terms.deposit()));
        }
        Money total = first.plus(terms.deposit());
        return new PassQuote(from, to, part.days(), part.of(), lines, terms.price(), total);
    }

    private static Month first(SubscriptionId id, PassTerms terms, PassQuote quote) {
        long deposit = terms.deposit().amount();
        return new Month(
                id,
                1,
                quote.from(),
                quote.to(),
                quote.total().amount() - deposit,
                deposit,
                PaymentId.next(),
                new BookingId(Ids.next()),
                deposit > 0 ? new BookingId(Ids.next()) : null,
                false,
                null);
    }

    Result grant(Grant command) {
        Principal actor = command.actor();
        Plan plan = plans.own(actor, command.plan());
        if (plan.terms().kind() != PlanKind.PERMIT) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a pass is bought by drivers", "/planId");
        }
        String holder = command.holder().strip();
        if (holder.isEmpty() || holder.length() > MAX_HOLDER) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "a name has 1 to %d characters".formatted(MAX_HOLDER), "/holder");
        }
        List<Car> cars = new ArrayList<>();
        for (String plate : command.plates()) {
            String written = plate.strip().toUpperCase(Locale.ROOT);
            if (written.isEmpty()
                    || written.length() > MAX_PLATE
                    || written.codePoints().noneMatch(Character::isLetterOrDigit)) {
                throw new Rejection(ProblemType.UNPROCESSABLE, "this is no number plate", "/plates");
            }
            cars.add(new Car(null, written));
        }
        if (cars.isEmpty()) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a permit is for at least one vehicle", "/plates");
        }
        requireCars(cars, "/plates");
        Instant from = sql.now().truncatedTo(ChronoUnit.SECONDS);
        Instant until = command.until() == null ? null : command.until().truncatedTo(ChronoUnit.SECONDS);
        if (until != null && !until.isAfter(from)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "it ends after it begins", "/until");
        }
        Listing listing = bus.ask(new GetListing(plan.listing())).await();
        Placed placed = outbox.inTransaction(changes ->
                once.once(changes.connection(), actor, GRANT, command.once(), Placed.class, () -> {
                    Plan locked = planSql.lock(changes.connection(), command.plan())
                            .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such plan"));
                    requirePlace(locked);
                    SubscriptionId id = SubscriptionId.next();
                    Draft draft = new Draft(
                            id,
                            locked,
                            locked.terms(),
                            plan.owner(),
                            listing,
                            0,
                            holder,
                            from,
                            until,
                            null,
                            List.copyOf(cars));
                    sql.insert(changes.connection(), draft, config.pendingFor());
                    return new Placed(id);
                }));
        return carryOn(placed.id());
    }

    /** Goes on with one that has been written down, from wherever it was broken off. */
    private Result carryOn(SubscriptionId id) {
        Stored stored = sql.find(id).orElseThrow();
        if (stored.status() == SubscriptionStatus.FAILED) {
            throw refusedBefore(stored.subscription());
        } else if (stored.status() != SubscriptionStatus.PENDING) {
            return new Result(id, null);
        }
        keepSlots(stored);
        if (stored.subscription().terms().kind() == PlanKind.PERMIT) {
            months.begin(id);
            return new Result(id, null);
        }
        Month month = sql.lastMonth(id).orElseThrow();
        Payment payment = charge(stored, month);
        return switch (payment.status()) {
            case SUCCEEDED -> {
                if (!months.settle(month)) {
                    throw new Rejection(
                            ProblemType.SLOT_TAKEN, "the money came too late: it is on its way back to you");
                }
                yield new Result(id, null);
            }
            case REQUIRES_ACTION, PROCESSING, AUTHORISED -> new Result(id, payment);
            case DECLINED, REQUIRES_PAYMENT_METHOD -> {
                String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
                months.fail(id, DECLINED + ":" + code);
                throw declined(id, code, payment.declineMessage());
            }
            case CANCELLED, REFUNDED -> throw new Rejection(ProblemType.ILLEGAL_STATE, "the payment was called off");
        };
    }

    /** A card that is to pay month by month is saved before. */
    private Payment charge(Stored stored, Month month) {
        try {
            String wanted = stored.method();
            String method = wanted == null ? null : payments.kept(stored, month.payment(), wanted);
            if (method != null && !method.equals(wanted)) {
                sql.setMethod(stored.id(), method);
            }
            return months.charge(stored, month, method, true);
        } catch (Rejection rejection) {
            ProblemType type = rejection.problem().type();
            if (type == ProblemType.PAYMENT_DECLINED) {
                Object code = rejection.problem().members().get("declineCode");
                months.fail(stored.id(), DECLINED + ":" + code);
            } else if (type == ProblemType.NOT_FOUND || type == ProblemType.UNPROCESSABLE) {
                // No such card, or one too many: it is known that nothing was charged.
                months.fail(stored.id(), type.name());
            }
            throw rejection;
        }
    }

    private void keepSlots(Stored stored) {
        Subscription subscription = stored.subscription();
        if (!slots.cards(stored.id()).isEmpty()) {
            return;
        }
        try {
            List<Card> cards = slots.keep(
                    stored, stored.id().value(), subscription.terms().concurrency(), subscription.startsAt());
            slots.add(subscription, cards);
        } catch (Rejection rejection) {
            // Of a part that does not answer it is not known what it has done: that is seen to when the time is over.
            if (rejection.problem().type() != ProblemType.UNAVAILABLE) {
                months.fail(stored.id(), rejection.problem().type().name());
            }
            throw rejection;
        }
    }

    private static Rejection refusedBefore(Subscription failed) {
        String reason = failed.endReason() == null ? "" : failed.endReason();
        if (reason.startsWith(DECLINED)) {
            return declined(failed.id(), reason.substring(Math.min(reason.length(), DECLINED.length() + 1)), null);
        } else if (reason.equals(SLOTS)) {
            return new Rejection(ProblemType.SLOT_TAKEN, "the place has not enough free bays from then on");
        }
        return new Rejection(ProblemType.ILLEGAL_STATE, "this was called off: try again as a new request");
    }

    static Rejection declined(SubscriptionId id, String code, @Nullable String words) {
        return new Rejection(new Problem(ProblemType.PAYMENT_DECLINED, words == null ? code : words)
                .with("declineCode", code)
                .with("subscriptionId", id));
    }

    private static void requirePlace(Plan plan) {
        if (plan.left() < 1) {
            throw new Rejection(ProblemType.PLAN_SOLD_OUT, "all places of this plan are taken");
        }
    }

    private void requireCars(List<Car> cars, String pointer) {
        if (cars.size() > config.vehiclesMax()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "at most %d vehicles".formatted(config.vehiclesMax()), pointer);
        }
    }

    private Instant from(@Nullable Instant wanted) {
        Instant now = sql.now().truncatedTo(ChronoUnit.SECONDS);
        if (wanted == null) {
            return now;
        }
        if (wanted.isBefore(now.minus(PAST_TOLERANCE))) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a pass begins now or later", "/from");
        }
        if (wanted.isAfter(now.plus(config.aheadMax()))) {
            String detail = "a pass begins at most %d days ahead"
                    .formatted(config.aheadMax().toDays());
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/from");
        }
        Instant from = wanted.truncatedTo(ChronoUnit.SECONDS);
        return from.isBefore(now) ? now : from;
    }
}
