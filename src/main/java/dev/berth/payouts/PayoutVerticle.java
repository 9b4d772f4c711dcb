package dev.berth.payouts;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.ledger.LedgerSql;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.StripeCalls;
import dev.berth.payouts.PayoutCommand.GetAccount;
import dev.berth.payouts.PayoutCommand.GetEarnings;
import dev.berth.payouts.PayoutCommand.GetPayout;
import dev.berth.payouts.PayoutCommand.ListPayouts;
import dev.berth.payouts.PayoutCommand.Onboard;
import dev.berth.payouts.PayoutCommand.PayoutPage;
import dev.berth.payouts.PayoutCommand.RequestPayout;
import dev.berth.payouts.Payouts.Requested;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link PayoutCommand}s, and sends hosts what they have earned. Every node looks for what is due, none leads: the
 * database shares it out. Deploy on a virtual thread, on any number of nodes.
 */
public final class PayoutVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(PayoutVerticle.class);

    private final Bus bus;
    private final EventConsumers consumers;
    private final PayoutConfig config;
    private final PayoutSql sql;
    private final Payouts payouts;
    private final PayoutAccounts accounts;
    private final Earning earning;
    private final Freezes freezes;
    private boolean running;
    private volatile boolean stopping;

    /**
     * @param publicUrl where the web app is reached, for the way back from the provider
     * @param payments how the provider is spoken to
     */
    public PayoutVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            EventConsumers consumers,
            JsonMapper json,
            URI publicUrl,
            PaymentConfig payments,
            PayoutConfig config,
            MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        this.sql = new PayoutSql(db);
        PayoutMetrics metrics = new PayoutMetrics(meters);
        ConnectGateway gateway = new StripeConnect(new StripeCalls(payments), metrics);
        LedgerSql ledger = new LedgerSql(db);
        this.freezes = new Freezes(ledger, outbox);
        this.payouts = new Payouts(sql, ledger, outbox, new OnceSql(json), gateway, config, metrics);
        this.accounts = new PayoutAccounts(bus, sql, gateway, publicUrl, config);
        this.earning = new Earning(new EarningSql(db), accounts, sql, config);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.interval().toMillis(), ignored -> work());
        PayoutFeed feed = new PayoutFeed(sql, freezes);
        return bus.<PayoutCommand<?>>serve(PayoutCommand.ADDRESS, PayoutCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.background(PayoutFeed.GROUP, PayoutFeed.TOPICS, PayoutFeed.TYPES, feed::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return Future.succeededFuture();
    }

    private Message handle(PayoutCommand<?> command) {
        return switch (command) {
            case GetAccount c -> c.reply(accounts.view(host(c.actor()).user()));
            case Onboard c -> {
                host(c.actor());
                yield c.reply(accounts.onboard(c));
            }
            case RequestPayout c -> c.reply(request(c));
            case ListPayouts c -> c.reply(list(c));
            case GetPayout c ->
                c.reply(sql.find(c.payout())
                        .map(PayoutRow::payout)
                        .filter(payout -> payout.host().equals(c.actor().user())
                                || c.actor().isAdmin())
                        .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "you have no such payout")));
            case GetEarnings c -> c.reply(earning.sums(c, host(c.actor()).user()));
        };
    }

    private static Principal host(Principal actor) {
        if (actor.isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "who is paid has an account");
        }
        return actor;
    }

    private Payout request(RequestPayout command) {
        host(command.actor());
        Requested requested = payouts.request(command);
        PayoutRow fresh = requested.fresh();
        if (fresh != null) {
            inBackground("payout " + fresh.id(), () -> payouts.send(fresh));
        }
        return requested.payout();
    }

    private PayoutPage list(ListPayouts command) {
        List<Payout> found = sql.list(command.actor().user(), command.before(), command.limit() + 1).stream()
                .map(PayoutRow::payout)
                .toList();
        boolean more = found.size() > command.limit();
        List<Payout> page = more ? found.subList(0, command.limit()) : found;
        return new PayoutPage(page, more ? page.getLast().id() : null);
    }

    private void work() {
        // The guard is right across the awaits below: only this method changes it, and timers of a context take turns.
        if (running) {
            return;
        }
        running = true;
        try {
            while (payouts.release()) {
                // One batch after the other.
            }
            Payouts.Run run;
            do {
                run = payouts.runWeekly();
                run.payouts().forEach(fresh -> inBackground("payout " + fresh.id(), () -> payouts.send(fresh)));
            } while (run.more());
            sql.claimDue(config).forEach(due -> inBackground("payout " + due.id(), () -> payouts.lookUp(due)));
            sql.claimChecks(config.backoffLimit(), config.batch())
                    .forEach(row -> inBackground("account of " + row.host(), () -> accounts.check(row)));
        } catch (Exception failure) {
            if (!stopping) {
                LOG.warn("payouts are looked after later: {}", failure.toString());
            }
        } finally {
            running = false;
        }
    }

    /** What is not done stays written down, and is done by whoever looks next. */
    private void inBackground(String what, Runnable task) {
        context.runOnContext(ignored -> {
            try {
                task.run();
            } catch (Exception fault) {
                LOG.warn("{} is looked up later: {}", what, fault.toString());
            }
        });
    }
}
