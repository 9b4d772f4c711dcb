package dev.berth.payments;

import dev.berth.ledger.Parts;
import dev.berth.ledger.ServiceFee;
import dev.berth.payments.InsideSql.Available;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What of a payment points and the wallet pay, in this order, before the card does (RULES 32). It is decided under the locks of
 * their accounts, and reserved in the ledger while the card or a host has to be waited for. Once a card has been tried it stays
 * so, because the provider knows the rest as what the payment is about.
 */
final class Purse {
    private final InsideSql sql;
    private final WalletConfig config;

    Purse(InsideSql sql, WalletConfig config) {
        this.sql = sql;
        this.config = config;
    }

    /** Whether the provider knows what that is. */
    static boolean isCard(String method) {
        return !method.equals(WalletCommand.METHOD) && !method.equals(PaymentCommand.POINTS);
    }

    /** Decides what pays; empty when points and wallet have too little of what they are to pay. */
    Optional<PaymentRow> decide(SqlConnection connection, PaymentRow asked, String method, @Nullable Inside inside) {
        PaymentRow row = sql.release(connection, asked);
        boolean byCard = isCard(method);
        if (byCard && row.attempt() > 0) {
            return covers(connection, row) ? Optional.of(row) : Optional.empty();
        }
        boolean points = method.equals(PaymentCommand.POINTS) || (inside != null && inside.points());
        boolean wallet = method.equals(WalletCommand.METHOD) || (inside != null && inside.wallet());
        if (points && row.shared()) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "points do not pay several bookings at once");
        } else if (!points && !wallet) {
            return Optional.of(
                    row.drawsInside() ? sql.setParts(connection, row, method, Parts.card(row.price())) : row);
        }
        Available available = sql.lock(connection, row, points, wallet);
        Parts parts = Parts.of(row.price(), available.points(), available.wallet(), byCard ? config.cardMinimum() : 0);
        if (byCard || parts.card().isZero()) {
            return Optional.of(sql.setParts(connection, row, method, parts));
        }
        if (row.attempt() == 0) {
            sql.setParts(connection, row, method, Parts.card(row.price()));
        }
        return Optional.empty();
    }

    /** Keeps what has been decided. */
    PaymentRow reserve(SqlConnection connection, PaymentRow row) {
        return sql.reserve(connection, row, config.reserveFor());
    }

    PaymentRow release(SqlConnection connection, PaymentRow row) {
        return sql.release(connection, row);
    }

    /** Less is going to be paid than was decided: the card pays less first, then the wallet, then the points. */
    PaymentRow lower(SqlConnection connection, PaymentRow row, Money price, ServiceFee fee) {
        Parts were = row.parts();
        Parts parts = Parts.of(price, were.points().amount(), were.wallet().amount(), config.cardMinimum());
        PaymentRow lowered = sql.lower(connection, sql.release(connection, row), parts, fee);
        // Kept on, if it still was: what is less than it leaves enough for it.
        return lowered.drawsInside() && covers(connection, lowered) ? reserve(connection, lowered) : lowered;
    }

    /** Posts the whole charge; false when what points and wallet are to pay is neither kept nor there any more. */
    boolean charge(SqlConnection connection, PaymentRow row) {
        UUID reservation = row.reservation();
        if (row.price().isZero() || (reservation != null && sql.chargeReserved(connection, reservation))) {
            return true;
        } else if (!covers(connection, row)) {
            return false;
        }
        sql.charge(connection, row, reservation == null ? row.id().value() : Ids.next());
        return true;
    }

    private boolean covers(SqlConnection connection, PaymentRow row) {
        Parts parts = row.parts();
        return !row.drawsInside()
                || sql.lock(
                                connection,
                                row,
                                !parts.points().isZero(),
                                !parts.wallet().isZero())
                        .covers(parts);
    }
}
