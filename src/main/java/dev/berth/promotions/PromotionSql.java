package dev.berth.promotions;

import dev.berth.platform.db.Db;
import dev.berth.promotions.DiscountPostings.Standing;
import dev.berth.promotions.PromotionCommand.CodeUse;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PromotionId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of promotions but for what rides in the statements of bookings, which is in {@code R__promotions_functions.sql}. */
final class PromotionSql {
    private static final String TERMS = """
            p.id, p.owner, p.payer, p.name, p.percent, p.amount, p.currency, p.minimum_price, p.cap, p.valid_from,
            p.valid_until, p.host, p.uses, p.uses_per_driver, p.withdrawn_at, p.created_at
            """;
    private static final String PROMOTION = "SELECT " + TERMS + """
            , (SELECT c.shown FROM promotions.code c WHERE c.promotion = p.id AND NOT c.single) AS code,
            (SELECT count(*) FROM promotions.code c WHERE c.promotion = p.id)::int AS codes,
            u.reserved, u.consumed, u.given
            FROM promotions.promotion p, LATERAL (
                SELECT (count(*) FILTER (WHERE x.state = 'RESERVED'))::int AS reserved,
                    (count(*) FILTER (WHERE x.state = 'CONSUMED'))::int AS consumed,
                    coalesce(sum(CASE WHEN x.payer = 'HOST' THEN x.discount ELSE x.borne END)
                        FILTER (WHERE x.state = 'CONSUMED'), 0)::bigint AS given
                FROM promotions.use x WHERE x.promotion = p.id) u
            """;
    private static final String FIND = PROMOTION + "WHERE p.id = $1";
    private static final String LIST = PROMOTION + """
            WHERE ($1::uuid IS NULL OR p.owner = $1) AND ($2::text IS NULL OR p.payer = $2)
                AND ($3::uuid IS NULL OR p.id < $3)
            ORDER BY p.id DESC LIMIT $4
            """;
    private static final String INSERT = """
            INSERT INTO promotions.promotion (
                id, owner, payer, name, percent, amount, currency, minimum_price, cap, valid_from, valid_until, host, uses,
                uses_per_driver)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, greatest($10, date_trunc('second', now())), $11, $12, $13, $14)
            """;
    private static final String INSERT_CODES = """
            INSERT INTO promotions.code (code, promotion, shown, single)
            SELECT c.code, $1, c.shown, $4 FROM unnest($2::text[], $3::text[]) AS c (code, shown)
            ON CONFLICT DO NOTHING
            RETURNING shown
            """;
    private static final String LOCK = "SELECT " + TERMS + """
            , now() AS now, (SELECT count(*) FROM promotions.code c WHERE c.promotion = p.id)::int AS codes
            FROM promotions.promotion p WHERE p.id = $1 FOR UPDATE
            """;
    private static final String WITHDRAW =
            "UPDATE promotions.promotion SET withdrawn_at = coalesce(withdrawn_at, now()) WHERE id = $1";

    /** A code that can be used now, by that driver and at that host's. */
    private static final String USABLE = "SELECT " + TERMS + """
            , c.code, c.shown
            FROM promotions.code c JOIN promotions.promotion p ON p.id = c.promotion
            WHERE c.code = $1 AND NOT c.used AND p.withdrawn_at IS NULL AND p.valid_from <= now() AND p.valid_until > now()
                AND (p.host IS NULL OR p.host = $2) AND (p.uses IS NULL OR p.taken < p.uses)
                AND $3::uuid IS DISTINCT FROM $2
                AND ($3::uuid IS NULL OR p.uses_per_driver IS NULL OR NOT EXISTS (
                    SELECT FROM promotions.driver_uses d
                    WHERE d.promotion = p.id AND d.driver = $3 AND d.taken >= p.uses_per_driver))
            """;

    private static final String CODES = """
            SELECT c.code, c.shown, c.single,
                (SELECT count(*) FROM promotions.use u WHERE u.code = c.code AND u.state <> 'RETURNED')::int AS uses,
                NOT c.used AND p.withdrawn_at IS NULL AND p.valid_until > now() AND (p.uses IS NULL OR p.taken < p.uses)
                    AS usable
            FROM promotions.code c JOIN promotions.promotion p ON p.id = c.promotion
            WHERE c.promotion = $1 AND c.code > $2
            ORDER BY c.code LIMIT $3
            """;

    // Uses

    private static final String GIVE_BACK = "SELECT promotions.give_back($1)";
    private static final String LOCK_USE = """
            SELECT driver, host, payer, payer_account, currency, price, discount, commission, borne, host_part
            FROM promotions.use WHERE booking = $1 AND state = 'CONSUMED' FOR UPDATE
            """;
    private static final String SET_STANDING =
            "UPDATE promotions.use SET borne = $2, host_part = $3 WHERE booking = $1";

    // Merchants

    private static final String APPOINT = """
            INSERT INTO promotions.merchant AS m (account, name, currency, credit_limit) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account) DO UPDATE SET name = excluded.name, credit_limit = excluded.credit_limit
            WHERE m.currency = excluded.currency
            """;
    /** What its codes may still come to: those that somebody can use, and those of bookings that wait for their money. */
    private static final String MERCHANT = """
            SELECT m.account, m.name, m.currency, m.credit_limit, coalesce((
                    SELECT sum(CASE WHEN p.amount IS NULL THEN p.cap ELSE least(p.amount, p.cap) END)
                    FROM promotions.promotion p JOIN promotions.code c ON c.promotion = p.id
                    WHERE p.owner = m.account AND p.payer = 'MERCHANT' AND (
                        NOT c.used AND p.withdrawn_at IS NULL AND p.valid_until > now()
                        OR c.used AND EXISTS (
                            SELECT FROM promotions.use u WHERE u.code = c.code AND u.state = 'RESERVED'))), 0)::bigint AS open
            FROM promotions.merchant m
            """;

    private static final String MERCHANT_OF = MERCHANT + "WHERE m.account = $1";
    private static final String LOCK_MERCHANT = MERCHANT_OF + " FOR UPDATE OF m";
    private static final String MERCHANTS =
            MERCHANT + "WHERE ($1::uuid IS NULL OR m.account > $1) ORDER BY m.account LIMIT $2";

    private final Db db;

    PromotionSql(Db db) {
        this.db = db;
    }

    Optional<Promotion> find(PromotionId id) {
        for (Row row : db.query(FIND, Tuple.of(id.value()))) {
            return Optional.of(promotion(row));
        }
        return Optional.empty();
    }

    Promotion find(SqlConnection connection, PromotionId id) {
        return promotion(run(connection, FIND, Tuple.of(id.value())).iterator().next());
    }

    /** @param owner null for everybody's */
    List<Promotion> list(@Nullable UserId owner, @Nullable Payer payer, @Nullable PromotionId before, int limit) {
        List<Promotion> all = new ArrayList<>();
        Tuple arguments = Tuple.of(
                owner == null ? null : owner.value(),
                payer == null ? null : payer.name(),
                before == null ? null : before.value(),
                limit);
        db.query(LIST, arguments).forEach(row -> all.add(promotion(row)));
        return all;
    }

    void insert(SqlConnection connection, PromotionId id, UserId owner, PromotionTerms terms) {
        UserId host = terms.host();
        run(
                connection,
                INSERT,
                Tuple.wrap(Arrays.asList(
                        id.value(),
                        owner.value(),
                        terms.payer().name(),
                        terms.name(),
                        terms.percent(),
                        terms.amount(),
                        terms.currency(),
                        terms.minimumPrice(),
                        terms.cap(),
                        at(terms.validFrom()),
                        at(terms.validUntil()),
                        host == null ? null : host.value(),
                        terms.uses(),
                        terms.usesPerDriver())));
    }

    /** Those that are new, as they are printed; the others are somebody's already. */
    List<String> insertCodes(
            SqlConnection connection, PromotionId promotion, List<String> codes, List<String> shown, boolean single) {
        List<String> made = new ArrayList<>();
        Tuple arguments =
                Tuple.of(promotion.value(), codes.toArray(String[]::new), shown.toArray(String[]::new), single);
        run(connection, INSERT_CODES, arguments).forEach(row -> made.add(row.getString("shown")));
        return made;
    }

    /** @param now the database's time */
    record Locked(PromotionTerms terms, UserId owner, int codes, boolean withdrawn, Instant now) {}

    Optional<Locked> lock(SqlConnection connection, PromotionId id) {
        for (Row row : run(connection, LOCK, Tuple.of(id.value()))) {
            return Optional.of(new Locked(
                    terms(row),
                    new UserId(row.getUUID("owner")),
                    row.getInteger("codes"),
                    row.getOffsetDateTime("withdrawn_at") != null,
                    instant(row, "now")));
        }
        return Optional.empty();
    }

    void withdraw(PromotionId id) {
        db.query(WITHDRAW, Tuple.of(id.value()));
    }

    /** A code that can be used, and what it is worth. */
    record Usable(PromotionId promotion, UserId owner, PromotionTerms terms, String code, String shown) {}

    Optional<Usable> usable(String code, UserId host, @Nullable UserId driver) {
        for (Row row : db.query(USABLE, Tuple.of(code, host.value(), driver == null ? null : driver.value()))) {
            return Optional.of(new Usable(
                    new PromotionId(row.getUUID("id")),
                    new UserId(row.getUUID("owner")),
                    terms(row),
                    row.getString("code"),
                    row.getString("shown")));
        }
        return Optional.empty();
    }

    /** @param code as it is stored, for the next page */
    record Listed(String code, CodeUse use) {}

    List<Listed> codes(PromotionId promotion, @Nullable String after, int limit) {
        List<Listed> all = new ArrayList<>();
        db.query(CODES, Tuple.of(promotion.value(), after == null ? "" : after, limit))
                .forEach(row -> all.add(new Listed(
                        row.getString("code"),
                        new CodeUse(
                                row.getString("shown"),
                                row.getBoolean("single"),
                                row.getInteger("uses"),
                                row.getBoolean("usable")))));
        return all;
    }

    /** The booking has ended before it was paid. */
    void giveBack(BookingId booking) {
        db.query(GIVE_BACK, Tuple.of(booking.value()));
    }

    /** A use that is paid, as it stands in the ledger. */
    record Used(
            UserId host,
            Payer payer,
            @Nullable UserId account,
            Money price,
            Money discount,
            int commission,
            Standing standing) {}

    Optional<Used> lockUse(SqlConnection connection, BookingId booking) {
        for (Row row : run(connection, LOCK_USE, Tuple.of(booking.value()))) {
            String currency = row.getString("currency");
            UUID account = row.getUUID("payer_account");
            return Optional.of(new Used(
                    new UserId(row.getUUID("host")),
                    Payer.valueOf(row.getString("payer")),
                    account == null ? null : new UserId(account),
                    new Money(row.getLong("price"), currency),
                    new Money(row.getLong("discount"), currency),
                    row.getInteger("commission"),
                    new Standing(
                            new Money(row.getLong("borne"), currency), new Money(row.getLong("host_part"), currency))));
        }
        return Optional.empty();
    }

    void setStanding(SqlConnection connection, BookingId booking, Standing standing) {
        run(
                connection,
                SET_STANDING,
                Tuple.of(
                        booking.value(),
                        standing.borne().amount(),
                        standing.host().amount()));
    }

    /** False when it is one of another currency. */
    boolean appoint(UserId account, String name, Money limit) {
        return db.query(APPOINT, Tuple.of(account.value(), name, limit.currency(), limit.amount()))
                        .rowCount()
                == 1;
    }

    /** A merchant without what it owes, which the ledger knows. */
    record MerchantRow(UserId account, String name, Money limit, Money open) {}

    Optional<MerchantRow> merchant(UserId account) {
        return first(db.query(MERCHANT_OF, Tuple.of(account.value())));
    }

    Optional<MerchantRow> lockMerchant(SqlConnection connection, UserId account) {
        return first(run(connection, LOCK_MERCHANT, Tuple.of(account.value())));
    }

    List<MerchantRow> merchants(@Nullable UserId after, int limit) {
        List<MerchantRow> all = new ArrayList<>();
        db.query(MERCHANTS, Tuple.of(after == null ? null : after.value(), limit))
                .forEach(row -> all.add(merchant(row)));
        return all;
    }

    private static Optional<MerchantRow> first(RowSet<Row> rows) {
        for (Row row : rows) {
            return Optional.of(merchant(row));
        }
        return Optional.empty();
    }

    private static MerchantRow merchant(Row row) {
        String currency = row.getString("currency");
        return new MerchantRow(
                new UserId(row.getUUID("account")),
                row.getString("name"),
                new Money(row.getLong("credit_limit"), currency),
                new Money(row.getLong("open"), currency));
    }

    private static Promotion promotion(Row row) {
        OffsetDateTime withdrawn = row.getOffsetDateTime("withdrawn_at");
        return new Promotion(
                new PromotionId(row.getUUID("id")),
                new UserId(row.getUUID("owner")),
                terms(row),
                row.getString("code"),
                row.getInteger("codes"),
                row.getInteger("reserved"),
                row.getInteger("consumed"),
                new Money(row.getLong("given"), row.getString("currency")),
                withdrawn == null ? null : withdrawn.toInstant(),
                instant(row, "created_at"));
    }

    private static PromotionTerms terms(Row row) {
        UUID host = row.getUUID("host");
        return new PromotionTerms(
                row.getString("name"),
                Payer.valueOf(row.getString("payer")),
                row.getInteger("percent"),
                row.getLong("amount"),
                row.getString("currency"),
                row.getLong("minimum_price"),
                row.getLong("cap"),
                instant(row, "valid_from"),
                instant(row, "valid_until"),
                host == null ? null : new UserId(host),
                row.getInteger("uses"),
                row.getInteger("uses_per_driver"));
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
