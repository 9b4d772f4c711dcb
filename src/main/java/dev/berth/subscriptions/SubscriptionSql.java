package dev.berth.subscriptions;

import dev.berth.listings.Listing;
import dev.berth.platform.db.Db;
import dev.berth.subscriptions.SubscriptionCommand.Car;
import dev.berth.subscriptions.SubscriptionCommand.ListSubscriptions;
import dev.berth.subscriptions.SubscriptionCommand.Side;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.PlanId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
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

/**
 * All SQL of passes and their months, but for their cards, their changes and what gates ask. What is due is told by the
 * database's clock, which all nodes share.
 */
final class SubscriptionSql {
    static final String COLUMNS = """
            s.id, s.version, s.plan_id, s.listing_id, s.driver_id, s.host_id, s.status, s.terms, s.holder, s.place_title,
            s.place_text, s.time_zone, s.commission, s.starts_at, s.paid_until, s.ends_at, s.slots_until, s.method,
            s.grace_until, s.keep_until, s.end_reason, s.closing, s.created_at, s.ended_at, clock_timestamp() AS now,
            (SELECT string_agg(c.slot_name, ', ' ORDER BY c.slot_name, c.id) FROM subscriptions.card c
                WHERE c.subscription_id = s.id AND c.ended_at IS NULL) AS slot_names
            """;
    private static final String NOW = "SELECT now() AS now";
    private static final String FIND = "SELECT " + COLUMNS + " FROM subscriptions.subscription s WHERE s.id = $1";
    private static final String LOCK = FIND + " FOR UPDATE";
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM subscriptions.subscription s
            WHERE s.%s = $1 AND ($2::uuid IS NULL OR s.listing_id = $2) AND ($3::uuid IS NULL OR s.id < $3)
                AND s.status <> 'FAILED'
            ORDER BY s.id DESC LIMIT $4
            """;
    private static final String LIST_OF_DRIVER = LIST.formatted("driver_id");
    private static final String LIST_OF_HOST = LIST.formatted("host_id");
    private static final String INSERT = """
            INSERT INTO subscriptions.subscription
                (id, plan_id, listing_id, driver_id, host_id, status, terms, place_title, place_text, time_zone, commission,
                 holder, starts_at, ends_at, method, due_at)
            VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, $7, $8, $9, $10, $11, $12, $13, $14,
                now() + $15 * interval '1 millisecond')
            """;
    private static final String INSERT_VEHICLE = """
            INSERT INTO subscriptions.vehicle (id, subscription_id, vehicle_id, plate) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """;
    private static final String VEHICLES =
            "SELECT vehicle_id, plate FROM subscriptions.vehicle WHERE subscription_id = $1 ORDER BY id";
    private static final String MONTH_COLUMNS = """
            subscription_id, number, begins_at, ends_at, amount, deposit, payment, charge, deposit_charge, paid_at,
            deposit_returned
            """;
    private static final String INSERT_MONTH = """
            INSERT INTO subscriptions.month
                (subscription_id, number, begins_at, ends_at, amount, deposit, payment, charge, deposit_charge)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (subscription_id, number) DO NOTHING
            """;
    private static final String LAST_MONTH = "SELECT " + MONTH_COLUMNS + """
             FROM subscriptions.month WHERE subscription_id = $1 ORDER BY number DESC LIMIT 1
            """;
    private static final String MONTHS = "SELECT " + MONTH_COLUMNS + """
             FROM subscriptions.month WHERE subscription_id = $1 AND (paid_at IS NULL OR deposit > 0) ORDER BY number
            """;
    private static final String MONTH_OF_PAYMENT =
            "SELECT " + MONTH_COLUMNS + " FROM subscriptions.month WHERE payment = $1";
    private static final String MONTH_OF_PART = "SELECT " + MONTH_COLUMNS + """
             FROM subscriptions.month WHERE charge = $1 OR deposit_charge = $1
            """;
    private static final String PAY_MONTH = """
            UPDATE subscriptions.month SET paid_at = now() WHERE subscription_id = $1 AND number = $2 AND paid_at IS NULL
            """;
    private static final String RETURN_DEPOSIT = """
            UPDATE subscriptions.month SET deposit_returned = $3 WHERE subscription_id = $1 AND number = $2
            """;
    private static final String RENEW_PAYMENT = """
            UPDATE subscriptions.month
            SET payment = $3, charge = $4, deposit_charge = CASE WHEN deposit > 0 THEN $5::uuid END
            WHERE subscription_id = $1 AND payment = $2 AND paid_at IS NULL
            """;
    /** What is due is claimed by moving it on: should the node die, another one sees it then. */
    private static final String CLAIM_DUE = """
            UPDATE subscriptions.subscription s SET due_at = now() + $1 * interval '1 millisecond'
            WHERE s.id IN (
                SELECT d.id FROM subscriptions.subscription d WHERE d.due_at <= now()
                ORDER BY d.due_at LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + COLUMNS;

    private static final String ACTIVATE = """
            UPDATE subscriptions.subscription s
            SET status = 'ACTIVE', version = version + 1, paid_until = $2, grace_until = NULL, keep_until = NULL,
                due_at = least($2, s.ends_at)
            WHERE s.id = $1
            RETURNING
            """ + COLUMNS;
    private static final String PAST_DUE = """
            UPDATE subscriptions.subscription s
            SET status = 'PAST_DUE', version = version + 1, grace_until = now() + $2 * interval '1 millisecond',
                due_at = now() + least($2, $3) * interval '1 millisecond'
            WHERE s.id = $1
            RETURNING
            """ + COLUMNS;
    private static final String TRY_AGAIN = """
            UPDATE subscriptions.subscription s
            SET due_at = least(now() + $2 * interval '1 millisecond', s.grace_until)
            WHERE s.id = $1 AND s.status = 'PAST_DUE'
            """;
    private static final String SUSPEND = """
            UPDATE subscriptions.subscription s
            SET status = 'SUSPENDED', version = version + 1, keep_until = now() + $2 * interval '1 millisecond',
                due_at = now() + $2 * interval '1 millisecond'
            WHERE s.id = $1
            RETURNING
            """ + COLUMNS;
    private static final String CANCEL_AT = """
            UPDATE subscriptions.subscription s SET ends_at = $2, version = version + 1, due_at = now()
            WHERE s.id = $1
            RETURNING
            """ + COLUMNS;
    private static final String END = """
            UPDATE subscriptions.subscription s
            SET status = $2, version = version + 1, end_reason = $3, ended_at = now(), grace_until = NULL,
                keep_until = NULL, closing = true, due_at = now()
            WHERE s.id = $1
            RETURNING
            """ + COLUMNS;
    private static final String SLOTS_TOLD = "UPDATE subscriptions.subscription SET slots_until = $2 WHERE id = $1";
    private static final String SCHEDULE = """
            UPDATE subscriptions.subscription
            SET due_at = CASE status WHEN 'ACTIVE' THEN least(paid_until, ends_at) WHEN 'SUSPENDED' THEN keep_until
                WHEN 'PAST_DUE' THEN least(grace_until, due_at) ELSE due_at END
            WHERE id = $1
            """;
    private static final String CLOSED =
            "UPDATE subscriptions.subscription SET closing = false, due_at = NULL WHERE id = $1 AND closing";
    private static final String REOPEN =
            "UPDATE subscriptions.subscription SET closing = true, due_at = now() WHERE id = $1";
    private static final String SELL_ON = """
            UPDATE subscriptions.subscription s SET plan_id = $2, terms = $3, version = version + 1 WHERE s.id = $1
            RETURNING
            """ + COLUMNS;
    private static final String SET_METHOD = "UPDATE subscriptions.subscription SET method = $2 WHERE id = $1";

    private final Db db;
    private final PlanSql plans;

    SubscriptionSql(Db db, PlanSql plans) {
        this.db = db;
        this.plans = plans;
    }

    /**
     * One as it is stored.
     *
     * @param slotsUntil how long bookings were told that its slots are kept
     * @param now by the database's clock
     */
    record Stored(
            Subscription subscription,
            int commission,
            @Nullable String method,
            @Nullable Instant slotsUntil,
            boolean closing,
            Instant now) {
        SubscriptionId id() {
            return subscription.id();
        }

        SubscriptionStatus status() {
            return subscription.status();
        }
    }

    /**
     * A month and its payment.
     *
     * @param deposit what is paid beside it
     * @param charge the part of the payment that is the month's
     * @param depositCharge the part that is the deposit; null when there is none
     * @param depositReturned what of the deposit is given back at the end; null before that
     */
    record Month(
            SubscriptionId subscription,
            int number,
            Instant begins,
            Instant ends,
            long amount,
            long deposit,
            PaymentId payment,
            BookingId charge,
            @Nullable BookingId depositCharge,
            boolean paid,
            @Nullable Long depositReturned) {}

    /** What is written when somebody begins to buy, or is given a permit. */
    record Draft(
            SubscriptionId id,
            Plan plan,
            PassTerms terms,
            UserId driver,
            Listing listing,
            int commission,
            @Nullable String holder,
            Instant startsAt,
            @Nullable Instant endsAt,
            @Nullable String method,
            List<Car> cars) {}

    Instant now() {
        return instant(db.query(NOW, Tuple.tuple()).iterator().next(), "now");
    }

    Optional<Stored> find(SubscriptionId id) {
        return stored(db.query(FIND, Tuple.of(id.value()))).stream().findFirst();
    }

    Stored lock(SqlConnection connection, SubscriptionId id) {
        return stored(run(connection, LOCK, Tuple.of(id.value()))).getFirst();
    }

    List<Stored> list(ListSubscriptions command, int limit) {
        ListingId listing = command.listing();
        SubscriptionId before = command.before();
        String sql = command.side() == Side.DRIVER ? LIST_OF_DRIVER : LIST_OF_HOST;
        Tuple arguments = Tuple.of(
                command.actor().user().value(),
                listing == null ? null : listing.value(),
                before == null ? null : before.value(),
                limit);
        return stored(db.query(sql, arguments));
    }

    void insert(SqlConnection connection, Draft draft, Duration pendingFor) {
        run(
                connection,
                INSERT,
                Tuple.wrap(Arrays.asList(
                        draft.id().value(),
                        draft.plan().id().value(),
                        draft.plan().listing().value(),
                        draft.driver().value(),
                        draft.plan().owner().value(),
                        plans.write(draft.terms()),
                        draft.listing().title(),
                        draft.listing().address(),
                        draft.listing().timeZone(),
                        draft.commission(),
                        draft.holder(),
                        at(draft.startsAt()),
                        at(draft.endsAt()),
                        draft.method(),
                        millis(pendingFor))));
        for (Car car : draft.cars()) {
            VehicleId vehicle = car.vehicle();
            run(
                    connection,
                    INSERT_VEHICLE,
                    Tuple.of(Ids.next(), draft.id().value(), vehicle == null ? null : vehicle.value(), car.plate()));
        }
    }

    List<Car> cars(SubscriptionId id) {
        List<Car> cars = new ArrayList<>();
        for (Row row : db.query(VEHICLES, Tuple.of(id.value()))) {
            UUID vehicle = row.getUUID("vehicle_id");
            cars.add(new Car(vehicle == null ? null : new VehicleId(vehicle), row.getString("plate")));
        }
        return cars;
    }

    /** Without effect when there is one of that number. */
    void addMonth(SqlConnection connection, Month month) {
        BookingId deposit = month.depositCharge();
        run(
                connection,
                INSERT_MONTH,
                Tuple.of(
                                month.subscription().value(),
                                month.number(),
                                at(month.begins()),
                                at(month.ends()),
                                month.amount(),
                                month.deposit())
                        .addUUID(month.payment().value())
                        .addUUID(month.charge().value())
                        .addUUID(deposit == null ? null : deposit.value()));
    }

    Optional<Month> lastMonth(SubscriptionId id) {
        return months(db.query(LAST_MONTH, Tuple.of(id.value()))).stream().findFirst();
    }

    Optional<Month> lastMonth(SqlConnection connection, SubscriptionId id) {
        return months(run(connection, LAST_MONTH, Tuple.of(id.value()))).stream()
                .findFirst();
    }

    /** Those that are not paid, and those with a deposit. */
    List<Month> monthsToClose(SubscriptionId id) {
        return months(db.query(MONTHS, Tuple.of(id.value())));
    }

    List<Month> monthsToClose(SqlConnection connection, SubscriptionId id) {
        return months(run(connection, MONTHS, Tuple.of(id.value())));
    }

    Optional<Month> monthOf(PaymentId payment) {
        return months(db.query(MONTH_OF_PAYMENT, Tuple.of(payment.value()))).stream()
                .findFirst();
    }

    Optional<Month> monthOfPart(PaymentId part) {
        return months(db.query(MONTH_OF_PART, Tuple.of(part.value()))).stream().findFirst();
    }

    /** False when it was paid before. */
    boolean payMonth(SqlConnection connection, Month month) {
        return run(connection, PAY_MONTH, Tuple.of(month.subscription().value(), month.number()))
                        .rowCount()
                == 1;
    }

    /** So much of its deposit is given back. */
    void returnDeposit(SqlConnection connection, Month month, long amount) {
        run(connection, RETURN_DEPOSIT, Tuple.of(month.subscription().value(), month.number(), amount));
    }

    /** The month is to be paid by another payment: the one that it had will never be charged. */
    void renewPayment(Month month) {
        db.query(
                RENEW_PAYMENT,
                Tuple.of(month.subscription().value(), month.payment().value(), Ids.next(), Ids.next(), Ids.next()));
    }

    List<Stored> claimDue(Duration lease, int limit) {
        return stored(db.query(CLAIM_DUE, Tuple.of(millis(lease), limit)));
    }

    Stored activate(SqlConnection connection, SubscriptionId id, @Nullable Instant paidUntil) {
        return one(run(connection, ACTIVATE, Tuple.of(id.value(), at(paidUntil))));
    }

    Stored pastDue(SqlConnection connection, SubscriptionId id, Duration grace, Duration retryEvery) {
        return one(run(connection, PAST_DUE, Tuple.of(id.value(), millis(grace), millis(retryEvery))));
    }

    void tryAgain(SqlConnection connection, SubscriptionId id, Duration retryEvery) {
        run(connection, TRY_AGAIN, Tuple.of(id.value(), millis(retryEvery)));
    }

    Stored suspend(SqlConnection connection, SubscriptionId id, Duration keepFor) {
        return one(run(connection, SUSPEND, Tuple.of(id.value(), millis(keepFor))));
    }

    Stored cancelAt(SqlConnection connection, SubscriptionId id, Instant endsAt) {
        return one(run(connection, CANCEL_AT, Tuple.of(id.value(), at(endsAt))));
    }

    /** @param status ENDED or FAILED */
    Stored end(SqlConnection connection, SubscriptionId id, SubscriptionStatus status, String reason) {
        return one(run(connection, END, Tuple.of(id.value(), status.name(), reason)));
    }

    void slotsTold(SubscriptionId id, Instant until) {
        db.query(SLOTS_TOLD, Tuple.of(id.value(), at(until)));
    }

    /** It is looked at when there is something to do, and not before. */
    void schedule(SubscriptionId id) {
        db.query(SCHEDULE, Tuple.of(id.value()));
    }

    void closed(SubscriptionId id) {
        db.query(CLOSED, Tuple.of(id.value()));
    }

    /** Money has come for one that is over. */
    void reopen(SqlConnection connection, SubscriptionId id) {
        run(connection, REOPEN, Tuple.of(id.value()));
    }

    /** It is another plan's from now on, or sold on other terms. */
    Stored sellOn(SqlConnection connection, SubscriptionId id, PlanId plan, PassTerms terms) {
        return one(run(connection, SELL_ON, Tuple.of(id.value(), plan.value(), plans.write(terms))));
    }

    void setMethod(SubscriptionId id, String method) {
        db.query(SET_METHOD, Tuple.of(id.value(), method));
    }

    private Stored one(RowSet<Row> rows) {
        return stored(rows).getFirst();
    }

    private List<Stored> stored(RowSet<Row> rows) {
        List<Stored> all = new ArrayList<>();
        for (Row row : rows) {
            all.add(stored(row));
        }
        return all;
    }

    Stored stored(Row row) {
        String slots = row.getString("slot_names");
        Subscription subscription = new Subscription(
                new SubscriptionId(row.getUUID("id")),
                row.getLong("version"),
                new PlanId(row.getUUID("plan_id")),
                new ListingId(row.getUUID("listing_id")),
                new UserId(row.getUUID("driver_id")),
                new UserId(row.getUUID("host_id")),
                SubscriptionStatus.valueOf(row.getString("status")),
                plans.terms(row),
                row.getString("holder"),
                row.getString("place_title"),
                row.getString("place_text"),
                row.getString("time_zone"),
                slots == null ? "" : slots,
                instant(row, "starts_at"),
                instantOrNull(row, "paid_until"),
                instantOrNull(row, "ends_at"),
                instantOrNull(row, "grace_until"),
                instantOrNull(row, "keep_until"),
                row.getString("end_reason"),
                instant(row, "created_at"),
                instantOrNull(row, "ended_at"));
        return new Stored(
                subscription,
                row.getInteger("commission"),
                row.getString("method"),
                instantOrNull(row, "slots_until"),
                row.getBoolean("closing"),
                instant(row, "now"));
    }

    private static List<Month> months(RowSet<Row> rows) {
        List<Month> months = new ArrayList<>();
        for (Row row : rows) {
            UUID deposit = row.getUUID("deposit_charge");
            months.add(new Month(
                    new SubscriptionId(row.getUUID("subscription_id")),
                    row.getInteger("number"),
                    instant(row, "begins_at"),
                    instant(row, "ends_at"),
                    row.getLong("amount"),
                    row.getLong("deposit"),
                    new PaymentId(row.getUUID("payment")),
                    new BookingId(row.getUUID("charge")),
                    deposit == null ? null : new BookingId(deposit),
                    row.getOffsetDateTime("paid_at") != null,
                    row.getLong("deposit_returned")));
        }
        return months;
    }

    static Money price(Subscription of, long amount) {
        return new Money(amount, of.terms().price().currency());
    }

    static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }

    private static double millis(Duration duration) {
        return duration.toMillis();
    }

    static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant instantOrNull(Row row, String column) {
        OffsetDateTime at = row.getOffsetDateTime(column);
        return at == null ? null : at.toInstant();
    }
}
