package dev.berth.subscriptions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.bookings.PassSlotCommand.SignCards;
import dev.berth.ledger.LedgerSql;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.Purchases.Result;
import dev.berth.subscriptions.SubscriptionCommand.DescribedPass;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.DuePayment;
import dev.berth.subscriptions.SubscriptionCommand.Item;
import dev.berth.subscriptions.SubscriptionCommand.ListSubscriptions;
import dev.berth.subscriptions.SubscriptionCommand.OpenChange;
import dev.berth.subscriptions.SubscriptionCommand.Page;
import dev.berth.subscriptions.SubscriptionCommand.Pass;
import dev.berth.subscriptions.SubscriptionCommand.Side;
import dev.berth.subscriptions.SubscriptionEvent.PaidMonth;
import dev.berth.subscriptions.SubscriptionSql.Month;
import dev.berth.subscriptions.SubscriptionSql.Stored;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link SubscriptionCommand}s, and renews passes. Every node looks for what is due, none leads: the database shares it
 * out. Deploy on a virtual thread, on any number of nodes.
 */
public final class SubscriptionVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionVerticle.class);

    private final Bus bus;
    private final EventConsumers consumers;
    private final SubscriptionConfig config;
    private final SubscriptionSql sql;
    private final KeptSlots slots;
    private final Plans plans;
    private final Purchases purchases;
    private final Months months;
    private final Changes changes;
    private final ChangeSql changeSql;
    private final PassPayments payments;
    private final PassAccess access;
    private boolean running;
    private volatile boolean stopping;

    /** @param publicUrl where the web app is reached, for the way back from the bank */
    public SubscriptionVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            EventConsumers consumers,
            JsonMapper json,
            String publicUrl,
            SubscriptionConfig config,
            MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        PlanSql planSql = new PlanSql(db, json);
        OnceSql once = new OnceSql(json);
        this.sql = new SubscriptionSql(db, planSql);
        this.plans = new Plans(bus, planSql, outbox, once, config);
        PassPayments payments = new PassPayments(bus, publicUrl, config);
        this.slots = new KeptSlots(bus, sql, new PassCardSql(db), outbox);
        ChangeSql changeSql = new ChangeSql(db, planSql);
        SubscriptionMetrics metrics = new SubscriptionMetrics(meters);
        this.changes = new Changes(planSql, sql, changeSql, slots, payments, outbox, once, config, metrics);
        this.changeSql = changeSql;
        this.payments = payments;
        this.months = new Months(
                slots,
                changes,
                sql,
                new PassDeposits(sql, new LedgerSql(db), payments),
                outbox,
                payments,
                config,
                metrics);
        this.purchases = new Purchases(bus, plans, planSql, sql, outbox, once, months, slots, payments, config);
        this.access = new PassAccess(new PassRightSql(db, sql));
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.interval().toMillis(), ignored -> work());
        SubscriptionFeed feed = new SubscriptionFeed(months);
        return bus.<SubscriptionCommand<?>>serve(SubscriptionCommand.ADDRESS, SubscriptionCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.consumer(
                                SubscriptionFeed.GROUP, SubscriptionFeed.TOPICS, SubscriptionFeed.TYPES, feed::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return Future.succeededFuture();
    }

    private Message handle(SubscriptionCommand<?> command) {
        return switch (command) {
            case SubscriptionCommand.ListPlans c -> c.reply(plans.list(c));
            case SubscriptionCommand.CreatePlan c -> c.reply(plans.create(c));
            case SubscriptionCommand.ChangePlan c -> c.reply(plans.change(c));
            case SubscriptionCommand.GetPlan c -> c.reply(plans.get(c.plan()));
            case SubscriptionCommand.WithdrawPlan c -> c.reply(plans.withdraw(c));
            case SubscriptionCommand.Buy c -> c.reply(details(c.actor(), purchases.buy(c)));
            case SubscriptionCommand.Grant c -> c.reply(details(c.actor(), purchases.grant(c)));
            case SubscriptionCommand.GetSubscription c -> c.reply(details(c.actor(), c.subscription()));
            case ListSubscriptions c -> c.reply(list(c));
            case SubscriptionCommand.Pay c -> c.reply(pay(c));
            case SubscriptionCommand.ChangeMethod c -> {
                months.changeMethod(own(c.actor(), c.subscription()), c.actor(), c.method());
                yield c.reply(details(c.actor(), c.subscription()));
            }
            case SubscriptionCommand.QuotePass c -> c.reply(purchases.quote(c));
            case SubscriptionCommand.QuoteChange c ->
                c.reply(changes.quote(own(c.change().actor(), c.change().subscription()), c.change()));
            case SubscriptionCommand.Change c -> {
                own(c.actor(), c.subscription());
                changes.change(c);
                yield c.reply(details(c.actor(), c.subscription()));
            }
            case SubscriptionCommand.GiveUpChange c -> {
                own(c.actor(), c.subscription());
                changes.giveUp(c.subscription());
                yield c.reply(details(c.actor(), c.subscription()));
            }
            case SubscriptionCommand.Cancel c -> {
                visible(c.actor(), c.subscription());
                months.cancel(c.subscription());
                yield c.reply(details(c.actor(), c.subscription()));
            }
            case SubscriptionCommand.FindPasses c -> c.reply(access.find(c));
            case SubscriptionCommand.DescribePass c -> c.reply(describe(c.part()));
            case SubscriptionCommand.Settle(PaymentId payment) -> {
                months.settle(payment);
                yield Done.DONE;
            }
        };
    }

    private Page list(ListSubscriptions command) {
        List<Stored> found = sql.list(command, command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Stored> page = more ? found.subList(0, command.limit()) : found;
        List<Item> items = page.stream()
                .map(each -> new Item(each.subscription(), command.side() == Side.DRIVER ? each.method() : null))
                .toList();
        return new Page(items, more ? page.getLast().id() : null);
    }

    /** @throws Rejection NOT_FOUND when there is none, or it is none of the actor's business */
    private Stored visible(Principal actor, SubscriptionId id) {
        return sql.find(id)
                .filter(stored -> stored.subscription().driver().equals(actor.user())
                        || stored.subscription().host().equals(actor.user())
                        || actor.isAdmin())
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "you have no such pass"));
    }

    private Stored own(Principal actor, SubscriptionId id) {
        Stored stored = visible(actor, id);
        if (!stored.subscription().driver().equals(actor.user())) {
            throw new Rejection(ProblemType.NOT_FOUND, "you have no such pass");
        }
        return stored;
    }

    private Details pay(SubscriptionCommand.Pay command) {
        Stored stored = own(command.actor(), command.subscription());
        Payment payment = months.pay(stored, command.method());
        if (payment.status() == PaymentStatus.DECLINED) {
            String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
            throw Purchases.declined(stored.id(), code, payment.declineMessage());
        }
        return details(command.actor(), new Result(stored.id(), payment));
    }

    private Details details(Principal actor, SubscriptionId id) {
        Stored stored = visible(actor, id);
        Month month = sql.lastMonth(id).orElse(null);
        Payment payment = month == null || month.paid() || stored.status().isOver()
                ? null
                : bus.ask(new GetPayment(month.payment())).await();
        return details(actor, stored, month, payment);
    }

    private Details details(Principal actor, Result result) {
        return details(
                actor, visible(actor, result.id()), sql.lastMonth(result.id()).orElse(null), result.payment());
    }

    private Details details(Principal actor, Stored stored, @Nullable Month month, @Nullable Payment payment) {
        Subscription subscription = stored.subscription();
        boolean isOwn = subscription.driver().equals(actor.user());
        Money due = month == null || month.paid() || stored.status().isOver()
                ? null
                : SubscriptionSql.price(subscription, Math.addExact(month.amount(), month.deposit()));
        return new Details(
                subscription,
                payment == null || !isOwn ? null : new DuePayment(payment.id(), payment.status(), payment.actionUrl()),
                due,
                Months.endIfCancelled(stored, month, config.noticePeriod()),
                sql.cars(stored.id()),
                isOwn ? cards(stored) : List.of(),
                isOwn ? stored.method() : null,
                isOwn ? changes.open(stored.id()).map(this::open).orElse(null) : null);
    }

    private OpenChange open(PassChange change) {
        PaymentId id = change.payment();
        Payment payment = id == null ? null : payments.get(id);
        return new OpenChange(
                change.plan(),
                change.terms(),
                change.status() == PassChange.Status.PLANNED ? change.ends() : change.begins(),
                payment == null ? null : new DuePayment(payment.id(), payment.status(), payment.actionUrl()));
    }

    /** What a gate that can ask nobody is told by the code: it opens until the month that is paid is over, and its grace. */
    private List<Pass> cards(Stored stored) {
        Subscription subscription = stored.subscription();
        boolean opens = stored.status() == SubscriptionStatus.ACTIVE || stored.status() == SubscriptionStatus.PAST_DUE;
        List<Card> cards = opens ? slots.cards(stored.id()) : List.of();
        if (cards.isEmpty()) {
            return List.of();
        }
        Instant paid = subscription.paidUntil() == null ? stored.now() : subscription.paidUntil();
        Instant ends = subscription.endsAt();
        Instant notAfter = ends != null ? ends : paid.plus(config.grace());
        List<String> qrs = bus.ask(new SignCards(subscription.listing(), cards, subscription.startsAt(), notAfter))
                .await()
                .qrs();
        List<Pass> passes = new ArrayList<>();
        for (int i = 0; i < cards.size(); i++) {
            Card card = cards.get(i);
            passes.add(new Pass(card.slotName(), "%06d".formatted(card.pin()), qrs.get(i)));
        }
        return passes;
    }

    private DescribedPass describe(PaymentId part) {
        PassChange change = changeSql.of(part).orElse(null);
        if (change != null) {
            Subscription of = sql.find(change.subscription()).orElseThrow().subscription();
            boolean dropped = change.status() == PassChange.Status.DROPPED;
            return new DescribedPass(of, dropped ? null : Changes.paid(change, of));
        }
        Month month = sql.monthOfPart(part)
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "this was paid for no pass"));
        Subscription subscription = sql.find(month.subscription()).orElseThrow().subscription();
        boolean isMonth = month.charge().value().equals(part.value());
        return new DescribedPass(
                subscription,
                isMonth
                        ? new PaidMonth(
                                month.charge(),
                                month.begins(),
                                month.ends(),
                                SubscriptionSql.price(subscription, month.amount()))
                        : null);
    }

    private void work() {
        // The guard is right across the awaits below: only this method changes it, and timers of a context take turns.
        if (running) {
            return;
        }
        running = true;
        try {
            List<Stored> due;
            do {
                due = sql.claimDue(config.lease(), config.batch());
                due.forEach(each -> inBackground(each.id(), () -> months.look(each)));
            } while (due.size() == config.batch());
            changes.claimDue().forEach(each -> inBackground(each.subscription(), () -> changes.look(each)));
        } catch (Exception failure) {
            if (!stopping) {
                LOG.warn("passes are looked after later: {}", failure.toString());
            }
        } finally {
            running = false;
        }
    }

    /** What is not done stays written down, and is done by whoever looks next. */
    private void inBackground(SubscriptionId what, Runnable task) {
        context.runOnContext(ignored -> {
            try {
                task.run();
            } catch (Exception fault) {
                LOG.warn("pass {} is looked after later: {}", what, fault.toString());
            }
        });
    }
}
