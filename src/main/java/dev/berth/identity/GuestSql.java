package dev.berth.identity;

import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of guests. */
final class GuestSql {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String EMAIL_CONSTRAINT = "account_email_key";

    private static final String INSERT = """
            INSERT INTO identity.account (id, guest_email, name, locale, roles)
            VALUES ($1, $2, $3, $4, $5)
            RETURNING %s
            """.formatted(IdentitySql.ACCOUNT);
    private static final String LINK = """
            WITH guest AS (
                SELECT id, guest_email FROM identity.account WHERE id = $1 AND guest_email IS NOT NULL
            ), made AS (
                INSERT INTO identity.guest_link (hash, account_id, expires_at)
                SELECT $2, id, now() + $3 * interval '1 millisecond' FROM guest
            ), oldest AS (
                DELETE FROM identity.guest_link WHERE hash IN
                    (SELECT hash FROM identity.guest_link WHERE account_id = $1 ORDER BY created_at DESC OFFSET $4)
            )
            SELECT guest_email FROM guest
            """;
    private static final String OPEN = """
            UPDATE identity.guest_link l SET used_at = now()
            FROM identity.account a
            WHERE l.hash = $1 AND l.expires_at > now() AND a.id = l.account_id AND a.guest_email IS NOT NULL
            RETURNING %s
            """.formatted(IdentitySql.ACCOUNT);
    private static final String REVOKE = "DELETE FROM identity.guest_link WHERE account_id = $1";
    // The lock of the account decides between two claims at once: the second one finds its session ended.
    private static final String CLAIMANT = """
            SELECT a.id, a.guest_email IS NOT NULL AS guest, s.by_link
            FROM identity.refresh_token t
            JOIN identity.session s ON s.id = t.session_id
            JOIN identity.account a ON a.id = s.account_id
            WHERE t.hash = $1 AND t.used_at IS NULL AND t.expires_at > now() AND s.ended_at IS NULL
            FOR UPDATE OF a, s
            """;
    private static final String CLAIM = """
            UPDATE identity.account
            SET email = guest_email, guest_email = NULL, password_hash = $2, roles = $3, version = version + 1
            WHERE id = $1
            RETURNING %s
            """.formatted(IdentitySql.ACCOUNT);
    private static final String END_ALL = """
            WITH unlinked AS (DELETE FROM identity.guest_link WHERE account_id = $1)
            UPDATE identity.session SET ended_at = now() WHERE account_id = $1 AND ended_at IS NULL RETURNING id
            """;
    private static final String FORGET = """
            DELETE FROM identity.guest_link WHERE hash IN
                (SELECT hash FROM identity.guest_link WHERE expires_at < now() LIMIT $1)
            """;

    private final Db db;

    GuestSql(Db db) {
        this.db = db;
    }

    /** Whose session a refresh token belongs to. */
    record Claimant(UserId user, boolean guest, boolean byLink) {}

    Account insert(SqlConnection connection, UserId id, String email, String name, String locale) {
        return IdentitySql.account(connection
                .preparedQuery(INSERT)
                .execute(Tuple.of(id.value(), email, name, locale, IdentitySql.names(Set.of(Role.GUEST))))
                .await()
                .iterator()
                .next());
    }

    /** The guest's address; null when there is no such guest. */
    @Nullable
    String link(UserId guest, Buffer hash, Duration lifetime, int most) {
        return IdentitySql.first(
                db.query(LINK, Tuple.of(guest.value(), hash, lifetime.toMillis(), Math.max(0, most - 1))),
                row -> row.getString("guest_email"));
    }

    /** Null when no link has this hash that still works. */
    @Nullable
    Account open(SqlConnection connection, Buffer hash) {
        return IdentitySql.first(
                connection.preparedQuery(OPEN).execute(Tuple.of(hash)).await(), IdentitySql::account);
    }

    void revoke(UserId guest) {
        db.query(REVOKE, Tuple.of(guest.value()));
    }

    /** Null when the token cannot be used, or not any more. */
    @Nullable
    Claimant claimant(SqlConnection connection, Buffer hash) {
        return IdentitySql.first(
                connection.preparedQuery(CLAIMANT).execute(Tuple.of(hash)).await(),
                row -> new Claimant(new UserId(row.getUUID("id")), row.getBoolean("guest"), row.getBoolean("by_link")));
    }

    /** @throws Rejection EMAIL_TAKEN when another account has the guest's e-mail */
    Account claim(SqlConnection connection, UserId guest, String passwordHash, Set<Role> roles) {
        try {
            return IdentitySql.account(connection
                    .preparedQuery(CLAIM)
                    .execute(Tuple.of(guest.value(), passwordHash, IdentitySql.names(roles)))
                    .await()
                    .iterator()
                    .next());
        } catch (PgException e) {
            if (UNIQUE_VIOLATION.equals(e.getSqlState()) && EMAIL_CONSTRAINT.equals(e.getConstraint())) {
                throw new Rejection(
                        ProblemType.EMAIL_TAKEN,
                        "log in to your account; what you have booked as a guest stays with the link in our mails");
            }
            throw e;
        }
    }

    /** The sessions that have ended by this; links end with them. */
    List<UUID> endAll(SqlConnection connection, UserId guest) {
        List<UUID> ended = new ArrayList<>();
        for (Row row : connection
                .preparedQuery(END_ALL)
                .execute(Tuple.of(guest.value()))
                .await()) {
            ended.add(row.getUUID("id"));
        }
        return ended;
    }

    void forget(int batch) {
        db.query(FORGET, Tuple.of(batch));
    }
}
