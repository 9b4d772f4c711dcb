package dev.berth.fees;

import dev.berth.fees.FeeCommand.AddTax;
import dev.berth.platform.db.Db;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of places' taxes. */
final class TaxSql {
    private static final String COLUMNS =
            "id, place, name, basis_points, inclusive, zones, valid_from, reason, created_by, created_at";

    /** Of several that begin at the same time the one that was added last counts. */
    private static final String COUNTING = "SELECT DISTINCT ON (place) " + COLUMNS + """
             FROM fees.tax
            WHERE valid_from <= coalesce($1, now())
            ORDER BY place, valid_from DESC, id DESC
            """;

    private static final String UNTIL_NEXT =
            "SELECT (extract(epoch FROM min(valid_from) - now()) * 1000)::float8 FROM fees.tax WHERE valid_from > now()";

    /** A moment that has passed on its way here is now. */
    private static final String ADD = """
            INSERT INTO fees.tax (id, place, name, basis_points, inclusive, zones, valid_from, reason, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, greatest(coalesce($7, now()), now()), $8, $9)
            RETURNING
            """ + COLUMNS;

    private static final String LIST = "SELECT " + COLUMNS + """
             FROM fees.tax
            WHERE ($1::text IS NULL OR place = $1) AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC LIMIT $3
            """;

    private final Db db;

    TaxSql(Db db) {
        this.db = db;
    }

    /** One of each place, by its code. */
    List<TaxVersion> counting(@Nullable Instant at) {
        return all(COUNTING, Tuple.of(at == null ? null : at.atOffset(ZoneOffset.UTC)));
    }

    /** How long no other version begins to count; null when none is known. */
    @Nullable
    Double millisUntilNext() {
        return db.query(UNTIL_NEXT, Tuple.tuple()).iterator().next().getDouble(0);
    }

    TaxVersion add(SqlConnection connection, UUID id, AddTax tax) {
        Instant from = tax.validFrom();
        Tuple arguments = Tuple.wrap(Arrays.asList(
                id,
                tax.place(),
                tax.name(),
                tax.basisPoints(),
                tax.inclusive(),
                tax.zones().toArray(String[]::new),
                from == null ? null : from.atOffset(ZoneOffset.UTC),
                tax.reason(),
                tax.actor().user().value()));
        return version(connection
                .preparedQuery(ADD)
                .execute(arguments)
                .await()
                .iterator()
                .next());
    }

    List<TaxVersion> list(@Nullable String place, @Nullable UUID before, int limit) {
        return all(LIST, Tuple.of(place, before, limit));
    }

    private List<TaxVersion> all(String sql, Tuple arguments) {
        List<TaxVersion> all = new ArrayList<>();
        db.query(sql, arguments).forEach(row -> all.add(version(row)));
        return all;
    }

    private static TaxVersion version(Row row) {
        UUID by = row.getUUID("created_by");
        return new TaxVersion(
                row.getUUID("id"),
                row.getString("place"),
                row.getString("name"),
                row.getInteger("basis_points"),
                row.getBoolean("inclusive"),
                List.of(row.getArrayOfStrings("zones")),
                row.getOffsetDateTime("valid_from").toInstant(),
                row.getString("reason"),
                by == null ? null : new UserId(by),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
