package dev.berth.payouts;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.TransferKind;
import dev.berth.payouts.ConnectGateway.GatewayException;
import dev.berth.payouts.ConnectGateway.Transfer;
import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.RequestPayout;
import dev.berth.payouts.PayoutEvent.PayoutFailed;
import dev.berth.payouts.PayoutEvent.PayoutReversed;
import dev.berth.payouts.PayoutEvent.PayoutSent;
import dev.berth.payouts.PayoutSql.DueStay;
import dev.berth.payouts.PayoutSql.Held;
import dev.berth.payouts.PayoutSql.Owed;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.Outbox.Changes;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends hosts what they have earned, each amount once and whatever fails (RULES 30).
 *
 * <p>What a stay has earned becomes available some time after its end. A payout takes what is available out of the ledger's
 * account and writes itself down in one transaction, before the provider hears of it; whoever comes later finds nothing
 * there. Then the provider is asked with the payout's id as its idempotency key. When the node dies or the answer is lost, the
 * payout is claimed again once its lease has ended: the provider is asked whether it knows it, and only if not is it asked
 * for again. What the provider refuses, or takes back, is available again.
 */
final class Payouts {
    private static final Logger LOG = LoggerFactory.getLogger(Payouts.class);
    private static final String AVAILABLE = Account.HOST_AVAILABLE.kind();

    private final PayoutSql sql;
    private final LedgerSql ledger;
    private final Outbox outbox;
    private final OnceSql once;
    private final ConnectGateway gateway;
    private final PayoutConfig config;
    private final PayoutMetrics metrics;

    Payouts(
            PayoutSql sql,
            LedgerSql ledger,
            Outbox outbox,
            OnceSql once,
            ConnectGateway gateway,
            PayoutConfig config,
            PayoutMetrics metrics) {
        this.sql = sql;
        this.ledger = ledger;
        this.outbox = outbox;
        this.once = once;
        this.gateway = gateway;
        this.config = config;
        this.metrics = metrics;
    }

    /**
     * Makes available what some stays have earned whose time has come, or takes from it what was given back since.
     *
     * @return whether there may be more
     */
    boolean release() {
        int handled = outbox.inTransaction(changes -> {
            SqlConnection connection = changes.connection();
            List<DueStay> due = sql.claimStays(connection, config.holdback(), config.batch());
            if (due.isEmpty()) {
                return 0;
            }
            // Read once the stays are locked: what is posted to them after this opens them again.
            for (Held held : sql.held(connection, due)) {
                ledger.post(
                        connection,
                        new dev.berth.ledger.Transfer(
                                Ids.next(),
                                TransferKind.RELEASE,
                                null,
                                held.booking(),
                                null,
                                PayoutPostings.release(held.host(), held.amount())));
            }
            for (DueStay stay : due) {
                sql.addAccount(connection, stay.host(), stay.zone(), PayoutWeek.next(stay.now(), stay.zone()));
            }
            sql.close(connection, due);
            return due.size();
        });
        metrics.released.increment(handled);
        return handled == config.batch();
    }

    /** What has been written down, for the provider to be asked for. */
    record Run(boolean more, List<PayoutRow> payouts) {}

    /** Carries out the weekly run of one host whose time has come. */
    Run runWeekly() {
        return outbox.inTransaction(changes -> {
            SqlConnection connection = changes.connection();
            Optional<AccountRow> found = sql.claimRun(connection);
            if (found.isEmpty()) {
                return new Run(false, List.of());
            }
            AccountRow row = found.get();
            List<PayoutRow> payouts = new ArrayList<>();
            if (row.state() == AccountState.ENABLED) {
                LocalDate week = PayoutWeek.last(row.now(), row.zone());
                for (Money amount : available(connection, row.host())) {
                    if (amount.amount() >= config.minimumOf(amount.currency()).amount()) {
                        begin(connection, row, amount, week).ifPresent(payouts::add);
                    }
                }
            }
            sql.setNextRun(connection, row.host(), PayoutWeek.next(row.now(), row.zone()));
            return new Run(true, payouts);
        });
    }

    private List<Money> available(SqlConnection connection, UserId host) {
        return sql.balances(connection, host).stream()
                .filter(owed -> owed.kind().equals(AVAILABLE))
                .map(Owed::amount)
                .toList();
    }

    /** @param week null when the host has asked for it */
    private Optional<PayoutRow> begin(
            SqlConnection connection, AccountRow row, Money amount, @Nullable LocalDate week) {
        String account = row.account();
        if (account == null) {
            return Optional.empty();
        }
        Optional<PayoutRow> begun = sql.insert(connection, row.host(), amount, week, account, config.lease());
        begun.ifPresent(payout -> post(
                connection,
                payout.id().value(),
                TransferKind.PAYOUT,
                PayoutPostings.payout(payout.host(), payout.amount())));
        return begun;
    }

    private void post(SqlConnection connection, UUID id, TransferKind kind, List<Line> lines) {
        ledger.post(connection, dev.berth.ledger.Transfer.apart(id, kind, lines));
    }

    /** @param fresh what is to be sent now; null when the request was made before */
    record Requested(Payout payout, @Nullable PayoutRow fresh) {}

    Requested request(RequestPayout command) {
        return outbox.inTransaction(changes -> {
            List<PayoutRow> fresh = new ArrayList<>();
            Payout payout = once.once(
                    changes.connection(), command.actor(), "requestPayout", command.once(), Payout.class, () -> {
                        PayoutRow row = begin(changes, command);
                        fresh.add(row);
                        return row.payout();
                    });
            return new Requested(payout, fresh.isEmpty() ? null : fresh.getFirst());
        });
    }

    private PayoutRow begin(Changes changes, RequestPayout command) {
        UserId host = command.actor().user();
        // Locked: neither the weekly run nor another request counts the same money.
        AccountRow row = sql.lockAccount(changes.connection(), host)
                .filter(account -> account.state() == AccountState.ENABLED)
                .orElseThrow(() -> new Rejection(
                        ProblemType.ILLEGAL_STATE, "the provider cannot pay you yet: see payout-account"));
        Money minimum = config.minimumOf(command.currency());
        Money amount = available(changes.connection(), host).stream()
                .filter(each -> each.currency().equals(command.currency()))
                .findFirst()
                .orElse(Money.zero(command.currency()));
        if (amount.amount() < minimum.amount()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "%d is available, and the least that is paid out is %d, in minor units of %s"
                            .formatted(amount.amount(), minimum.amount(), minimum.currency())
                            .toLowerCase(Locale.ROOT));
        }
        return begin(changes.connection(), row, amount, null).orElseThrow();
    }

    /** Asks the provider for what has just been written down. What comes of it may stay open; then {@link #lookUp} finds out. */
    void send(PayoutRow payout) {
        settle(
                payout,
                () -> gateway.transfer(payout.id(), payout.account(), payout.amount())
                        .await());
    }

    /** Asks the provider what has become of a payout, and for it when the provider does not know it. */
    void lookUp(PayoutRow payout) {
        settle(
                payout,
                () -> gateway.find(payout.id()).await().orElseGet(() -> {
                    if (payout.payout().status() != PayoutStatus.PENDING) {
                        throw new GatewayException("what was sent is not found", null, null);
                    }
                    return gateway.transfer(payout.id(), payout.account(), payout.amount())
                            .await();
                }));
    }

    private interface Asking {
        Transfer ask();
    }

    private void settle(PayoutRow asked, Asking asking) {
        Transfer transfer = null;
        String refusal = null;
        try {
            transfer = asking.ask();
        } catch (GatewayException failure) {
            refusal = failure.refusal();
            if (refusal == null) {
                LOG.warn("payout {} is looked up later: {}", asked.id(), failure.getMessage());
                return;
            }
            LOG.warn("payout {} is refused: {}", asked.id(), failure.getMessage());
        }
        Transfer sent = transfer;
        String refused = refusal;
        outbox.inTransaction(changes -> settled(changes, asked, sent, refused)).ifPresent(this::count);
        if (refused != null) {
            // The account may not be what it was.
            sql.checkAccountIn(asked.host(), Duration.ZERO);
        }
    }

    /** Makes true what the provider has said, once. */
    private Optional<PayoutEvent> settled(
            Changes changes, PayoutRow asked, @Nullable Transfer transfer, @Nullable String refusal) {
        SqlConnection connection = changes.connection();
        PayoutRow row = sql.lock(connection, asked.id());
        PayoutStatus status = row.payout().status();
        if (transfer == null) {
            if (status != PayoutStatus.PENDING) {
                return Optional.empty();
            }
            PayoutRow failed = sql.settle(connection, row.id(), PayoutStatus.FAILED, null, refusal);
            post(connection, Ids.next(), TransferKind.PAYOUT_FAILED, PayoutPostings.failed(row.host(), row.amount()));
            return told(changes, new PayoutFailed(failed.payout()));
        }
        if (status == PayoutStatus.FAILED) {
            metrics.contradictions.increment();
            LOG.error("payout {} has failed here and is sent at the provider: the ledger needs a correction", row.id());
            return Optional.empty();
        }
        // An answer that was overtaken takes nothing back.
        long reversed = Math.max(transfer.reversed(), row.payout().reversed().amount());
        Money back = new Money(reversed, row.amount().currency());
        Money fresh = back.minus(row.payout().reversed());
        PayoutRow now = sql.settle(
                connection,
                row.id(),
                back.equals(row.amount()) ? PayoutStatus.REVERSED : PayoutStatus.SENT,
                new Transfer(transfer.id(), reversed),
                null);
        Optional<PayoutEvent> event = Optional.empty();
        if (status == PayoutStatus.PENDING) {
            UUID sent = Ids.next();
            post(connection, sent, TransferKind.PAYOUT_SENT, PayoutPostings.sent(row.host(), row.amount()));
            sql.sending(connection, sent, row.id());
            event = told(changes, new PayoutSent(now.payout()));
        }
        if (fresh.amount() > 0) {
            UUID taken = Ids.next();
            post(connection, taken, TransferKind.PAYOUT_REVERSED, PayoutPostings.reversed(row.host(), fresh));
            sql.sending(connection, taken, row.id());
            event = told(changes, new PayoutReversed(now.payout(), fresh));
        }
        return event;
    }

    private static Optional<PayoutEvent> told(Changes changes, PayoutEvent event) {
        changes.record(event);
        return Optional.of(event);
    }

    private void count(PayoutEvent event) {
        switch (event) {
            case PayoutSent sent -> metrics.sent(sent.payout().amount());
            case PayoutFailed failed -> metrics.failed.increment();
            case PayoutReversed reversed -> metrics.reversed.increment();
        }
    }
}
