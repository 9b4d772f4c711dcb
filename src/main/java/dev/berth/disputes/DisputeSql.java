package dev.berth.disputes;

import dev.berth.disputes.DisputeCommand.ListDisputes;
import dev.berth.disputes.DisputeGateway.ProviderDispute;
import dev.berth.ledger.ServiceFee;
import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.DisputeId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of disputes. Payments are read where they are, locked: what is given back waits for what is lost, and the reverse. */
final class DisputeSql {
    private static final String COLUMNS = """
            id, provider_dispute, payment, driver, host, amount, currency, withdrawn, fees, borne, borne_by_host, reason, status,
            due_by, opened_at, closed_at, evidence, evidence_wanted_at, evidence_sent_at, checks
            """;
    private static final String PAYMENTS = """
            SELECT p.id, p.booking, p.driver, p.host, p.amount, p.currency, p.commission_basis_points, p.service_fee,
                p.service_fee_tax, p.description, p.shared,
                p.purpose = 'TOP_UP' AS top_up,
                coalesce((SELECT sum(r.amount) FROM payments.refund r
                          WHERE r.payment = p.id AND r.status = 'SUCCEEDED'), 0)::bigint AS given_back,
                coalesce((SELECT -sum(e.amount) FROM payments.transfer t
                          JOIN payments.entry e ON e.transfer = t.id
                          JOIN payments.account a ON a.id = e.account AND a.kind = 'disputed'
                          WHERE t.payment = p.id AND t.kind = 'DISPUTE_LOST'), 0)::bigint AS lost
            FROM payments.payment p
            WHERE p.id = $1 OR p.share_of = $1
            ORDER BY p.share_of NULLS FIRST, p.id
            """;
    private static final String PAYMENT_OF = "SELECT id FROM payments.payment WHERE provider_intent = $1";
    private static final String LOCK_PAYMENTS = """
            SELECT id FROM payments.payment WHERE id = $1 OR share_of = $1 ORDER BY id FOR UPDATE
            """;
    private static final String INSERT = """
            INSERT INTO disputes.dispute
                (id, provider_dispute, payment, driver, host, amount, currency, reason, status, due_by, opened_at, next_check_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'NEEDS_RESPONSE', $9, $10, now())
            ON CONFLICT (provider_dispute) DO NOTHING
            """;
    private static final String LOCK_TOLD =
            "SELECT " + COLUMNS + " FROM disputes.dispute WHERE provider_dispute = $1 FOR UPDATE";
    private static final String FIND = "SELECT " + COLUMNS + " FROM disputes.dispute WHERE id = $1";
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM disputes.dispute
            WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
            """;
    private static final String SETTLE = """
            UPDATE disputes.dispute
            SET status = $2, due_by = $3, withdrawn = $4, fees = $5, borne = $6, borne_by_host = $7, checks = 0,
                closed_at = CASE WHEN $8 THEN coalesce(closed_at, now()) END,
                next_check_at = now() + $9 * interval '1 millisecond'
            WHERE id = $1
            RETURNING
            """ + COLUMNS;
    private static final String WANT_EVIDENCE = """
            UPDATE disputes.dispute
            SET evidence = $2, evidence_by = $3, evidence_wanted_at = now(), checks = 0,
                next_check_at = now() + $4 * interval '1 millisecond'
            WHERE id = $1 AND evidence IS NULL AND status = 'NEEDS_RESPONSE'
            RETURNING
            """ + COLUMNS;
    private static final String EVIDENCE_SENT = """
            UPDATE disputes.dispute SET evidence_sent_at = coalesce(evidence_sent_at, now()) WHERE id = $1
            """;
    private static final String EVIDENCE_REFUSED = """
            UPDATE disputes.dispute SET evidence = NULL, evidence_by = NULL, evidence_wanted_at = NULL
            WHERE id = $1 AND evidence_sent_at IS NULL
            """;
    private static final String CLAIM_DUE = """
            UPDATE disputes.dispute
            SET checks = checks + 1,
                next_check_at = now() + least($1, $2 * 2::float8 ^ least(checks, 20)) * interval '1 millisecond'
            WHERE id IN (
                SELECT id FROM disputes.dispute WHERE next_check_at <= now()
                ORDER BY next_check_at LIMIT $3
                FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + COLUMNS;

    private final Db db;

    DisputeSql(Db db) {
        this.db = db;
    }

    /** @param evidenceWanted whether something is to be said that the provider may not have heard */
    record Stored(Dispute dispute, Money borne, boolean evidenceWanted) {}

    /**
     * A payment of which something is contested; of one for several bookings the whole first, then its shares.
     *
     * @param left of the price, after what was given back and lost
     * @param fee what of the whole price was the platform's service fee
     */
    record Contested(
            PaymentId id,
            BookingId booking,
            UserId driver,
            UserId host,
            Money left,
            int commissionBasisPoints,
            ServiceFee fee,
            String description,
            boolean shared,
            boolean topUp) {}

    /** The payment of a provider's intent. */
    Optional<PaymentId> paymentOf(SqlConnection connection, String intent) {
        for (Row row : run(connection, PAYMENT_OF, Tuple.of(intent))) {
            return Optional.of(new PaymentId(row.getUUID("id")));
        }
        return Optional.empty();
    }

    List<Contested> lockPayments(SqlConnection connection, PaymentId payment) {
        run(connection, LOCK_PAYMENTS, Tuple.of(payment.value()));
        return contested(run(connection, PAYMENTS, Tuple.of(payment.value())));
    }

    List<Contested> payments(PaymentId payment) {
        return contested(db.query(PAYMENTS, Tuple.of(payment.value())));
    }

    private static List<Contested> contested(RowSet<Row> rows) {
        List<Contested> all = new ArrayList<>();
        for (Row row : rows) {
            long left = row.getLong("amount") - row.getLong("given_back") - row.getLong("lost");
            all.add(new Contested(
                    new PaymentId(row.getUUID("id")),
                    new BookingId(row.getUUID("booking")),
                    new UserId(row.getUUID("driver")),
                    new UserId(row.getUUID("host")),
                    new Money(left, row.getString("currency")),
                    row.getInteger("commission_basis_points"),
                    new ServiceFee(
                            new Money(row.getLong("service_fee"), row.getString("currency")),
                            new Money(row.getLong("service_fee_tax"), row.getString("currency"))),
                    row.getString("description"),
                    row.getBoolean("shared"),
                    row.getBoolean("top_up")));
        }
        return all;
    }

    /** Writes it down unless it is known; whether it is news. */
    boolean insert(SqlConnection connection, Contested payment, ProviderDispute told) {
        return run(
                                connection,
                                INSERT,
                                Tuple.wrap(Arrays.asList(
                                        DisputeId.next().value(),
                                        told.id(),
                                        payment.id().value(),
                                        payment.driver().value(),
                                        payment.host().value(),
                                        told.amount().amount(),
                                        told.amount().currency(),
                                        told.reason(),
                                        time(told.dueBy()),
                                        time(told.openedAt()))))
                        .rowCount()
                > 0;
    }

    Stored lock(SqlConnection connection, String providerDispute) {
        return stored(run(connection, LOCK_TOLD, Tuple.of(providerDispute))).getFirst();
    }

    Optional<Stored> find(DisputeId dispute) {
        return stored(db.query(FIND, Tuple.of(dispute.value()))).stream().findFirst();
    }

    List<Dispute> list(ListDisputes command, int limit) {
        DisputeStatus status = command.status();
        DisputeId before = command.before();
        return stored(db.query(
                        LIST,
                        Tuple.of(status == null ? null : status.name(), before == null ? null : before.value(), limit)))
                .stream()
                .map(Stored::dispute)
                .toList();
    }

    /** @param nextCheck null when there is nothing to ask any more */
    Dispute settle(SqlConnection connection, Dispute now, Money borne, @Nullable Duration nextCheck) {
        return stored(run(
                        connection,
                        SETTLE,
                        Tuple.wrap(Arrays.asList(
                                now.id().value(),
                                now.status().name(),
                                time(now.dueBy()),
                                now.withdrawn().amount(),
                                now.fees().amount(),
                                borne.amount(),
                                now.borneByHost().amount(),
                                now.status().isOver(),
                                nextCheck == null ? null : (double) nextCheck.toMillis()))))
                .getFirst()
                .dispute();
    }

    /** Empty when something was said already, or nothing is taken any more. */
    Optional<Stored> wantEvidence(DisputeId dispute, String text, UserId by, Duration lease) {
        return stored(db.query(WANT_EVIDENCE, Tuple.of(dispute.value(), text, by.value(), (double) lease.toMillis())))
                .stream()
                .findFirst();
    }

    void evidenceSent(DisputeId dispute) {
        db.query(EVIDENCE_SENT, Tuple.of(dispute.value()));
    }

    void evidenceRefused(DisputeId dispute) {
        db.query(EVIDENCE_REFUSED, Tuple.of(dispute.value()));
    }

    /** Those of which the provider is to be asked; they are this node's until the pause is over. */
    List<Stored> claimDue(DisputeConfig config) {
        return stored(db.query(
                CLAIM_DUE,
                Tuple.of(
                        (double) config.backoffLimit().toMillis(),
                        (double) config.lease().toMillis(),
                        config.batch())));
    }

    private static List<Stored> stored(RowSet<Row> rows) {
        List<Stored> all = new ArrayList<>();
        for (Row row : rows) {
            String currency = row.getString("currency");
            long borne = row.getLong("borne");
            long byHost = row.getLong("borne_by_host");
            UUID id = row.getUUID("id");
            Dispute dispute = new Dispute(
                    new DisputeId(id),
                    row.getString("provider_dispute"),
                    new PaymentId(row.getUUID("payment")),
                    new UserId(row.getUUID("driver")),
                    new UserId(row.getUUID("host")),
                    new Money(row.getLong("amount"), currency),
                    new Money(row.getLong("withdrawn"), currency),
                    new Money(row.getLong("fees"), currency),
                    new Money(byHost, currency),
                    new Money(borne - byHost, currency),
                    row.getString("reason"),
                    DisputeStatus.valueOf(row.getString("status")),
                    instant(row, "due_by"),
                    row.getOffsetDateTime("opened_at").toInstant(),
                    instant(row, "closed_at"),
                    row.getString("evidence"),
                    instant(row, "evidence_sent_at"));
            boolean wanted = dispute.evidence() != null && dispute.evidenceSentAt() == null;
            all.add(new Stored(dispute, new Money(borne, currency), wanted));
        }
        return all;
    }

    private static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
