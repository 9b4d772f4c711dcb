package dev.berth.payments;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.ledger.LedgerSql;
import dev.berth.payments.Charges.Begun;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.ChargePass;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.FindCharged;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.GetTrialBalance;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.PaymentCommand.TransactionPage;
import dev.berth.payments.PaymentCommand.TrialBalance;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link PaymentCommand}s and resolves payments and refunds whose outcome is open, those of nodes that have died
 * included. Deploy on a virtual thread, on any number of nodes.
 */
public final class PaymentVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentVerticle.class);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    /** The provider sends an event again for three days at most. */
    private static final Duration WEBHOOK_RETENTION = Duration.ofDays(30);

    private final Bus bus;
    private final PaymentConfig config;
    private final PaymentSql sql;
    private final TransactionSql transactions;
    private final Charges charges;
    private final HoldSql holdSql;
    private final Holds holds;
    private final Outcomes outcomes;
    private final Reassignments reassignments;
    private final Refunds refunds;
    private final Webhook webhook;
    private final LedgerSql ledger;
    private final Wallets wallets;
    private final Withdrawals withdrawals;
    private final Finance finance;
    private final CardSql cardSql;
    private final SavedCards cards;
    private volatile boolean stopping;

    public PaymentVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            JsonMapper json,
            PaymentConfig config,
            WalletConfig walletConfig,
            Clock clock,
            MeterRegistry meters) {
        this.bus = bus;
        this.config = config;
        this.sql = new PaymentSql(db);
        this.transactions = new TransactionSql(db);
        PaymentMetrics metrics = new PaymentMetrics(meters);
        StripeCalls calls = new StripeCalls(config);
        Gateway gateway = new StripeGateway(calls, metrics);
        Teller teller = new Teller(bus, json);
        Purse purse = new Purse(new InsideSql(db), walletConfig);
        this.holdSql = new HoldSql(db);
        this.holds = new Holds(holdSql, sql, outbox, gateway, config, metrics);
        this.outcomes = new Outcomes(sql, outbox, gateway, config, purse, holds, teller, metrics);
        this.charges = new Charges(sql, outbox, gateway, config, purse, holds, outcomes);
        this.ledger = new LedgerSql(db);
        WithdrawalSql withdrawalSql = new WithdrawalSql(db);
        WithdrawalBooks books = new WithdrawalBooks(withdrawalSql, sql, ledger, metrics);
        this.reassignments = new Reassignments(sql, outbox);
        this.refunds = new Refunds(sql, outbox, gateway, config, charges, outcomes, books, teller, metrics);
        this.cardSql = new CardSql(db);
        CardGateway cardGateway = new StripeCards(calls, metrics);
        this.cards = new SavedCards(cardSql, sql, cardGateway, gateway, config);
        this.withdrawals = new Withdrawals(withdrawalSql, outbox, books, refunds, cardGateway, walletConfig, config);
        this.webhook = new Webhook(sql, outbox, outcomes, refunds, cards, config, json, clock);
        this.wallets = new Wallets(ledger, walletConfig);
        this.finance = new Finance(ledger);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.resolveInterval().toMillis(), ignored -> resolve());
        vertx.setPeriodic(FORGET_INTERVAL.toMillis(), ignored -> sql.forgetWebhooks(WEBHOOK_RETENTION));
        return Future.all(
                bus.<PaymentCommand<?>>serve(PaymentCommand.ADDRESS, PaymentCommand.class, this::handle),
                bus.<CardCommand<?>>serve(CardCommand.ADDRESS, CardCommand.class, this::handleCard),
                bus.<WalletCommand<?>>serve(WalletCommand.ADDRESS, WalletCommand.class, this::handleWallet),
                bus.<WithdrawalCommand<?>>serve(
                        WithdrawalCommand.ADDRESS, WithdrawalCommand.class, this::handleWithdrawal),
                bus.<FinanceCommand<?>>serve(FinanceCommand.ADDRESS, FinanceCommand.class, this::handleFinance));
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return Future.succeededFuture();
    }

    private Message handle(PaymentCommand<?> command) {
        return switch (command) {
            case Charge c -> c.reply(pay(c, charges::begin));
            case Authorise c -> c.reply(pay(c.charge(), charges::authorise));
            case ChargeTogether c -> c.reply(pay(c.whole(), whole -> charges.begin(whole, c.shares())));
            case ChargePass c ->
                c.reply(pay(
                        c.charge().whole(),
                        whole -> charges.beginPass(whole, c.charge().shares(), c.pass())));
            case Refund c -> c.reply(refunds.refund(c));
            case Abandon c -> c.reply(charges.abandon(c));
            case GetPayment c -> c.reply(outcomes.current(c.payment()));
            case Reassign c -> {
                reassignments.reassign(c);
                yield c.reply(Done.DONE);
            }
            case ReceiveWebhook c -> {
                webhook.receive(c);
                yield c.reply(Done.DONE);
            }
            case ListTransactions c -> c.reply(transactions(c));
            case FindCharged c -> c.reply(transactions.charged(c));
            case GetTrialBalance c -> c.reply(trialBalance(c));
        };
    }

    private Message handleWallet(WalletCommand<?> command) {
        return switch (command) {
            case WalletCommand.TopUp c -> c.reply(pay(wallets.order(c), charges::beginTopUp));
            case WalletCommand.GetWallet c -> c.reply(wallets.of(c.driver()));
            case WalletCommand.ListWalletEntries c -> c.reply(wallets.entries(c));
        };
    }

    private Message handleWithdrawal(WithdrawalCommand<?> command) {
        return switch (command) {
            case WithdrawalCommand.Withdraw c -> c.reply(withdrawals.withdraw(c));
            case WithdrawalCommand.PreviewWithdrawal c -> c.reply(withdrawals.preview(c));
        };
    }

    private Message handleCard(CardCommand<?> command) {
        return switch (command) {
            case CardCommand.SetUp c -> c.reply(cards.setUp(c));
            case CardCommand.AddCard c -> c.reply(cards.add(c));
            case CardCommand.KeepCard c -> c.reply(cards.keep(c));
            case CardCommand.ListCards c -> c.reply(new CardCommand.Cards(cards.list(c.actor())));
            case CardCommand.SetDefaultCard c -> c.reply(cards.setDefault(c));
            case CardCommand.RemoveCard c -> {
                cards.remove(c);
                yield c.reply(Done.DONE);
            }
        };
    }

    private Message handleFinance(FinanceCommand<?> command) {
        Finance.requireAdmin(command.actor());
        return switch (command) {
            case FinanceCommand.GetStatement c -> c.reply(finance.statement(c));
            case FinanceCommand.FindDifferences c -> c.reply(finance.differences(c));
        };
    }

    /** Whatever the card is called by. */
    private Payment pay(Charge command, Function<Charge, Begun> begin) {
        SavedCards.Resolved resolved = cards.resolve(command);
        Payment declined = resolved.declined();
        return declined != null ? declined : attempt(resolved.charge(), begin.apply(resolved.charge()));
    }

    /** The attempt goes on when its answer has been waited for long enough. */
    private Payment attempt(Charge command, Begun begun) {
        if (!begun.mine()) {
            return begun.row().payment();
        }
        Promise<Payment> attempted = Promise.promise();
        vertx.getOrCreateContext().runOnContext(ignored -> {
            try {
                attempted.complete(charges.attempt(begun, command));
            } catch (Exception failure) {
                attempted.fail(failure);
            }
        });
        return attempted
                .future()
                .timeout(config.answerWithin().toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> failure instanceof TimeoutException
                        ? Future.succeededFuture(begun.row().payment())
                        : Future.failedFuture(failure))
                .await();
    }

    private void resolve() {
        try {
            sql.claimDue(config).forEach(row -> resolve("payment " + row.id(), () -> outcomes.lookUp(row)));
            holdSql.claimDue(config)
                    .forEach(id -> resolve("the hold of payment " + id, () -> holds.renew(id, outcomes::lookUpTold)));
            holdSql.claimLetGo(config).forEach(intent -> resolve("what is let go", () -> holds.cancel(intent)));
            ledger.expire(config.resolveBatch());
            cardSql.claimRemoved(config.resolveBackoffLimit(), config.resolveBatch())
                    .forEach(method -> resolve("a removed card", () -> cards.tellRemoved(method)));
            sql.claimDueRefunds(config).forEach(row -> resolve("refund " + row.id(), () -> refunds.lookUp(row)));
        } catch (Exception failure) {
            if (!stopping) {
                LOG.warn("open payments cannot be looked for: {}", failure.toString());
            }
        }
    }

    private void resolve(String what, Runnable lookUp) {
        context.runOnContext(ignored -> {
            try {
                lookUp.run();
            } catch (GatewayException failure) {
                LOG.warn("{} is looked up again later: {}", what, failure.getMessage());
            } catch (Exception fault) {
                LOG.error("fault while looking up {}", what, fault);
            }
        });
    }

    private TransactionPage transactions(ListTransactions command) {
        List<Transaction> found = transactions.list(command, command.limit() + 1);
        if (found.size() <= command.limit()) {
            return new TransactionPage(found, null);
        }
        List<Transaction> page = found.subList(0, command.limit());
        return new TransactionPage(page, page.getLast().id());
    }

    private TrialBalance trialBalance(GetTrialBalance command) {
        Finance.requireAdmin(command.actor());
        return sql.trialBalance(command.day());
    }
}
