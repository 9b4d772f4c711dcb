package dev.berth.payments;

import dev.berth.ledger.Postings;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.Gateway.Hold;
import dev.berth.payments.Gateway.Intent;
import dev.berth.payments.Gateway.IntentState;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.payments.PaymentEvent.PaymentAuthorised;
import dev.berth.payments.PaymentRow.Capture;
import dev.berth.payments.PaymentRow.Purpose;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.values.PaymentId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of payments. What attempts, look-ups and webhooks find out comes together in {@link #apply}, in one transaction with
 * the ledger and the outbox: a success counts always and once, anything else only when nothing has happened since it was asked
 * for. What points and the wallet pay is posted with the card's part, or given up with it.
 */
final class Outcomes {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    /** What a payment that was broken off before it was tried is declined with: it may be tried again. */
    private static final String BROKEN_OFF = "processing_error";

    /** What a payment ends with whose card has paid when points or wallet could not any more. */
    private static final String TOO_LATE = "too_late";

    /** What a payment ends with whose money the provider keeps no longer. */
    static final String HOLD_EXPIRED = "hold_expired";

    private final PaymentSql sql;
    private final Outbox outbox;
    private final Gateway gateway;
    private final PaymentConfig config;
    private final Purse purse;
    private final Holds holds;
    private final Teller teller;
    private final PaymentMetrics metrics;

    Outcomes(
            PaymentSql sql,
            Outbox outbox,
            Gateway gateway,
            PaymentConfig config,
            Purse purse,
            Holds holds,
            Teller teller,
            PaymentMetrics metrics) {
        this.sql = sql;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.purse = purse;
        this.holds = holds;
        this.teller = teller;
        this.metrics = metrics;
    }

    /** Collects what is set aside. When it is not known whether that has worked, the provider is asked later. */
    Payment collect(PaymentRow claimed) {
        try {
            Intent answer = gateway.capture(
                            intentOf(claimed), claimed.id(), claimed.parts().card())
                    .await();
            if (answer.state() == IntentState.AUTHORISED) {
                throw new GatewayException("what is set aside has not been collected", false, null);
            }
            return apply(claimed, answer, true);
        } catch (GatewayException failure) {
            LOG.warn("payment {} is collected later: {}", claimed.id(), failure.getMessage());
            return current(claimed.id());
        }
    }

    /** Asks the provider how a payment stands that was due to be looked up. */
    void lookUp(PaymentRow row) {
        String intent = row.intent();
        if (intent == null) {
            // It was broken off before its intent was written: never confirmed, so never charged.
            brokenOff(row);
        } else if (row.abandoned()) {
            cancel(row, intent);
        } else {
            apply(row, gateway.retrieve(intent).await(), true);
        }
    }

    /** As {@link #lookUp}, because the provider has told that something has happened. */
    void lookUpTold(PaymentRow row) {
        if (!row.charged()) {
            apply(row, gateway.retrieve(intentOf(row)).await(), !row.underWay());
        }
    }

    Payment current(PaymentId payment) {
        return sql.find(payment)
                .map(PaymentRow::payment)
                .orElseGet(() -> new Payment(payment, PaymentStatus.REQUIRES_PAYMENT_METHOD, null, null, null));
    }

    Payment cancel(PaymentRow row, String intent) {
        return apply(row, gateway.cancel(intent).await(), false);
    }

    private void brokenOff(PaymentRow row) {
        apply(row, new Intent("", IntentState.OPEN, 0, row.price().currency(), null, null, null, null), true);
    }

    /** Takes back an attempt that has certainly charged nothing, and what was reserved for it. */
    void giveUp(PaymentRow row) {
        outbox.inTransaction(changes -> {
            sql.giveUpAttempt(changes.connection(), row).ifPresent(given -> purse.release(changes.connection(), given));
            return Done.DONE;
        });
    }

    /**
     * Makes true what the provider has said.
     *
     * @param asked the payment as it was when the provider was asked
     * @param conclusive whether no attempt is under way that will tell better than this
     */
    Payment apply(PaymentRow asked, Intent intent, boolean conclusive) {
        Applied applied = outbox.inTransaction(changes -> {
            PaymentRow row = sql.lock(changes.connection(), asked.id()).orElseThrow();
            return switch (intent.state()) {
                case SUCCEEDED ->
                    row.charged() || isTooLate(row) || !paidInFull(row, intent)
                            ? same(row)
                            : changed(succeed(changes, row).orElseGet(() -> tooLate(changes, row)));
                case CANCELLED ->
                    // Of an intent that another one has followed, that is how it should be.
                    row.charged()
                                    || row.status() == PaymentStatus.CANCELLED
                                    || !intent.id().equals(row.intent())
                            ? same(row)
                            : changed(cancelled(changes, row));
                case DECLINED, REQUIRES_ACTION, OPEN, PROCESSING, AUTHORISED ->
                    conclusive && row.version() == asked.version() && !row.charged()
                            ? undecided(changes, row, intent)
                            : same(row);
            };
        });
        if (applied.collect()) {
            return collect(applied.row());
        }
        if (applied.changed()) {
            tell(applied.row());
        }
        return applied.row().payment();
    }

    /** Once what has become of it is committed. */
    void tell(PaymentRow changed) {
        count(changed);
        teller.tell(changed);
    }

    private void count(PaymentRow changed) {
        switch (changed.status()) {
            case SUCCEEDED -> metrics.charged(changed.price());
            case DECLINED -> metrics.declined.increment();
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, AUTHORISED, PROCESSING, CANCELLED, REFUNDED -> {
                // No money has moved.
            }
        }
    }

    /** @param collect whether what is set aside is to be collected next */
    record Applied(PaymentRow row, boolean changed, boolean collect) {}

    private static Applied same(PaymentRow row) {
        return new Applied(row, false, false);
    }

    private static Applied changed(PaymentRow row) {
        return new Applied(row, true, false);
    }

    private Applied undecided(Outbox.Changes changes, PaymentRow row, Intent intent) {
        return switch (intent.state()) {
            case DECLINED -> changed(decline(changes, row, intent.declineCode(), intent.declineMessage()));
            case REQUIRES_ACTION ->
                row.status() == PaymentStatus.REQUIRES_ACTION
                        ? same(row)
                        : changed(sql.setStatus(
                                changes.connection(),
                                row.id(),
                                PaymentStatus.REQUIRES_ACTION,
                                intent.actionUrl(),
                                null,
                                null,
                                config.resolveBackoff()));
            case OPEN ->
                row.status() == PaymentStatus.PROCESSING || row.status() == PaymentStatus.REQUIRES_ACTION
                        ? changed(decline(changes, row, BROKEN_OFF, "The payment was broken off. Try again."))
                        : same(row);
            case AUTHORISED -> setAside(changes, row, intent.hold());
            case PROCESSING, SUCCEEDED, CANCELLED -> same(row);
        };
    }

    /** @param hold what the provider keeps of it; null when all of it is inside, or it has not said so */
    Applied setAside(Outbox.Changes changes, PaymentRow row, @Nullable Hold hold) {
        if (row.capture() == Capture.DUE && !row.abandoned()) {
            return new Applied(row, false, true);
        } else if (row.status() == PaymentStatus.AUTHORISED) {
            return same(row);
        }
        holds.kept(changes.connection(), row, hold);
        changes.record(new PaymentAuthorised(row.id(), row.booking(), row.driver(), row.price()));
        // What nobody waits for is given up next.
        Duration nextCheck = row.abandoned() ? Duration.ZERO : null;
        return changed(
                sql.setStatus(changes.connection(), row.id(), PaymentStatus.AUTHORISED, null, null, null, nextCheck));
    }

    /** Posts what has come; empty when points or wallet have not got any more what they were to pay. */
    Optional<PaymentRow> succeed(Outbox.Changes changes, PaymentRow row) {
        if (row.purpose() == Purpose.TOP_UP) {
            sql.postTopUp(changes.connection(), row, row.price());
            return Optional.of(succeeded(changes, row));
        } else if (row.shared()) {
            sql.succeedShares(changes.connection(), row).forEach(share -> postShare(changes, share));
        } else if (!purse.charge(changes.connection(), row)) {
            return Optional.empty();
        }
        changes.record(row.succeeded());
        return Optional.of(succeeded(changes, row));
    }

    private PaymentRow succeeded(Outbox.Changes changes, PaymentRow row) {
        return sql.setStatus(changes.connection(), row.id(), PaymentStatus.SUCCEEDED, null, null, null, null);
    }

    private void postShare(Outbox.Changes changes, PaymentRow share) {
        if (!share.price().isZero()) {
            sql.post(
                    changes.connection(),
                    share.id().value(),
                    TransactionKind.CHARGE,
                    share,
                    null,
                    Postings.charge(
                            share.driver(), share.host(), share.commissionBasisPoints(), share.fee(), share.parts()));
        }
    }

    /** The card has paid its part when nobody waited for it any more, and the other parts are spent: its money is the driver's. */
    private PaymentRow tooLate(Outbox.Changes changes, PaymentRow row) {
        LOG.warn("payment {}: what the card has paid is in the driver's wallet", row.id());
        sql.postTopUp(changes.connection(), row, row.parts().card());
        if (!row.abandoned()) {
            changes.record(row.failed(TOO_LATE));
        }
        sql.abandon(changes.connection(), row.id(), true);
        return sql.setStatus(
                changes.connection(),
                row.id(),
                PaymentStatus.CANCELLED,
                null,
                TOO_LATE,
                "The payment came too late: its money is in your wallet.",
                null);
    }

    private static boolean isTooLate(PaymentRow row) {
        return row.status() == PaymentStatus.CANCELLED && TOO_LATE.equals(row.declineCode());
    }

    PaymentRow decline(Outbox.Changes changes, PaymentRow row, @Nullable String code, @Nullable String message) {
        purse.release(changes.connection(), row);
        if (row.purpose() != Purpose.TOP_UP) {
            changes.record(row.failed(code == null ? "card_declined" : code));
        }
        // What nobody waits for is cancelled next.
        Duration nextCheck = row.abandoned() ? Duration.ZERO : null;
        return sql.setStatus(changes.connection(), row.id(), PaymentStatus.DECLINED, null, code, message, nextCheck);
    }

    private PaymentRow cancelled(Outbox.Changes changes, PaymentRow row) {
        purse.release(changes.connection(), row);
        boolean letGo = !row.abandoned() && (row.status() == PaymentStatus.AUTHORISED || row.capture() == Capture.DUE);
        if (!row.abandoned() && row.purpose() != Purpose.TOP_UP) {
            changes.record(row.failed(letGo ? HOLD_EXPIRED : "canceled"));
        }
        return sql.setStatus(
                changes.connection(),
                row.id(),
                PaymentStatus.CANCELLED,
                null,
                letGo ? HOLD_EXPIRED : null,
                letGo ? "The bank has let go of what was set aside." : null,
                null);
    }

    private boolean paidInFull(PaymentRow row, Intent intent) {
        boolean full = intent.received() == row.parts().card().amount()
                && intent.currency().equals(row.price().currency());
        if (!full) {
            metrics.contradictions.increment();
            LOG.error("payment {}: the provider has collected another amount than it was to", row.id());
        }
        return full;
    }

    static String intentOf(PaymentRow row) {
        String intent = row.intent();
        if (intent == null) {
            throw new IllegalStateException("payment " + row.id() + " has no intent");
        }
        return intent;
    }
}
