package dev.berth.subscriptions;

import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.ChangeSql.Part;
import dev.berth.subscriptions.PassChange.Status;
import dev.berth.subscriptions.SubscriptionCommand.Change;
import dev.berth.subscriptions.SubscriptionCommand.ChangeQuote;
import dev.berth.subscriptions.SubscriptionCommand.QuoteLine;
import dev.berth.subscriptions.SubscriptionCommand.QuoteLineKind;
import dev.berth.subscriptions.SubscriptionCommand.TakesEffect;
import dev.berth.subscriptions.SubscriptionEvent.PaidMonth;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionChanged;
import dev.berth.subscriptions.SubscriptionSql.Month;
import dev.berth.subscriptions.SubscriptionSql.Stored;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SubscriptionId;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes that become another plan's, or for another number of vehicles.
 *
 * <p>At once: the rest of the old month is credited and the rest of the new one charged, by {@link Proration}. More slots are
 * kept first, then the difference is paid, then the pass is sold on the new terms; what is broken off on the way is given up
 * with its slots and its money. A difference below zero goes back to what the month was paid with, the latest part first. With
 * the next month: it is written down, and the next month is of the new terms. The deposit stays as it was left.
 */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final String CHANGE = "changeSubscription";

    private final PlanSql plans;
    private final SubscriptionSql sql;
    private final ChangeSql changes;
    private final KeptSlots slots;
    private final PassPayments payments;
    private final Outbox outbox;
    private final OnceSql once;
    private final SubscriptionConfig config;
    private final SubscriptionMetrics metrics;

    Changes(
            PlanSql plans,
            SubscriptionSql sql,
            ChangeSql changes,
            KeptSlots slots,
            PassPayments payments,
            Outbox outbox,
            OnceSql once,
            SubscriptionConfig config,
            SubscriptionMetrics metrics) {
        this.plans = plans;
        this.sql = sql;
        this.changes = changes;
        this.slots = slots;
        this.payments = payments;
        this.outbox = outbox;
        this.once = once;
        this.config = config;
        this.metrics = metrics;
    }

    /** What a request has made: its repetition finds the same. */
    record Begun(UUID change) implements Message {}

    /** What it would cost now. */
    ChangeQuote quote(Stored stored, Change wanted) {
        Plan plan = plans.find(wanted.plan()).orElseThrow(Changes::noPlan);
        Month month = sql.lastMonth(stored.id()).orElse(null);
        return quote(stored, month, plan, wanted);
    }

    private static ChangeQuote quote(Stored stored, @Nullable Month month, Plan plan, Change wanted) {
        Subscription pass = stored.subscription();
        PassTerms before = pass.terms();
        if (before.kind() != PlanKind.PASS) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a permit is given anew");
        }
        if (stored.status() != SubscriptionStatus.ACTIVE
                || pass.endsAt() != null
                || month == null
                || !month.paid()
                || !month.ends().equals(pass.paidUntil())) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "a pass is changed while it is paid and goes on");
        }
        PassTerms terms = terms(pass, plan, wanted);
        boolean same = plan.id().equals(pass.plan())
                && terms.concurrency() == before.concurrency()
                && terms.price().equals(before.price());
        if (same) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "this is what the pass is already", "/planId");
        }
        if (!plan.id().equals(pass.plan()) && plan.left() < 1) {
            throw new Rejection(ProblemType.PLAN_SOLD_OUT, "all places of this plan are taken");
        }
        Money nothing = Money.zero(before.price().currency());
        if (wanted.takesEffect() == TakesEffect.RENEWAL) {
            if (terms.concurrency() > before.concurrency()) {
                throw new Rejection(
                        ProblemType.UNPROCESSABLE, "more vehicles at once are a change of now", "/takesEffect");
            }
            return new ChangeQuote(
                    plan.id(), terms, wanted.takesEffect(), month.ends(), month.ends(), 0, 1, List.of(), nothing);
        }
        Proration left =
                Proration.left(before.months(), stored.now(), month.begins(), month.ends(), ZoneId.of(pass.timeZone()));
        Money credit = new Money(left.credited(before.price().amount()), nothing.currency());
        Money charge = new Money(left.charged(terms.price().amount()), nothing.currency());
        return new ChangeQuote(
                plan.id(),
                terms,
                wanted.takesEffect(),
                stored.now().isBefore(pass.startsAt()) ? pass.startsAt() : stored.now(),
                month.ends(),
                left.days(),
                left.of(),
                List.of(
                        new QuoteLine(QuoteLineKind.UNUSED, credit.negated()),
                        new QuoteLine(QuoteLineKind.REST_OF_MONTH, charge)),
                charge.minus(credit));
    }

    private static PassTerms terms(Subscription pass, Plan plan, Change wanted) {
        PassTerms before = pass.terms();
        if (!plan.listing().equals(pass.listing())) {
            throw noPlan();
        }
        PassTerms offered = plan.terms();
        if (offered.kind() != PlanKind.PASS
                || !offered.price().currency().equals(before.price().currency())
                || offered.months() != before.months()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "a pass stays one of the same kind of months and currency", "/planId");
        }
        return Plans.sold(offered, wanted.vehicles()).withDeposit(before.deposit());
    }

    private static Rejection noPlan() {
        return new Rejection(ProblemType.NOT_FOUND, "the place has no such plan", "/planId");
    }

    /** The one of the pass that is under way or planned. */
    Optional<PassChange> open(SubscriptionId id) {
        return changes.open(id);
    }

    /** @return the payment when something is still to be done for it; null when the change is done or planned */
    @Nullable
    Payment change(Change command) {
        Begun begun = outbox.inTransaction(changed -> once.once(
                changed.connection(),
                command.actor(),
                CHANGE,
                command.once(),
                Begun.class,
                () -> begin(changed, command)));
        return carryOn(begun.change());
    }

    private Begun begin(Outbox.Changes changed, Change command) {
        Plan plan = plans.lock(changed.connection(), command.plan()).orElseThrow(Changes::noPlan);
        Stored stored = sql.lock(changed.connection(), command.subscription());
        Month month = sql.lastMonth(changed.connection(), stored.id()).orElse(null);
        ChangeQuote quote = quote(stored, month, plan, command);
        if (!quote.due().equals(command.due())) {
            throw new Rejection(ProblemType.QUOTE_STALE, "it costs something else by now", "/due");
        }
        changes.open(changed.connection(), stored.id()).ifPresent(other -> {
            if (other.status() == Status.PENDING) {
                throw new Rejection(ProblemType.ILLEGAL_STATE, "another change is being paid: give it up before");
            }
            dropped(changed, other.id());
        });
        boolean pays = quote.due().amount() > 0;
        PassChange change = new PassChange(
                Ids.next(),
                stored.id(),
                plan.id(),
                quote.terms(),
                quote.takesEffect() == TakesEffect.RENEWAL ? Status.PLANNED : Status.PENDING,
                Objects.requireNonNull(month).number(),
                quote.from(),
                quote.to(),
                quote.due().amount(),
                pays ? PaymentId.next() : null,
                pays ? new BookingId(Ids.next()) : null);
        changes.insert(changed.connection(), change, config.pendingFor());
        return new Begun(change.id());
    }

    private @Nullable Payment carryOn(UUID id) {
        PassChange change = changes.find(id).orElseThrow();
        if (change.status() == Status.DROPPED) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "this was given up: try again as a new request");
        } else if (change.status() != Status.PENDING) {
            return null;
        }
        Stored stored = sql.find(change.subscription()).orElseThrow();
        PaymentId payment = change.payment();
        BookingId charge = change.charge();
        try {
            keep(stored, change);
            if (payment == null || charge == null) {
                return finish(change);
            }
            Money price = SubscriptionSql.price(stored.subscription(), change.amount());
            Payment answer = payments.charge(stored, payment, List.of(new Share(charge, price)), stored.method(), true);
            return switch (answer.status()) {
                case SUCCEEDED -> finish(change);
                case REQUIRES_ACTION, PROCESSING, AUTHORISED -> answer;
                case DECLINED, REQUIRES_PAYMENT_METHOD -> {
                    drop(change.id());
                    throw Purchases.declined(stored.id(), PassPayments.code(answer), answer.declineMessage());
                }
                case CANCELLED, REFUNDED ->
                    throw new Rejection(ProblemType.ILLEGAL_STATE, "the payment was called off");
            };
        } catch (Rejection rejection) {
            switch (rejection.problem().type()) {
                case SLOT_TAKEN, NO_FITTING_BAY, NOT_FOUND, UNPROCESSABLE -> drop(change.id());
                default -> {
                    // What is not known to have failed is looked at when its time is over.
                }
            }
            throw rejection;
        }
    }

    private @Nullable Payment finish(PassChange change) {
        if (!apply(change)) {
            throw new Rejection(
                    ProblemType.ILLEGAL_STATE, "the pass has changed meanwhile; your money is on its way back");
        }
        return null;
    }

    private List<Card> keep(Stored stored, PassChange change) {
        int more = change.terms().concurrency() - slots.cards(stored.id()).size();
        return more <= 0 ? List.of() : slots.keep(stored, change.id(), more, change.begins());
    }

    /** Its payment has an outcome. False when it is no payment of a change. Repeatable. */
    boolean settle(PaymentId payment) {
        PassChange change = changes.of(payment).orElse(null);
        if (change == null) {
            return false;
        }
        PaymentStatus status = payments.get(payment).status();
        switch (status) {
            case SUCCEEDED -> {
                if (change.status() == Status.DROPPED) {
                    clean(change);
                } else {
                    apply(change);
                }
            }
            case DECLINED, CANCELLED -> drop(change.id());
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, AUTHORISED, PROCESSING, REFUNDED -> {
                // Nothing follows from it.
            }
        }
        return true;
    }

    /** What is to be paid is there: the pass is another one from now on. False when it is too late, and all of it goes back. */
    private boolean apply(PassChange change) {
        Stored before = sql.find(change.subscription()).orElseThrow();
        List<Card> added =
                change.status() == Status.PENDING && !before.status().isOver() ? keep(before, change) : List.of();
        Status now = outbox.inTransaction(changed -> {
            Stored stored = sql.lock(changed.connection(), change.subscription());
            PassChange locked = changes.lock(changed.connection(), change.id()).orElseThrow();
            if (locked.status() != Status.PENDING) {
                return locked.status();
            }
            Subscription pass = stored.subscription();
            boolean inTime = stored.status() == SubscriptionStatus.ACTIVE
                    && pass.endsAt() == null
                    && change.ends().equals(pass.paidUntil());
            if (inTime) {
                changes.end(changed.connection(), change.id(), Status.DONE);
                Money credited = credit(changed, change, pass);
                slots.add(changed, pass, added, change.id());
                Stored sold = sql.sellOn(changed.connection(), stored.id(), change.plan(), change.terms());
                changed.record(new SubscriptionChanged(sold.subscription(), paid(change, pass), credited));
                metrics.changed.increment();
                return Status.DONE;
            }
            dropped(changed, change.id());
            return Status.DROPPED;
        });
        changes.find(change.id()).ifPresent(this::cleanNow);
        return now == Status.DONE;
    }

    private Money credit(Outbox.Changes changed, PassChange change, Subscription pass) {
        long wanted = Math.max(0, -change.amount());
        long left = wanted;
        for (Part part : changes.parts(changed.connection(), pass.id(), change.month())) {
            long amount = Math.min(left, part.left());
            if (amount > 0) {
                changes.credit(changed.connection(), pass.id(), change.month(), part, amount);
                left -= amount;
            }
        }
        // A minor unit that was never paid is not given back: what was charged for a part was rounded down.
        return SubscriptionSql.price(pass, wanted - left);
    }

    static @Nullable PaidMonth paid(PassChange change, Subscription pass) {
        BookingId charge = change.charge();
        return charge == null
                ? null
                : new PaidMonth(charge, change.begins(), change.ends(), SubscriptionSql.price(pass, change.amount()));
    }

    /** The next month begins with what was planned for it. */
    @Nullable
    PassTerms renew(Outbox.Changes changed, Stored stored) {
        PassChange planned = changes.open(changed.connection(), stored.id())
                .filter(change -> change.status() == Status.PLANNED)
                .orElse(null);
        if (planned == null) {
            return null;
        }
        changes.end(changed.connection(), planned.id(), Status.DONE);
        Stored sold = sql.sellOn(changed.connection(), stored.id(), planned.plan(), planned.terms());
        changed.record(new SubscriptionChanged(
                sold.subscription(), null, Money.zero(planned.terms().price().currency())));
        metrics.changed.increment();
        return planned.terms();
    }

    /** The pass is over: nothing is planned for it any more. */
    void over(Outbox.Changes changed, SubscriptionId id) {
        changes.open(changed.connection(), id)
                .filter(change -> change.status() == Status.PLANNED)
                .ifPresent(change -> dropped(changed, change.id()));
    }

    /** It is given up by the driver: one that is planned, or one that is not paid yet. Repeatable. */
    void giveUp(SubscriptionId id) {
        changes.open(id).ifPresent(change -> {
            PaymentId payment = change.payment();
            boolean paid = payment != null
                    && change.status() == Status.PENDING
                    && payments.abandon(payment) == PaymentStatus.SUCCEEDED;
            if (paid) {
                apply(change);
            } else {
                drop(change.id());
            }
        });
    }

    private void dropped(Outbox.Changes changed, UUID id) {
        changes.end(changed.connection(), id, Status.DROPPED);
        metrics.changesDropped.increment();
    }

    private void drop(UUID id) {
        outbox.inTransaction(changed -> {
            PassChange locked = changes.lock(changed.connection(), id).orElseThrow();
            if (locked.isOpen()) {
                dropped(changed, id);
            }
            return new Begun(id);
        });
        changes.find(id).ifPresent(this::cleanNow);
    }

    /** Does what is due. */
    void look(PassChange change) {
        if (change.isOpen()) {
            giveUp(change.subscription());
        } else {
            clean(change);
        }
    }

    List<PassChange> claimDue() {
        return new ArrayList<>(changes.claimDue(config.lease(), config.batch()));
    }

    /** What is not done now is done when it is looked at next. */
    private void cleanNow(PassChange change) {
        try {
            clean(change);
        } catch (Rejection rejection) {
            LOG.warn("change {} is seen to later: {}", change.id(), rejection.getMessage());
        }
    }

    private void clean(PassChange change) {
        Stored stored = sql.find(change.subscription()).orElseThrow();
        if (change.status() == Status.DONE) {
            slots.trim(stored.id());
            for (ChangeSql.Credit credit : changes.credited(change.subscription(), change.month())) {
                payments.giveBack(
                        credit.charge(),
                        "the pass was changed",
                        SubscriptionSql.price(stored.subscription(), credit.amount()));
            }
        } else {
            slots.giveUp(change.id(), stored.subscription().listing());
            PaymentId payment = change.payment();
            BookingId charge = change.charge();
            if (payment != null && charge != null) {
                PaymentStatus status = payments.abandon(payment);
                if (status == PaymentStatus.SUCCEEDED) {
                    payments.giveBack(charge, "the pass was not changed", null);
                } else if (status == PaymentStatus.PROCESSING) {
                    // Should it succeed in spite of that, it is given back when it is looked at next.
                    return;
                }
            }
        }
        changes.clean(change.id());
    }
}
