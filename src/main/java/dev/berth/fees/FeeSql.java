package dev.berth.fees;

import dev.berth.platform.db.Db;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
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

/** All SQL of fee policies. What counts is told by the database's clock, which all nodes share. */
final class FeeSql {
    private static final String COLUMNS =
            "id, host, commission, service_fee, service_fixed, service_currency, valid_from, reason, created_by, created_at";

    /**
     * What counts now for a host, and how long that is so: until the next version of either. Of several that begin at the
     * same time the one that was added last counts.
     */
    private static final String COUNTS = """
            SELECT coalesce(o.commission, e.commission) AS commission,
                f.id, f.service_fee, f.service_fixed, f.service_currency,
                (extract(epoch FROM (
                    SELECT min(p.valid_from) FROM fees.policy p
                    WHERE (p.host = $1 OR p.host IS NULL) AND p.valid_from > now()) - now()) * 1000)::float8 AS millis
            FROM (SELECT) AS one
            LEFT JOIN LATERAL (
                SELECT p.* FROM fees.policy p WHERE p.host = $1 AND p.valid_from <= now()
                ORDER BY p.valid_from DESC, p.id DESC LIMIT 1) AS o ON true
            LEFT JOIN LATERAL (
                SELECT p.* FROM fees.policy p WHERE p.host IS NULL AND p.valid_from <= now()
                ORDER BY p.valid_from DESC, p.id DESC LIMIT 1) AS e ON true
            LEFT JOIN fees.policy f ON f.id = CASE WHEN o.service_fee IS NULL THEN e.id ELSE o.id END
            """;

    /** A moment that has passed on its way here is now. */
    private static final String ADD = """
            INSERT INTO fees.policy (id, host, commission, valid_from, reason, created_by, service_fee, service_fixed,
                service_currency)
            VALUES ($1, $2, $3, greatest(coalesce($4, now()), now()), $5, $6, $7, $8, $9)
            RETURNING
            """ + COLUMNS;

    private static final String LIST = "SELECT " + COLUMNS + """
             FROM fees.policy
            WHERE ($1::uuid IS NULL OR host = $1) AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC LIMIT $3
            """;

    private final Db db;

    FeeSql(Db db) {
        this.db = db;
    }

    /**
     * @param basisPoints empty when no policy counts
     * @param serviceFee empty when there is none
     * @param forMillis how long it counts; empty when no other one is known
     */
    record Counting(Optional<Integer> basisPoints, Optional<ServiceFeeTerms> serviceFee, Optional<Double> forMillis) {}

    /** @param host null for everybody who has none of their own */
    Counting counting(@Nullable UserId host) {
        Row row = db.query(COUNTS, Tuple.of(host == null ? null : host.value()))
                .iterator()
                .next();
        return new Counting(
                Optional.ofNullable(row.getInteger("commission")),
                Optional.ofNullable(serviceFee(row)).map(rate -> new ServiceFeeTerms(row.getUUID("id"), rate, null)),
                Optional.ofNullable(row.getDouble("millis")));
    }

    FeePolicy add(
            SqlConnection connection,
            UUID id,
            @Nullable UserId host,
            @Nullable Integer commission,
            @Nullable ServiceFeeRate serviceFee,
            @Nullable Instant validFrom,
            String reason,
            UserId actor) {
        Money fixed = serviceFee == null ? null : serviceFee.fixed();
        Tuple arguments = Tuple.wrap(Arrays.asList(
                id,
                host == null ? null : host.value(),
                commission,
                validFrom == null ? null : validFrom.atOffset(ZoneOffset.UTC),
                reason,
                actor.value(),
                serviceFee == null ? null : serviceFee.basisPoints(),
                fixed == null ? null : fixed.amount(),
                fixed == null ? null : fixed.currency()));
        return policy(connection
                .preparedQuery(ADD)
                .execute(arguments)
                .await()
                .iterator()
                .next());
    }

    List<FeePolicy> list(@Nullable UserId host, @Nullable UUID before, int limit) {
        List<FeePolicy> all = new ArrayList<>();
        db.query(LIST, Tuple.of(host == null ? null : host.value(), before, limit))
                .forEach(row -> all.add(policy(row)));
        return all;
    }

    private static FeePolicy policy(Row row) {
        UUID host = row.getUUID("host");
        return new FeePolicy(
                row.getUUID("id"),
                host == null ? null : new UserId(host),
                row.getInteger("commission"),
                serviceFee(row),
                instant(row.getOffsetDateTime("valid_from")),
                row.getString("reason"),
                new UserId(row.getUUID("created_by")),
                instant(row.getOffsetDateTime("created_at")));
    }

    private static @Nullable ServiceFeeRate serviceFee(Row row) {
        Integer basisPoints = row.getInteger("service_fee");
        Long fixed = row.getLong("service_fixed");
        return basisPoints == null
                ? null
                : new ServiceFeeRate(
                        basisPoints, fixed == null ? null : new Money(fixed, row.getString("service_currency")));
    }

    private static Instant instant(OffsetDateTime time) {
        return time.toInstant();
    }
}
