package dev.berth.payments;

import dev.berth.ledger.ServiceFee;
import dev.berth.payments.PaymentCommand.Charged;
import dev.berth.payments.PaymentCommand.ChargedPart;
import dev.berth.payments.PaymentCommand.FindCharged;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of what people have paid, as they and whoever writes their invoices see it. */
final class TransactionSql {
    private static final String LIST = """
            SELECT t.id, t.kind, t.payment, t.booking, p.pass, p.purpose, p.description, t.posted_at, p.currency,
                -- Of what goes back only what the parking did not cover: the fee is the last to go.
                CASE WHEN p.service_fee = 0 THEN NULL WHEN t.kind = 'CHARGE' THEN p.service_fee ELSE (
                    SELECT nullif(least(p.service_fee, p.amount - coalesce(sum(r.amount) FILTER (WHERE x.id <> t.id), 0))
                        - least(p.service_fee, p.amount - sum(r.amount)), 0)::bigint
                    FROM payments.transfer x JOIN payments.refund r ON r.id = x.id
                    WHERE x.payment = p.id AND x.kind = 'REFUND' AND (x.posted_at, x.id) <= (t.posted_at, t.id))
                END AS fee,
                (SELECT abs(sum(e.amount))::bigint FROM payments.entry e JOIN payments.account a ON a.id = e.account
                 WHERE e.transfer = t.id AND a.kind IN ('processor_clearing', 'wallet', 'points_liability')) AS amount
            FROM payments.payment p
            JOIN payments.transfer t ON t.payment = p.id
            WHERE p.driver = $1 AND t.kind IN ('CHARGE', 'REFUND') AND ($2::text IS NULL OR t.kind = $2)
                AND ($3::timestamptz IS NULL OR t.posted_at >= $3) AND ($4::timestamptz IS NULL OR t.posted_at < $4)
                AND ($5::uuid IS NULL OR t.id < $5)
            ORDER BY t.id DESC
            LIMIT $6
            """;

    private static final String BOOKING = PaymentRow.Purpose.BOOKING.name();

    private static final String CHARGED = """
            SELECT id, booking, driver, host, amount, currency, service_fee, service_fee_tax
            FROM payments.payment
            WHERE (id = $1 AND NOT shared OR share_of = $1) AND status IN ('SUCCEEDED', 'REFUNDED')
            ORDER BY id
            """;

    private final Db db;

    TransactionSql(Db db) {
        this.db = db;
    }

    /** @param limit one more than the page, to see whether there is another */
    List<Transaction> list(ListTransactions command, int limit) {
        List<Transaction> transactions = new ArrayList<>();
        Tuple arguments = Tuple.wrap(Arrays.asList(
                command.driver().value(),
                command.kind() == null ? null : command.kind().name(),
                offset(command.from()),
                offset(command.to()),
                command.before(),
                limit));
        for (Row row : db.query(LIST, arguments)) {
            UUID pass = row.getUUID("pass");
            transactions.add(new Transaction(
                    row.getUUID("id"),
                    TransactionKind.valueOf(row.getString("kind")),
                    new PaymentId(row.getUUID("payment")),
                    row.getString("purpose").equals(BOOKING) ? new BookingId(row.getUUID("booking")) : null,
                    pass == null ? null : new SubscriptionId(pass),
                    new Money(row.getLong("amount"), row.getString("currency")),
                    row.getString("description"),
                    row.getOffsetDateTime("posted_at").toInstant(),
                    row.getLong("fee") == null ? null : new Money(row.getLong("fee"), row.getString("currency"))));
        }
        return transactions;
    }

    Charged charged(FindCharged command) {
        List<ChargedPart> parts = new ArrayList<>();
        for (Row row : db.query(CHARGED, Tuple.of(command.payment().value()))) {
            parts.add(new ChargedPart(
                    new PaymentId(row.getUUID("id")),
                    new BookingId(row.getUUID("booking")),
                    new UserId(row.getUUID("driver")),
                    new UserId(row.getUUID("host")),
                    new Money(row.getLong("amount"), row.getString("currency")),
                    fee(row)));
        }
        return new Charged(parts);
    }

    private static @Nullable ServiceFee fee(Row row) {
        String currency = row.getString("currency");
        ServiceFee fee = new ServiceFee(
                new Money(row.getLong("service_fee"), currency), new Money(row.getLong("service_fee_tax"), currency));
        return fee.isNone() ? null : fee;
    }

    private static @Nullable OffsetDateTime offset(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
