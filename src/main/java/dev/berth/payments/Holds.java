package dev.berth.payments;

import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.Gateway.Hold;
import dev.berth.payments.Gateway.Intent;
import dev.berth.payments.Gateway.IntentState;
import dev.berth.payments.HoldSql.HoldRow;
import dev.berth.payments.HoldSql.State;
import dev.berth.payments.PaymentEvent.PaymentHoldEnding;
import dev.berth.payments.PaymentRow.Capture;
import dev.berth.platform.events.Outbox;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the provider keeps on cards is renewed before it ends (RULES 28), so that a payment that waits is never without it, and
 * never has two that could both be collected.
 *
 * <p>Another intent is begun beside the old one, with the same card and without its holder. That is written down before the
 * provider hears of it, with a number that makes its idempotency keys: whoever goes on after a node has died does the same again.
 * Only when the new one holds does the payment change over to it, under the lock that every collection takes too; what is left
 * over, the old one or the new one, is cancelled, which is written down in the same transaction. A bank that declines or wants
 * to see the holder leaves the old one as it is until it ends, and the driver is told.
 */
final class Holds {
    private static final Logger LOG = LoggerFactory.getLogger(Holds.class);

    private final HoldSql sql;
    private final PaymentSql payments;
    private final Outbox outbox;
    private final Gateway gateway;
    private final PaymentConfig config;
    private final PaymentMetrics metrics;

    Holds(
            HoldSql sql,
            PaymentSql payments,
            Outbox outbox,
            Gateway gateway,
            PaymentConfig config,
            PaymentMetrics metrics) {
        this.sql = sql;
        this.payments = payments;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.metrics = metrics;
    }

    /** The provider has set the card's part aside. */
    void kept(SqlConnection connection, PaymentRow row, @Nullable Hold hold) {
        if (hold != null && hold.amount() > 0) {
            sql.keep(connection, row.id(), hold, config.renewHoldBefore());
        }
    }

    /** The payment does without what the provider keeps for it. */
    void letGo(SqlConnection connection, PaymentRow row) {
        String intent = row.intent();
        if (intent != null) {
            sql.letGo(connection, row.id(), intent);
        }
    }

    /** @param intent what is asked for, once the provider has named it */
    private record Renewal(
            PaymentRow row, HoldRow hold, @Nullable String intent) {}

    /**
     * Renews what ends soon, or goes on with what has been broken off.
     *
     * @param lookUp what is done about one that should have ended by now
     */
    void renew(PaymentId payment, Consumer<PaymentRow> lookUp) {
        Optional<Renewal> begun = outbox.inTransaction(changes -> {
            PaymentRow row = payments.lock(changes.connection(), payment).orElseThrow();
            HoldRow hold = sql.lock(changes.connection(), payment).orElseThrow();
            if (!isNeeded(row)) {
                end(changes.connection(), hold);
                return Optional.empty();
            }
            return Optional.of(new Renewal(
                    row,
                    hold.state() == State.KEPT ? sql.begin(changes.connection(), payment) : hold,
                    hold.state() == State.KEPT ? null : hold.nextIntent()));
        });
        begun.ifPresent(renewal -> {
            if (renewal.hold().state() == State.REFUSED) {
                lookUp.accept(renewal.row());
            } else {
                ask(renewal);
            }
        });
    }

    private void ask(Renewal renewal) {
        PaymentRow row = renewal.row();
        HoldRow hold = renewal.hold();
        String intent = renewal.intent();
        Intent answer;
        if (intent == null) {
            intent = gateway.createRenewal(
                            row.id(),
                            hold.renewals(),
                            row.booking(),
                            new Money(hold.amount(), row.price().currency()),
                            payments.customer(row.driver()).orElseThrow(),
                            row.description())
                    .await()
                    .id();
            if (!sql.rememberNext(hold, intent)) {
                return;
            }
            answer = confirm(renewal, intent);
        } else {
            answer = gateway.retrieve(intent).await();
            if (answer.state() == IntentState.OPEN) {
                answer = confirm(renewal, intent);
            }
        }
        conclude(renewal, intent, answer);
    }

    private Intent confirm(Renewal renewal, String intent) {
        PaymentRow row = renewal.row();
        String method = Optional.ofNullable(renewal.hold().method())
                .or(() -> Optional.ofNullable(row.method()))
                .orElseThrow();
        return gateway.confirmRenewal(intent, row.id(), renewal.hold().renewals(), method)
                .await();
    }

    /** Changes over to the new one, or does without it. */
    private void conclude(Renewal renewal, String intent, Intent answer) {
        PaymentId payment = renewal.row().id();
        boolean concluded = outbox.inTransaction(changes -> {
            SqlConnection connection = changes.connection();
            PaymentRow row = payments.lock(connection, payment).orElseThrow();
            HoldRow hold = sql.lock(connection, payment).orElseThrow();
            if (hold.state() != State.RENEWING
                    || hold.renewals() != renewal.hold().renewals()) {
                // Another node was faster.
                return false;
            } else if (!isNeeded(row)) {
                end(connection, hold);
                return true;
            }
            return switch (answer.state()) {
                case AUTHORISED -> {
                    letGo(connection, row);
                    payments.changeOver(connection, payment, intent);
                    Hold renewed = answer.hold();
                    sql.keep(
                            connection,
                            payment,
                            renewed == null ? new Hold(hold.amount(), null, hold.method()) : renewed,
                            config.renewHoldBefore());
                    metrics.holdsRenewed.increment();
                    yield true;
                }
                case DECLINED, REQUIRES_ACTION, CANCELLED -> {
                    sql.letGo(connection, payment, intent);
                    sql.refuse(connection, payment, config.resolveBackoff());
                    changes.record(new PaymentHoldEnding(
                            payment, row.booking(), row.driver(), row.price(), hold.endsAt(), code(answer)));
                    metrics.holdsRefused.increment();
                    yield true;
                }
                // It is looked at again; one that is manual does not succeed by itself.
                case OPEN, PROCESSING, SUCCEEDED -> false;
            };
        });
        if (concluded) {
            cancelLeftOver();
        }
    }

    private static String code(Intent answer) {
        String code = answer.declineCode();
        return code != null
                ? code
                : answer.state() == IntentState.REQUIRES_ACTION ? "authentication_required" : "declined";
    }

    private void end(SqlConnection connection, HoldRow hold) {
        String next = hold.nextIntent();
        if (next != null) {
            sql.letGo(connection, hold.payment(), next);
        }
        sql.end(connection, hold.payment());
    }

    private static boolean isNeeded(PaymentRow row) {
        return row.status() == PaymentStatus.AUTHORISED
                && row.capture() == Capture.LATER
                && !row.abandoned()
                && row.intent() != null
                && !row.parts().card().isZero();
    }

    /** Cancels what nobody needs any more; what fails now is done later. */
    void cancelLeftOver() {
        for (String intent : sql.claimLetGo(config)) {
            try {
                cancel(intent);
            } catch (GatewayException failure) {
                LOG.warn("an intent that nobody needs is cancelled later: {}", failure.getMessage());
            }
        }
    }

    void cancel(String intent) {
        Intent answer = gateway.cancel(intent).await();
        if (answer.state() == IntentState.SUCCEEDED) {
            metrics.contradictions.increment();
            LOG.error("intent {} has been collected although nobody needed it", intent);
        }
        if (answer.state() == IntentState.SUCCEEDED || answer.state() == IntentState.CANCELLED) {
            sql.gone(intent);
        }
    }
}
