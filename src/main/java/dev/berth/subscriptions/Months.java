package dev.berth.subscriptions;

import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionEvent.PaidMonth;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionBegun;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionCancelled;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionEnded;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionRenewalFailed;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionRenewed;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionSuspended;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a pass from month to month, so that each month is paid once at most and nothing is forgotten, whatever fails.
 *
 * <p>A month and its payment are written down before the money is asked for. What is due stands in the row, by the database's
 * clock; any node claims it, and each step can be done again: the next one goes on where a node has died. Money that comes when
 * it is not wanted any more goes back.
 *
 * <p>A deposit is paid with the first month, in one payment of two parts: see {@link PassDeposits}.
 */
final class Months {
    private static final Logger LOG = LoggerFactory.getLogger(Months.class);

    private static final String ENDED = "the pass has ended";
    private static final String CANCELLED = "CANCELLED";
    private static final String UNPAID = "UNPAID";
    private static final String BROKEN_OFF = "BROKEN_OFF";

    private final KeptSlots slots;
    private final Changes passChanges;
    private final SubscriptionSql sql;
    private final PassDeposits deposits;
    private final Outbox outbox;
    private final PassPayments payments;
    private final SubscriptionConfig config;
    private final SubscriptionMetrics metrics;

    Months(
            KeptSlots slots,
            Changes passChanges,
            SubscriptionSql sql,
            PassDeposits deposits,
            Outbox outbox,
            PassPayments payments,
            SubscriptionConfig config,
            SubscriptionMetrics metrics) {
        this.slots = slots;
        this.passChanges = passChanges;
        this.sql = sql;
        this.deposits = deposits;
        this.outbox = outbox;
        this.payments = payments;
        this.config = config;
        this.metrics = metrics;
    }

    /**
     * Asks for a month's money, and for the deposit with the first one. Repeatable: the payment is charged once.
     *
     * @param present whether the driver is there, and can go to the bank
     */
    Payment charge(Stored stored, Month month, @Nullable String method, boolean present) {
        Subscription subscription = stored.subscription();
        List<Share> shares = new ArrayList<>();
        shares.add(new Share(month.charge(), SubscriptionSql.price(subscription, month.amount())));
        BookingId deposit = month.depositCharge();
        if (deposit != null) {
            shares.add(new Share(deposit, SubscriptionSql.price(subscription, month.deposit())));
        }
        return payments.charge(stored, month.payment(), shares, method, present);
    }

    /** The payment of a month has an outcome: whatever it is, it is made true. Repeatable. */
    void settle(PaymentId payment) {
        if (passChanges.settle(payment)) {
            return;
        }
        Month month = sql.monthOf(payment).orElse(null);
        Payment now = payments.get(payment);
        if (month == null) {
            if (now.status() == PaymentStatus.SUCCEEDED) {
                throw new Rejection(ProblemType.NOT_FOUND, "payment of no pass: " + payment);
            }
            // It was called off for another one that pays the same month.
            return;
        }
        switch (now.status()) {
            case SUCCEEDED -> settle(month);
            case DECLINED, CANCELLED -> unpaid(month.subscription(), month, PassPayments.code(now));
            // Of what is under way, and of what has gone back, nothing follows.
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, AUTHORISED, PROCESSING, REFUNDED -> {}
        }
    }

    /** The money of a month is there. False when the pass is over: then it goes back. */
    boolean settle(Month month) {
        return outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), month.subscription());
            if (stored.status().isOver()) {
                Month now = sql.lastMonth(changes.connection(), stored.id()).orElseThrow();
                if (!now.paid()) {
                    sql.reopen(changes.connection(), stored.id());
                }
                return false;
            }
            if (!sql.payMonth(changes.connection(), month)) {
                return true;
            }
            Money price = SubscriptionSql.price(stored.subscription(), month.amount());
            PaidMonth paid = new PaidMonth(month.charge(), month.begins(), month.ends(), price);
            Stored active = sql.activate(changes.connection(), stored.id(), month.ends());
            if (stored.status() == SubscriptionStatus.PENDING) {
                deposits.take(changes, stored, month);
                changes.record(new SubscriptionBegun(active.subscription(), paid));
                metrics.begun.increment();
            } else {
                changes.record(new SubscriptionRenewed(active.subscription(), paid));
                metrics.renewed.increment();
            }
            return true;
        });
    }

    /** A permit begins, which costs nothing. */
    void begin(SubscriptionId id) {
        outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            if (stored.status() == SubscriptionStatus.PENDING) {
                Stored active = sql.activate(changes.connection(), id, null);
                changes.record(new SubscriptionBegun(active.subscription(), null));
                metrics.begun.increment();
            }
            return stored;
        });
    }

    /** It will not begin: its slots are free again, and money that comes goes back. Without effect once it has begun. */
    void fail(SubscriptionId id, String reason) {
        outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            return stored.status() == SubscriptionStatus.PENDING
                    ? sql.end(changes.connection(), id, SubscriptionStatus.FAILED, reason)
                    : stored;
        });
        sql.find(id).filter(Stored::closing).ifPresent(this::closeNow);
    }

    /** What is not done now is done when it is looked at next. */
    private void closeNow(Stored over) {
        try {
            close(over);
        } catch (Rejection rejection) {
            LOG.warn("pass {} is closed later: {}", over.id(), rejection.getMessage());
        }
    }

    /** The money of a month could not be had. */
    private void unpaid(SubscriptionId id, Month month, String code) {
        Stored now = outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            Month last = sql.lastMonth(changes.connection(), id).orElseThrow();
            boolean isThis = last.payment().equals(month.payment()) && !last.paid();
            if (!isThis) {
                return stored;
            }
            return switch (stored.status()) {
                case ACTIVE -> {
                    Stored due = sql.pastDue(changes.connection(), id, config.grace(), config.retryEvery());
                    changes.record(new SubscriptionRenewalFailed(due.subscription(), code));
                    metrics.renewalsFailed.increment();
                    yield due;
                }
                case PAST_DUE -> {
                    sql.tryAgain(changes.connection(), id, config.retryEvery());
                    yield stored;
                }
                case PENDING ->
                    sql.end(
                            changes.connection(),
                            id,
                            SubscriptionStatus.FAILED,
                            ProblemType.PAYMENT_DECLINED + ":" + code);
                case SUSPENDED, ENDED, FAILED -> stored;
            };
        });
        if (now.closing()) {
            closeNow(now);
        }
    }

    /** Does what is due. */
    void look(Stored stored) {
        switch (stored.status()) {
            case PENDING -> expire(stored);
            case ACTIVE, PAST_DUE -> {
                slots.tell(stored);
                slots.trim(stored.id());
                goOn(stored);
            }
            case SUSPENDED -> {
                if (isOver(stored.subscription().keepUntil(), stored.now())) {
                    end(stored.id(), UNPAID);
                } else {
                    sql.schedule(stored.id());
                }
            }
            case ENDED, FAILED -> close(stored);
        }
    }

    private void goOn(Stored stored) {
        Subscription subscription = stored.subscription();
        if (isOver(subscription.endsAt(), stored.now())) {
            end(stored.id(), CANCELLED);
        } else if (stored.status() == SubscriptionStatus.PAST_DUE && isOver(subscription.graceUntil(), stored.now())) {
            suspend(stored.id());
        } else if (isOver(subscription.paidUntil(), stored.now())) {
            renew(stored);
        } else {
            sql.schedule(stored.id());
        }
    }

    private static boolean isOver(@Nullable Instant end, Instant now) {
        return end != null && !now.isBefore(end);
    }

    /** Its time to be paid is over; the money may have come in the last moment. */
    private void expire(Stored stored) {
        Month month = sql.lastMonth(stored.id()).orElse(null);
        if (month != null && payments.abandon(month.payment()) == PaymentStatus.SUCCEEDED) {
            settle(month);
        } else {
            fail(stored.id(), BROKEN_OFF);
        }
    }

    private void renew(Stored stored) {
        Month month = nextMonth(stored);
        slots.trim(stored.id());
        if (month.paid()) {
            sql.schedule(stored.id());
            return;
        }
        Payment payment;
        try {
            payment = charge(stored, month, stored.method(), false);
        } catch (Rejection rejection) {
            if (rejection.problem().type() != ProblemType.NOT_FOUND) {
                throw rejection;
            }
            unpaid(stored.id(), month, PassPayments.CARD_REMOVED);
            return;
        }
        switch (payment.status()) {
            case SUCCEEDED -> settle(month);
            // Nobody is there to go to the bank: it is paid by hand.
            case DECLINED, REQUIRES_ACTION, CANCELLED, REQUIRES_PAYMENT_METHOD ->
                unpaid(
                        stored.id(),
                        month,
                        payment.status() == PaymentStatus.REQUIRES_ACTION
                                ? "authentication_required"
                                : PassPayments.code(payment));
            case PROCESSING, AUTHORISED, REFUNDED -> {
                // Its event tells; or it is looked at again.
            }
        }
    }

    /** The one that is to be paid: written down once, whoever looks. */
    private Month nextMonth(Stored stored) {
        return outbox.inTransaction(changes -> {
            Stored locked = sql.lock(changes.connection(), stored.id());
            Subscription subscription = locked.subscription();
            Month last = sql.lastMonth(changes.connection(), stored.id()).orElseThrow();
            if (!last.paid() || !last.ends().equals(subscription.paidUntil())) {
                return last;
            }
            ZoneId zone = ZoneId.of(subscription.timeZone());
            PassTerms planned = passChanges.renew(changes, locked);
            PassTerms terms = planned == null ? subscription.terms() : planned;
            sql.addMonth(
                    changes.connection(),
                    new Month(
                            stored.id(),
                            last.number() + 1,
                            last.ends(),
                            PassMonths.end(terms.months(), subscription.startsAt(), zone, last.number() + 1),
                            terms.price().amount(),
                            0,
                            PaymentId.next(),
                            new BookingId(Ids.next()),
                            null,
                            false,
                            null));
            return sql.lastMonth(changes.connection(), stored.id()).orElseThrow();
        });
    }

    /** Pays by hand what is due. Another kind of method needs another payment: the first one is called off before. */
    Payment pay(Stored stored, String wanted) {
        Month month = sql.lastMonth(stored.id()).filter(last -> !last.paid()).orElse(null);
        boolean isDue = stored.status() == SubscriptionStatus.PENDING
                || stored.status() == SubscriptionStatus.PAST_DUE
                || stored.status() == SubscriptionStatus.SUSPENDED;
        if (month == null || !isDue) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "there is nothing to be paid");
        }
        String method = payments.kept(stored, month.payment(), wanted);
        boolean otherKind = PassPayments.isWallet(method) != PassPayments.isWallet(stored.method());
        PaymentStatus before = payments.get(month.payment()).status();
        if ((otherKind && before != PaymentStatus.REQUIRES_PAYMENT_METHOD && before != PaymentStatus.SUCCEEDED)
                || before == PaymentStatus.CANCELLED) {
            PaymentStatus after = payments.abandon(month.payment());
            if (after == PaymentStatus.CANCELLED) {
                sql.renewPayment(month);
                month = sql.lastMonth(stored.id()).orElseThrow();
            } else if (after != PaymentStatus.SUCCEEDED) {
                throw new Rejection(ProblemType.ILLEGAL_STATE, "another payment is under way: wait for it");
            }
        }
        Payment payment = charge(stored, month, method, true);
        if (payment.status() == PaymentStatus.SUCCEEDED
                || payment.status() == PaymentStatus.PROCESSING
                || payment.status() == PaymentStatus.REQUIRES_ACTION) {
            sql.setMethod(stored.id(), method);
        }
        if (payment.status() == PaymentStatus.SUCCEEDED && !settle(month)) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "it has ended meanwhile; your money is on its way back");
        }
        return payment;
    }

    /** The months that follow are paid with something else; what is due now is paid by {@link #pay}. */
    void changeMethod(Stored stored, Principal driver, String method) {
        if (stored.status() != SubscriptionStatus.ACTIVE
                || stored.subscription().paidUntil() == null) {
            throw new Rejection(
                    ProblemType.ILLEGAL_STATE, "pay what is due: what that is paid with pays the months that follow");
        }
        payments.requireReusable(driver, method);
        sql.setMethod(stored.id(), method);
    }

    /**
     * When it would end if it was cancelled now; null when that is known already.
     *
     * @param month the last one
     */
    @Nullable
    static Instant endIfCancelled(Stored stored, @Nullable Month month, Duration noticePeriod) {
        Subscription subscription = stored.subscription();
        Instant paidUntil = subscription.paidUntil();
        if (stored.status().isOver()
                || (subscription.endsAt() != null && subscription.terms().kind() == PlanKind.PASS)) {
            return null;
        } else if (stored.status() != SubscriptionStatus.ACTIVE || paidUntil == null) {
            return stored.now();
        } else if (!stored.now().isAfter(paidUntil.minus(noticePeriod))) {
            return paidUntil;
        }
        // The next one is due already.
        int next = month == null ? 1 : month.number() + (month.paid() ? 1 : 0);
        return PassMonths.end(
                subscription.terms().months(), subscription.startsAt(), ZoneId.of(subscription.timeZone()), next);
    }

    void cancel(SubscriptionId id) {
        Stored now = outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            Month last = sql.lastMonth(changes.connection(), id).orElse(null);
            Instant end = endIfCancelled(stored, last, config.noticePeriod());
            if (end == null) {
                return stored;
            } else if (stored.status() == SubscriptionStatus.PENDING) {
                return sql.end(changes.connection(), id, SubscriptionStatus.FAILED, CANCELLED);
            } else if (end.isAfter(stored.now())) {
                Stored cancelled = sql.cancelAt(changes.connection(), id, end);
                changes.record(new SubscriptionCancelled(cancelled.subscription()));
                return cancelled;
            }
            return end(changes, stored, CANCELLED);
        });
        try {
            if (now.closing()) {
                close(now);
            } else if (now.status() == SubscriptionStatus.ACTIVE) {
                slots.tell(now);
            }
        } catch (Rejection rejection) {
            LOG.warn("the slots of pass {} are freed later: {}", id, rejection.getMessage());
        }
    }

    private void suspend(SubscriptionId id) {
        outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            if (stored.status() == SubscriptionStatus.PAST_DUE
                    && isOver(stored.subscription().graceUntil(), stored.now())) {
                Stored suspended = sql.suspend(changes.connection(), id, config.keepFor());
                changes.record(new SubscriptionSuspended(suspended.subscription()));
                metrics.suspended.increment();
            }
            return stored;
        });
    }

    private void end(SubscriptionId id, String reason) {
        Stored now = outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            boolean isDue = isOver(stored.subscription().endsAt(), stored.now())
                    || isOver(stored.subscription().keepUntil(), stored.now());
            return stored.status().isOver() || !isDue ? stored : end(changes, stored, reason);
        });
        if (now.closing()) {
            close(now);
        }
    }

    private Stored end(Outbox.Changes changes, Stored stored, String reason) {
        for (Month month : sql.monthsToClose(changes.connection(), stored.id())) {
            if (month.paid()) {
                deposits.putBack(changes, stored, month);
            }
        }
        passChanges.over(changes, stored.id());
        Stored ended = sql.end(changes.connection(), stored.id(), SubscriptionStatus.ENDED, reason);
        changes.record(new SubscriptionEnded(ended.subscription()));
        metrics.ended.increment();
        return ended;
    }

    /** Frees the slots of one that is over, and sends back what has to go back. Repeatable. */
    private void close(Stored over) {
        Subscription subscription = over.subscription();
        Instant until = over.status() == SubscriptionStatus.FAILED
                ? subscription.startsAt()
                : Objects.requireNonNull(subscription.endedAt());
        slots.free(over, until);
        boolean done = true;
        for (Month month : sql.monthsToClose(over.id())) {
            if (!month.paid()) {
                PaymentStatus status = payments.abandon(month.payment());
                if (status == PaymentStatus.SUCCEEDED) {
                    giveBack(month.charge());
                    giveBack(month.depositCharge());
                }
                // Should it succeed in spite of that, its event brings us back here.
                done &= status != PaymentStatus.PROCESSING;
            } else {
                deposits.giveBack(over, month, ENDED);
            }
        }
        if (done) {
            sql.closed(over.id());
        }
    }

    private void giveBack(@Nullable BookingId part) {
        if (part != null) {
            payments.giveBack(part, ENDED, null);
        }
    }
}
