package dev.berth.payments;

import dev.berth.ledger.AccountSum;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Parts;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.Gateway.ProviderRefund;
import dev.berth.payments.Gateway.RefundState;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.payments.PaymentCommand.TrialBalance;
import dev.berth.payments.PaymentRow.Capture;
import dev.berth.payments.PaymentRow.Reason;
import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All SQL of payments. Times of waiting are reckoned by the database's clock, which all nodes share.
 *
 * <p>Longer than other files, because each statement stands beside the others that keep the same rows consistent.
 */
final class PaymentSql {
    static final String COLUMNS = """
            id, booking, driver, host, amount, currency, commission_basis_points, service_fee, service_fee_tax, description,
            status, version, attempt, method, return_url, action_url, decline_code, decline_message, abandoned, shared, share_of, purpose, points,
            wallet, capture,
            -- A node of the version before reserves by the payment's own id.
            coalesce(reservation, CASE WHEN status = 'AUTHORISED' AND wallet = amount AND amount > 0 THEN id END)
                AS reservation,
            coalesce(provider_intent, (
                SELECT whole.provider_intent FROM payments.payment whole WHERE whole.id = payment.share_of))
                AS provider_intent,
            coalesce(status = 'PROCESSING' AND next_check_at > now(), false) AS under_way
            """;
    /** The pause before the next look-up: {@code $x} doubled with each, at most {@code $y}, in milliseconds. */
    private static final String BACKOFF =
            "now() + least($%d, $%d * 2::float8 ^ least(checks, 30)) * interval '1 millisecond'";

    // Payments

    /** One payment's abandoning and its first charge exclude each other, though neither finds a row to lock. */
    private static final String EXCLUDE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 40))";

    private static final String INSERT = """
            INSERT INTO payments.payment
                (id, booking, driver, host, amount, currency, commission_basis_points, description, shared, capture,
                 purpose, pass, service_fee, service_fee_tax, status, abandoned)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                CASE WHEN gone THEN 'CANCELLED' ELSE 'REQUIRES_PAYMENT_METHOD' END, gone
            FROM (SELECT EXISTS (SELECT FROM payments.never_charge WHERE payment = $1) AS gone)
            ON CONFLICT (id) DO NOTHING
            """;
    private static final String INSERT_SHARES = """
            INSERT INTO payments.payment
                (id, booking, driver, host, amount, currency, commission_basis_points, description, status, share_of, purpose,
                 pass, service_fee, service_fee_tax)
            SELECT s.booking, s.booking, w.driver, w.host, s.amount, w.currency, w.commission_basis_points, w.description,
                'REQUIRES_PAYMENT_METHOD', w.id, w.purpose, w.pass, s.fee, s.fee_tax
            FROM payments.payment w,
                unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[]) AS s (booking, amount, fee, fee_tax)
            WHERE w.id = $1
            ORDER BY s.booking
            ON CONFLICT (id) DO NOTHING
            """;
    private static final String SUM_OF_SHARES =
            "SELECT coalesce(sum(amount), 0)::bigint FROM payments.payment WHERE share_of = $1";
    private static final String SHARES_SUCCEED = """
            UPDATE payments.payment
            SET status = 'SUCCEEDED', method = $2, wallet = CASE WHEN $3 THEN amount ELSE 0 END, version = version + 1,
                updated_at = now()
            WHERE share_of = $1 AND status NOT IN ('SUCCEEDED', 'REFUNDED')
            RETURNING
            """ + COLUMNS;
    private static final String FIND = "SELECT " + COLUMNS + " FROM payments.payment WHERE id = $1";
    private static final String LOCK = FIND + " FOR UPDATE";
    private static final String OF_INTENT = "SELECT " + COLUMNS + " FROM payments.payment WHERE provider_intent = $1";
    private static final String CHANGE_OVER = """
            UPDATE payments.payment SET provider_intent = $2, version = version + 1, updated_at = now() WHERE id = $1
            """;
    private static final String CAPTURE_DUE = """
            UPDATE payments.payment SET capture = 'DUE', updated_at = now() WHERE id = $1
            RETURNING
            """ + COLUMNS;
    private static final String CLAIM_ATTEMPT = """
            UPDATE payments.payment
            SET status = 'PROCESSING', attempt = attempt + 1, version = version + 1, method = $2, return_url = $3,
                action_url = NULL, decline_code = NULL, decline_message = NULL, checks = 0,
                next_check_at = now() + $4 * interval '1 millisecond', updated_at = now()
            WHERE id = $1
            RETURNING
            """ + COLUMNS;
    private static final String LOCK_CHARGED_OF = "SELECT " + COLUMNS + """
             FROM payments.payment
            WHERE booking = $1 AND status IN ('SUCCEEDED', 'REFUNDED') ORDER BY id FOR UPDATE
            """;
    private static final String SET_HOST =
            "UPDATE payments.payment SET host = $2, version = version + 1, updated_at = now() WHERE id = $1";
    private static final String LAST_METHOD = """
            SELECT method FROM payments.payment
            WHERE driver = $1 AND booking = $2 AND method IS NOT NULL AND status IN ('SUCCEEDED', 'REFUNDED')
                AND NOT EXISTS (
                    SELECT FROM payments.card c WHERE c.provider_method = method AND c.removed_at IS NOT NULL)
            ORDER BY id DESC LIMIT 1
            """;
    private static final String REMEMBER_INTENT = """
            UPDATE payments.payment
            SET provider_intent = $3, next_check_at = now() + $4 * interval '1 millisecond', updated_at = now()
            WHERE id = $1 AND version = $2
            RETURNING
            """ + COLUMNS;
    private static final String GIVE_UP_ATTEMPT = """
            UPDATE payments.payment
            SET status = CASE WHEN abandoned AND provider_intent IS NULL THEN 'CANCELLED'
                              ELSE 'REQUIRES_PAYMENT_METHOD' END,
                next_check_at = CASE WHEN abandoned AND provider_intent IS NOT NULL THEN now() END,
                version = version + 1, updated_at = now()
            WHERE id = $1 AND version = $2
            RETURNING
            """ + COLUMNS;
    private static final String SET_STATUS = """
            UPDATE payments.payment
            SET status = $2, action_url = $3, decline_code = $4, decline_message = $5, version = version + 1,
                checks = 0, next_check_at = now() + $6 * interval '1 millisecond', updated_at = now()
            WHERE id = $1
            RETURNING
            """ + COLUMNS;
    private static final String ABANDON = """
            UPDATE payments.payment
            SET abandoned = true, updated_at = now(), version = version + CASE WHEN $2 THEN 1 ELSE 0 END,
                status = CASE WHEN $2 THEN 'CANCELLED' ELSE status END,
                next_check_at = CASE WHEN $2 THEN NULL ELSE coalesce(next_check_at, now()) END
            WHERE id = $1
            RETURNING
            """ + COLUMNS;
    private static final String NEVER_CHARGE =
            "INSERT INTO payments.never_charge (payment) VALUES ($1) ON CONFLICT DO NOTHING";
    private static final String CLAIM_DUE = """
            UPDATE payments.payment
            SET checks = checks + 1, next_check_at = %s
            WHERE id IN (SELECT id FROM payments.payment WHERE next_check_at <= now()
                         ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING
            """.formatted(BACKOFF.formatted(3, 2)) + COLUMNS;

    // Customers

    private static final String CUSTOMER = "SELECT provider_customer FROM payments.customer WHERE driver = $1";
    private static final String REMEMBER_CUSTOMER =
            "INSERT INTO payments.customer (driver, provider_customer) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    // Refunds

    private static final String REFUND_COLUMNS = """
            id, payment, amount, source, status, provider_refund, attempt,
            (SELECT w.withdrawal FROM payments.withdrawal_part w WHERE w.refund = refund.id) AS withdrawal,
            (SELECT p.currency FROM payments.payment p WHERE p.id = payment) AS currency
            """;
    /** A node of the version before writes CARD for what goes back to a wallet that has paid all. */
    private static final String SOURCE = "CASE WHEN p.points + p.wallet = p.amount THEN 'INSIDE' ELSE r.source END";

    /** First to the card, then inside: one row for each. */
    private static final String INSERT_REFUNDS = """
            WITH due AS (
                SELECT p.id, p.amount - p.points - p.wallet - back.card AS card,
                    least(coalesce($6, p.amount), p.amount) - back.amount AS amount
                FROM payments.payment p, LATERAL (
                    SELECT coalesce(sum(r.amount), 0)::bigint AS amount,
                        coalesce(sum(r.amount) FILTER (WHERE %s = 'CARD'), 0)::bigint AS card
                    FROM payments.refund r
                    WHERE r.payment = p.id AND r.status <> 'FAILED') back
                WHERE p.id = $3)
            INSERT INTO payments.refund (id, payment, amount, source, reason, status, next_check_at)
            SELECT part.id, due.id, part.amount, part.source, $4, 'PENDING',
                CASE WHEN part.source = 'CARD' THEN now() + $5 * interval '1 millisecond' END
            FROM due, LATERAL (VALUES
                ($1::uuid, 'CARD', least(due.amount, due.card)),
                ($2::uuid, 'INSIDE', due.amount - least(due.amount, due.card))) AS part (id, source, amount)
            WHERE due.amount > 0 AND part.amount > 0
            RETURNING
            """.formatted(SOURCE) + REFUND_COLUMNS;

    private static final String FIND_REFUND =
            "SELECT " + REFUND_COLUMNS + " FROM payments.refund WHERE id = $1 OR provider_refund = $2";
    private static final String LOCK_REFUND =
            "SELECT " + REFUND_COLUMNS + " FROM payments.refund WHERE id = $1 FOR UPDATE";
    private static final String OPEN_INSIDE = "SELECT " + REFUND_COLUMNS + """
             FROM payments.refund WHERE payment = $1 AND source = 'INSIDE' AND status = 'PENDING' ORDER BY id FOR UPDATE
            """;
    private static final String GIVEN_BACK = """
            SELECT coalesce(sum(r.amount), 0)::bigint AS amount,
                coalesce(sum(r.amount) FILTER (WHERE %s = 'INSIDE'), 0)::bigint AS inside
            FROM payments.refund r JOIN payments.payment p ON p.id = r.payment
            WHERE r.payment = $1 AND r.status = 'SUCCEEDED'
            """.formatted(SOURCE);
    private static final String SETTLE_REFUND = """
            UPDATE payments.refund
            SET status = $2, provider_refund = $3, failure_reason = $4, updated_at = now(),
                next_check_at = CASE WHEN $2 = 'PENDING' THEN next_check_at END
            WHERE id = $1
            """;
    private static final String NEXT_ATTEMPT = """
            UPDATE payments.refund SET attempt = attempt + 1, updated_at = now()
            WHERE id = $1 AND attempt = $2 AND status = 'PENDING' AND provider_refund IS NULL
            RETURNING
            """ + REFUND_COLUMNS;
    private static final String CLAIM_DUE_REFUNDS = """
            UPDATE payments.refund
            SET checks = checks + 1, next_check_at = %s
            WHERE id IN (SELECT id FROM payments.refund WHERE next_check_at <= now()
                         ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING
            """.formatted(BACKOFF.formatted(3, 2)) + REFUND_COLUMNS;

    // Webhook

    private static final String WEBHOOK_KNOWN = "SELECT FROM payments.webhook_event WHERE id = $1";
    private static final String NOTE_WEBHOOK =
            "INSERT INTO payments.webhook_event (id, type) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    private static final String FORGET_WEBHOOKS =
            "DELETE FROM payments.webhook_event WHERE received_at < now() - $1 * interval '1 millisecond'";

    private final Db db;
    private final LedgerSql ledger;

    PaymentSql(Db db) {
        this.db = db;
        this.ledger = new LedgerSql(db);
    }

    void exclude(SqlConnection connection, PaymentId payment) {
        run(connection, EXCLUDE, Tuple.of(payment.toString()));
    }

    /**
     * Writes the payment unless it is there; one that was called off before is cancelled from the beginning.
     *
     * @param shared whether its money is that of its shares
     * @param capture when its money is collected
     */
    void insert(SqlConnection connection, Charge charge, boolean shared, Capture capture, Reason reason) {
        SubscriptionId pass = reason.pass();
        ServiceFee fee = charge.fee();
        run(
                connection,
                INSERT,
                Tuple.of(
                                charge.payment().value(),
                                charge.booking().value(),
                                charge.driver().value(),
                                charge.host().value(),
                                charge.price().amount(),
                                charge.price().currency(),
                                charge.commissionBasisPoints(),
                                charge.description(),
                                shared,
                                capture.name(),
                                reason.purpose().name())
                        .addUUID(pass == null ? null : pass.value())
                        .addLong(fee == null ? 0 : fee.amount().amount())
                        .addLong(fee == null ? 0 : fee.tax().amount()));
    }

    /** Writes what a payment consists of, unless it is there: for each booking a payment with the booking's id. Their sum. */
    long insertShares(SqlConnection connection, PaymentId whole, List<Share> shares) {
        UUID[] bookings = shares.stream().map(share -> share.booking().value()).toArray(UUID[]::new);
        Long[] amounts = shares.stream().map(share -> share.price().amount()).toArray(Long[]::new);
        Long[] fees = shares.stream()
                .map(Share::fee)
                .map(fee -> fee == null ? 0 : fee.amount().amount())
                .toArray(Long[]::new);
        Long[] taxes = shares.stream()
                .map(Share::fee)
                .map(fee -> fee == null ? 0 : fee.tax().amount())
                .toArray(Long[]::new);
        run(connection, INSERT_SHARES, Tuple.of(whole.value(), bookings, amounts, fees, taxes));
        return run(connection, SUM_OF_SHARES, Tuple.of(whole.value()))
                .iterator()
                .next()
                .getLong(0);
    }

    /** The money of a payment has come, and so that of its shares: those of which that is news. */
    List<PaymentRow> succeedShares(SqlConnection connection, PaymentRow whole) {
        List<PaymentRow> rows = new ArrayList<>();
        run(connection, SHARES_SUCCEED, Tuple.of(whole.id().value(), whole.method(), whole.isInside()))
                .forEach(row -> rows.add(payment(row)));
        return rows;
    }

    Optional<PaymentRow> find(PaymentId payment) {
        return first(db.query(FIND, Tuple.of(payment.value())));
    }

    Optional<PaymentRow> lock(SqlConnection connection, PaymentId payment) {
        return first(run(connection, LOCK, Tuple.of(payment.value())));
    }

    Optional<PaymentRow> ofIntent(String intent) {
        return first(db.query(OF_INTENT, Tuple.of(intent)));
    }

    /** Another intent keeps what is set aside from now on. */
    void changeOver(SqlConnection connection, PaymentId payment, String intent) {
        run(connection, CHANGE_OVER, Tuple.of(payment.value(), intent));
    }

    /** What is set aside, or is to be, is wanted now. */
    PaymentRow captureDue(SqlConnection connection, PaymentId payment) {
        return one(run(connection, CAPTURE_DUE, Tuple.of(payment.value())));
    }

    /** Begins an attempt that nobody else looks after for as long as it may take. */
    PaymentRow claimAttempt(
            SqlConnection connection, PaymentId payment, String method, String returnUrl, Duration mayTake) {
        return one(run(
                connection, CLAIM_ATTEMPT, Tuple.of(payment.value(), method, returnUrl, (double) mayTake.toMillis())));
    }

    /** What the driver has paid for the booking with before, and has not removed since. */
    Optional<String> lastMethod(SqlConnection connection, UserId driver, BookingId booking) {
        for (Row row : run(connection, LAST_METHOD, Tuple.of(driver.value(), booking.value()))) {
            return Optional.of(row.getString(0));
        }
        return Optional.empty();
    }

    /** Empty when the attempt has been overtaken: it must not go on. */
    Optional<PaymentRow> rememberIntent(PaymentRow row, String intent, Duration mayTake) {
        return first(db.query(
                REMEMBER_INTENT, Tuple.of(row.id().value(), row.version(), intent, (double) mayTake.toMillis())));
    }

    /** Takes back an attempt that has certainly charged nothing; empty when it has been overtaken. */
    Optional<PaymentRow> giveUpAttempt(SqlConnection connection, PaymentRow row) {
        return first(run(connection, GIVE_UP_ATTEMPT, Tuple.of(row.id().value(), row.version())));
    }

    /** @param nextCheck in how long the provider is to be asked; null for never */
    PaymentRow setStatus(
            SqlConnection connection,
            PaymentId payment,
            PaymentStatus status,
            @Nullable String actionUrl,
            @Nullable String declineCode,
            @Nullable String declineMessage,
            @Nullable Duration nextCheck) {
        return one(run(
                connection,
                SET_STATUS,
                Tuple.of(
                        payment.value(),
                        status.name(),
                        actionUrl,
                        declineCode,
                        declineMessage,
                        nextCheck == null ? null : (double) nextCheck.toMillis())));
    }

    /** @param cancelled whether there is nothing at the provider that would have to be cancelled first */
    PaymentRow abandon(SqlConnection connection, PaymentId payment, boolean cancelled) {
        return one(run(connection, ABANDON, Tuple.of(payment.value(), cancelled)));
    }

    void neverCharge(SqlConnection connection, PaymentId payment) {
        run(connection, NEVER_CHARGE, Tuple.of(payment.value()));
    }

    /** Payments that are to be looked up now; no other node gets them before the pause is over. */
    List<PaymentRow> claimDue(PaymentConfig config) {
        List<PaymentRow> due = new ArrayList<>();
        db.query(CLAIM_DUE, backoff(config)).forEach(row -> due.add(payment(row)));
        return due;
    }

    Optional<String> customer(UserId driver) {
        for (Row row : db.query(CUSTOMER, Tuple.of(driver.value()))) {
            return Optional.of(row.getString("provider_customer"));
        }
        return Optional.empty();
    }

    void rememberCustomer(UserId driver, String customer) {
        db.query(REMEMBER_CUSTOMER, Tuple.of(driver.value(), customer));
    }

    /** What is still to be given back for so much to be back: by card, inside, both or nothing. The payment is locked. */
    List<RefundRow> insertRefunds(
            SqlConnection connection, PaymentId payment, String reason, @Nullable Money total, Duration mayTake) {
        List<RefundRow> refunds = new ArrayList<>();
        run(
                        connection,
                        INSERT_REFUNDS,
                        Tuple.of(
                                Ids.next(),
                                Ids.next(),
                                payment.value(),
                                reason,
                                (double) mayTake.toMillis(),
                                total == null ? null : total.amount()))
                .forEach(row -> refunds.add(refund(row)));
        return refunds;
    }

    /** @param id ours, or null when only the provider's is known */
    Optional<RefundRow> findRefund(@Nullable UUID id, String providerRefund) {
        return firstRefund(db.query(FIND_REFUND, Tuple.of(id, providerRefund)));
    }

    RefundRow lockRefund(SqlConnection connection, UUID refund) {
        return firstRefund(run(connection, LOCK_REFUND, Tuple.of(refund))).orElseThrow();
    }

    /** What is to go back inside and has not, of a payment that is locked. */
    List<RefundRow> openInside(SqlConnection connection, PaymentId payment) {
        List<RefundRow> open = new ArrayList<>();
        run(connection, OPEN_INSIDE, Tuple.of(payment.value())).forEach(row -> open.add(refund(row)));
        return open;
    }

    void settleRefund(SqlConnection connection, UUID refund, ProviderRefund provider) {
        run(
                connection,
                SETTLE_REFUND,
                Tuple.of(refund, provider.state().name(), provider.id(), provider.failureReason()));
    }

    /**
     * What of a price is back.
     *
     * @param inside what of that has not gone by the provider
     */
    record GivenBack(Money amount, Money inside) {}

    GivenBack givenBack(SqlConnection connection, PaymentRow payment) {
        Row row = run(connection, GIVEN_BACK, Tuple.of(payment.id().value()))
                .iterator()
                .next();
        String currency = payment.price().currency();
        return new GivenBack(new Money(row.getLong("amount"), currency), new Money(row.getLong("inside"), currency));
    }

    /** Begins to ask for a refund anew; empty when somebody else has, or it is not open any more. */
    Optional<RefundRow> nextAttempt(RefundRow refund) {
        return firstRefund(db.query(NEXT_ATTEMPT, Tuple.of(refund.id(), refund.attempt())));
    }

    List<RefundRow> claimDueRefunds(PaymentConfig config) {
        List<RefundRow> due = new ArrayList<>();
        db.query(CLAIM_DUE_REFUNDS, backoff(config)).forEach(row -> due.add(refund(row)));
        return due;
    }

    boolean webhookKnown(String event) {
        return db.query(WEBHOOK_KNOWN, Tuple.of(event)).rowCount() > 0;
    }

    void noteWebhook(String event, String type) {
        db.query(NOTE_WEBHOOK, Tuple.of(event, type));
    }

    void forgetWebhooks(Duration olderThan) {
        db.query(FORGET_WEBHOOKS, Tuple.of((double) olderThan.toMillis()));
    }

    /** What has been charged for a booking. */
    List<PaymentRow> lockCharged(SqlConnection connection, BookingId booking) {
        List<PaymentRow> rows = new ArrayList<>();
        run(connection, LOCK_CHARGED_OF, Tuple.of(booking.value())).forEach(row -> rows.add(payment(row)));
        return rows;
    }

    void setHost(SqlConnection connection, PaymentId payment, UserId host) {
        run(connection, SET_HOST, Tuple.of(payment.value(), host.value()));
    }

    /** Money for a wallet has come. */
    void postTopUp(SqlConnection connection, PaymentRow of, Money amount) {
        List<Line> lines = Postings.topUp(of.driver(), amount);
        ledger.post(connection, new Transfer(of.id().value(), TransferKind.TOP_UP, of.id(), null, null, lines));
    }

    /** Posts a transfer; one that is there already is left as it is. */
    void post(
            SqlConnection connection,
            UUID transfer,
            TransactionKind kind,
            PaymentRow of,
            @Nullable UUID reverses,
            List<Line> lines) {
        ledger.post(
                connection,
                new Transfer(transfer, TransferKind.valueOf(kind.name()), of.id(), of.booking(), reverses, lines));
    }

    /** As the other, of money that neither comes from a driver nor goes back to one. */
    void postReassignment(SqlConnection connection, UUID transfer, PaymentRow of, List<Line> lines) {
        ledger.post(connection, Transfer.of(transfer, TransferKind.REASSIGNMENT, of.id(), of.booking(), lines));
    }

    /** The transfer that a payment was charged with. */
    UUID charge(SqlConnection connection, PaymentId payment) {
        return ledger.charge(connection, payment);
    }

    /** @param day null for all until now */
    TrialBalance trialBalance(@Nullable LocalDate day) {
        LedgerSql.Sums sums = day == null ? ledger.trialBalance() : ledger.trialBalance(day);
        boolean balanced = sums.accounts().stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        AccountSum::currency, java.util.stream.Collectors.summingLong(AccountSum::balance)))
                .values()
                .stream()
                .allMatch(difference -> difference == 0);
        return new TrialBalance(sums.asOf(), sums.accounts(), balanced);
    }

    private static Tuple backoff(PaymentConfig config) {
        return Tuple.of(config.resolveBatch(), (double) config.resolveBackoff().toMillis(), (double)
                config.resolveBackoffLimit().toMillis());
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }

    private static PaymentRow one(RowSet<Row> rows) {
        return first(rows).orElseThrow();
    }

    private static Optional<PaymentRow> first(RowSet<Row> rows) {
        for (Row row : rows) {
            return Optional.of(payment(row));
        }
        return Optional.empty();
    }

    private static Optional<RefundRow> firstRefund(RowSet<Row> rows) {
        for (Row row : rows) {
            return Optional.of(refund(row));
        }
        return Optional.empty();
    }

    static PaymentRow payment(Row row) {
        Money price = money(row);
        Money points = new Money(row.getLong("points"), price.currency());
        Money wallet = new Money(row.getLong("wallet"), price.currency());
        return new PaymentRow(
                new PaymentId(row.getUUID("id")),
                new BookingId(row.getUUID("booking")),
                new UserId(row.getUUID("driver")),
                new UserId(row.getUUID("host")),
                price,
                row.getInteger("commission_basis_points"),
                new ServiceFee(
                        new Money(row.getLong("service_fee"), price.currency()),
                        new Money(row.getLong("service_fee_tax"), price.currency())),
                row.getString("description"),
                PaymentStatus.valueOf(row.getString("status")),
                row.getLong("version"),
                row.getInteger("attempt"),
                row.getString("method"),
                row.getString("return_url"),
                row.getString("provider_intent"),
                row.getString("action_url"),
                row.getString("decline_code"),
                row.getString("decline_message"),
                row.getBoolean("abandoned"),
                row.getBoolean("shared"),
                row.getUUID("share_of") == null ? null : new PaymentId(row.getUUID("share_of")),
                PaymentRow.Purpose.valueOf(row.getString("purpose")),
                new Parts(points, wallet, price.minus(points).minus(wallet)),
                row.getUUID("reservation"),
                Capture.valueOf(row.getString("capture")),
                row.getBoolean("under_way"));
    }

    private static RefundRow refund(Row row) {
        return new RefundRow(
                row.getUUID("id"),
                new PaymentId(row.getUUID("payment")),
                money(row),
                RefundRow.Source.valueOf(row.getString("source")),
                RefundState.valueOf(row.getString("status")),
                row.getString("provider_refund"),
                row.getInteger("attempt"),
                row.getUUID("withdrawal"));
    }

    private static Money money(Row row) {
        return new Money(row.getLong("amount"), row.getString("currency"));
    }
}
