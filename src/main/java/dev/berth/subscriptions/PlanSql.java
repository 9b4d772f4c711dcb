package dev.berth.subscriptions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.db.Db;
import dev.berth.values.ListingId;
import dev.berth.values.PlanId;
import dev.berth.values.UserId;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All SQL of plans. */
final class PlanSql {
    private static final String COLUMNS = """
            p.id, p.listing_id, p.owner_id, p.terms, p.places, p.version, p.created_at,
            p.places - (
                SELECT count(*) FROM subscriptions.subscription s
                WHERE s.plan_id = p.id AND s.status NOT IN ('ENDED', 'FAILED'))::int - (
                SELECT count(*) FROM subscriptions.change c JOIN subscriptions.subscription s ON s.id = c.subscription_id
                WHERE c.plan_id = p.id AND s.plan_id <> p.id AND c.status IN ('PENDING', 'PLANNED'))::int AS places_left
            """;
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM subscriptions.plan p WHERE p.listing_id = $1 AND p.withdrawn_at IS NULL ORDER BY p.id LIMIT $2
            """;
    private static final String FIND = "SELECT " + COLUMNS + """
             FROM subscriptions.plan p WHERE p.id = $1 AND p.withdrawn_at IS NULL
            """;
    /** Who sells the last place of it waits for others who do; what has been sold is counted after that. */
    private static final String LOCK =
            "SELECT FROM subscriptions.plan p WHERE p.id = $1 AND p.withdrawn_at IS NULL FOR UPDATE";
    /** Plans of a listing are made one after the other: there is a limit to them. */
    private static final String EXCLUDE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 97))";

    private static final String COUNT =
            "SELECT count(*)::int FROM subscriptions.plan WHERE listing_id = $1 AND withdrawn_at IS NULL";
    private static final String INSERT = """
            INSERT INTO subscriptions.plan (id, listing_id, owner_id, terms, places) VALUES ($1, $2, $3, $4, $5)
            """;
    private static final String CHANGE = """
            UPDATE subscriptions.plan SET terms = $2, places = $3, version = version + 1
            WHERE id = $1 AND withdrawn_at IS NULL AND ($4::bigint IS NULL OR version = $4)
            """;
    private static final String WITHDRAW =
            "UPDATE subscriptions.plan SET withdrawn_at = now() WHERE id = $1 AND withdrawn_at IS NULL";
    private static final String OWNER = "SELECT owner_id FROM subscriptions.plan WHERE id = $1";

    private final Db db;
    private final JsonMapper json;

    PlanSql(Db db, JsonMapper json) {
        this.db = db;
        this.json = json;
    }

    List<Plan> list(ListingId listing, int limit) {
        return plans(db.query(LIST, Tuple.of(listing.value(), limit)));
    }

    /** Empty when there is none, or it is withdrawn. */
    Optional<Plan> find(PlanId plan) {
        return plans(db.query(FIND, Tuple.of(plan.value()))).stream().findFirst();
    }

    Optional<Plan> lock(SqlConnection connection, PlanId plan) {
        run(connection, LOCK, Tuple.of(plan.value()));
        return plans(run(connection, FIND, Tuple.of(plan.value()))).stream().findFirst();
    }

    /** Whoever offers it, or has offered it. */
    Optional<UserId> owner(PlanId plan) {
        for (Row row : db.query(OWNER, Tuple.of(plan.value()))) {
            return Optional.of(new UserId(row.getUUID(0)));
        }
        return Optional.empty();
    }

    /** How many a listing has, while no other transaction makes one. */
    int count(SqlConnection connection, ListingId listing) {
        run(connection, EXCLUDE, Tuple.of(listing.toString()));
        return run(connection, COUNT, Tuple.of(listing.value()))
                .iterator()
                .next()
                .getInteger(0);
    }

    Plan insert(SqlConnection connection, PlanId id, ListingId listing, UserId owner, PassTerms terms, int places) {
        run(connection, INSERT, Tuple.of(id.value(), listing.value(), owner.value(), write(terms), places));
        return plans(run(connection, FIND, Tuple.of(id.value()))).getFirst();
    }

    /** False when it is another version by now. */
    boolean change(PlanId plan, PassTerms terms, int places, @org.jspecify.annotations.Nullable Long version) {
        return db.query(CHANGE, Tuple.of(plan.value(), write(terms), places, version))
                        .rowCount()
                == 1;
    }

    void withdraw(PlanId plan) {
        db.query(WITHDRAW, Tuple.of(plan.value()));
    }

    private List<Plan> plans(RowSet<Row> rows) {
        List<Plan> plans = new ArrayList<>();
        for (Row row : rows) {
            plans.add(new Plan(
                    new PlanId(row.getUUID("id")),
                    new ListingId(row.getUUID("listing_id")),
                    new UserId(row.getUUID("owner_id")),
                    terms(row),
                    row.getInteger("places"),
                    Math.max(0, row.getInteger("places_left")),
                    row.getLong("version"),
                    row.getOffsetDateTime("created_at").toInstant()));
        }
        return plans;
    }

    PassTerms terms(Row row) {
        try {
            return json.readValue(row.getJsonObject("terms").encode(), PassTerms.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonObject write(PassTerms terms) {
        try {
            return new JsonObject(json.writeValueAsString(terms));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
