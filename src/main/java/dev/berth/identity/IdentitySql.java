package dev.berth.identity;

import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All SQL of the identity capability. */
final class IdentitySql {
    static final String ACCOUNT = "id, coalesce(email, guest_email) AS email, name, phone, locale, roles, version";

    private static final String INSERT_ACCOUNT = """
            INSERT INTO identity.account (id, email, password_hash, name, locale, roles)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (email) DO NOTHING
            RETURNING %s
            """.formatted(ACCOUNT);
    private static final String ACCOUNT_BY_EMAIL = """
            SELECT password_hash, %s FROM identity.account WHERE email = $1
            """.formatted(ACCOUNT);
    private static final String ACCOUNT_BY_ID = """
            SELECT %s FROM identity.account WHERE id = $1
            """.formatted(ACCOUNT);
    private static final String SET_PASSWORD = """
            UPDATE identity.account SET password_hash = $2 WHERE id = $1
            """;
    private static final String SET_ROLES = """
            UPDATE identity.account SET roles = $2, version = version + 1 WHERE id = $1 AND roles <> $2
            """;
    private static final String UPDATE_ACCOUNT = """
            UPDATE identity.account
            SET name = coalesce($2, name), phone = coalesce($3, phone), locale = coalesce($4, locale),
                version = version + 1
            WHERE id = $1 AND ($5::bigint IS NULL OR version = $5)
            RETURNING %s
            """.formatted(ACCOUNT);

    private static final String INSERT_SESSION = """
            INSERT INTO identity.session (id, account_id, by_link) VALUES ($1, $2, $3)
            """;
    private static final String INSERT_TOKEN = """
            INSERT INTO identity.refresh_token (hash, session_id, expires_at)
            VALUES ($1, $2, now() + $3 * interval '1 millisecond')
            """;
    // The row lock decides between two uses at once: the second one sees used_at.
    private static final String USE_TOKEN = """
            UPDATE identity.refresh_token t SET used_at = now()
            FROM identity.session s
            WHERE t.hash = $1 AND t.used_at IS NULL AND t.expires_at > now()
              AND s.id = t.session_id AND s.ended_at IS NULL
            RETURNING t.session_id, s.account_id
            """;
    private static final String END_SESSION = """
            UPDATE identity.session s SET ended_at = now()
            FROM identity.refresh_token t
            WHERE t.hash = $1 AND s.id = t.session_id AND s.ended_at IS NULL
            RETURNING s.id, s.account_id
            """;
    private static final String WAS_USED = """
            SELECT used_at IS NOT NULL FROM identity.refresh_token WHERE hash = $1
            """;
    private static final String FORGET_TOKENS = """
            DELETE FROM identity.refresh_token WHERE hash IN
                (SELECT hash FROM identity.refresh_token WHERE expires_at < now() LIMIT $1)
            """;
    private static final String FORGET_SESSIONS = """
            DELETE FROM identity.session WHERE id IN
                (SELECT id FROM identity.session s
                 WHERE created_at < now() - interval '1 day'
                   AND NOT EXISTS (SELECT 1 FROM identity.refresh_token t WHERE t.session_id = s.id)
                 LIMIT $1)
            """;

    private static final String VEHICLE =
            "id, plate, make, model, colour, year, size, height_cm, ev, is_default, version, "
                    + "kind, length_cm, width_cm, weight_kg, permit, car_share";
    private static final String PLATES = "SELECT id, plate FROM identity.vehicle WHERE id = ANY ($1)";
    private static final String LIST_VEHICLES = """
            SELECT %s FROM identity.vehicle
            WHERE owner_id = $1 AND ($2::uuid IS NULL OR id > $2)
            ORDER BY id LIMIT $3
            """.formatted(VEHICLE);
    // Changes of one owner's vehicles come one after another: their number and their one default are no single row's
    // matter.
    private static final String LOCK_OWNER = """
            SELECT FROM identity.account WHERE id = $1 FOR NO KEY UPDATE
            """;
    private static final String COUNT_VEHICLES = """
            SELECT count(*) FROM identity.vehicle WHERE owner_id = $1
            """;
    private static final String READ_VEHICLE = """
            SELECT %s FROM identity.vehicle WHERE id = $1 AND owner_id = $2
            """.formatted(VEHICLE);
    private static final String CLEAR_DEFAULT = """
            UPDATE identity.vehicle SET is_default = false, version = version + 1
            WHERE owner_id = $1 AND is_default AND id <> $2
            """;
    private static final String INSERT_VEHICLE = """
            INSERT INTO identity.vehicle
                (id, owner_id, plate, make, model, colour, year, size, height_cm, ev, is_default, kind, length_cm,
                 width_cm, weight_kg, permit, car_share)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            RETURNING %s
            """.formatted(VEHICLE);
    private static final String UPDATE_VEHICLE = """
            UPDATE identity.vehicle
            SET plate = $3, make = $4, model = $5, colour = $6, year = $7, size = $8, height_cm = $9, ev = $10,
                is_default = $11, kind = $12, length_cm = $13, width_cm = $14, weight_kg = $15, permit = $16,
                car_share = $17, version = version + 1
            WHERE id = $1 AND owner_id = $2 AND version = $18
            RETURNING %s
            """.formatted(VEHICLE);
    private static final String DELETE_VEHICLE = """
            DELETE FROM identity.vehicle WHERE id = $1 AND owner_id = $2
            """;

    private final Db db;

    IdentitySql(Db db) {
        this.db = db;
    }

    /** An account with what its password is held against. */
    record Credentials(Account account, String passwordHash) {}

    /** A session that a refresh token belongs to. */
    record Session(UUID id, UserId user) {}

    /** Null when the e-mail has an account. */
    @Nullable
    Account insertAccount(
            SqlConnection connection,
            UserId id,
            String email,
            String passwordHash,
            String name,
            String locale,
            Set<Role> roles) {
        return first(
                connection
                        .preparedQuery(INSERT_ACCOUNT)
                        .execute(Tuple.of(id.value(), email, passwordHash, name, locale, names(roles)))
                        .await(),
                IdentitySql::account);
    }

    @Nullable
    Credentials credentials(String email) {
        return first(
                db.query(ACCOUNT_BY_EMAIL, Tuple.of(email)),
                row -> new Credentials(account(row), row.getString("password_hash")));
    }

    /** @throws Rejection NOT_FOUND */
    Account account(UserId user) {
        return found(first(db.query(ACCOUNT_BY_ID, Tuple.of(user.value())), IdentitySql::account));
    }

    Contact contact(UserId user) {
        Account account = account(user);
        return new Contact(
                account.id(),
                account.email(),
                account.name(),
                account.locale(),
                account.roles().contains(Role.GUEST));
    }

    void setPassword(UserId user, String hash) {
        db.query(SET_PASSWORD, Tuple.of(user.value(), hash));
    }

    void setRoles(UserId user, Set<Role> roles) {
        db.query(SET_ROLES, Tuple.tuple().addUUID(user.value()).addArrayOfString(names(roles)));
    }

    /** Null when the version is another. */
    @Nullable
    Account update(
            UserId user,
            @Nullable String name,
            @Nullable String phone,
            @Nullable String locale,
            @Nullable Long version) {
        return first(
                db.query(UPDATE_ACCOUNT, Tuple.of(user.value(), name, phone, locale, version)), IdentitySql::account);
    }

    void insertSession(SqlConnection connection, UUID session, UserId user, boolean byLink) {
        connection
                .preparedQuery(INSERT_SESSION)
                .execute(Tuple.of(session, user.value(), byLink))
                .await();
    }

    void insertToken(SqlConnection connection, Buffer hash, UUID session, Duration lifetime) {
        connection
                .preparedQuery(INSERT_TOKEN)
                .execute(Tuple.of(hash, session, lifetime.toMillis()))
                .await();
    }

    /** Null when the token cannot be used, or not any more. */
    @Nullable
    Session useToken(SqlConnection connection, Buffer hash) {
        return first(
                connection.preparedQuery(USE_TOKEN).execute(Tuple.of(hash)).await(),
                row -> new Session(row.getUUID("session_id"), new UserId(row.getUUID("account_id"))));
    }

    boolean wasUsed(SqlConnection connection, Buffer hash) {
        Boolean used =
                first(connection.preparedQuery(WAS_USED).execute(Tuple.of(hash)).await(), row -> row.getBoolean(0));
        return Boolean.TRUE.equals(used);
    }

    /** Null when there is none that is still going on. */
    @Nullable
    Session endSession(SqlConnection connection, Buffer hash) {
        return first(
                connection.preparedQuery(END_SESSION).execute(Tuple.of(hash)).await(),
                row -> new Session(row.getUUID("id"), new UserId(row.getUUID("account_id"))));
    }

    void forget(int batch) {
        db.query(FORGET_TOKENS, Tuple.of(batch));
        db.query(FORGET_SESSIONS, Tuple.of(batch));
    }

    List<Vehicle> vehicles(UserId owner, @Nullable VehicleId after, int limit) {
        List<Vehicle> vehicles = new ArrayList<>();
        db.query(LIST_VEHICLES, Tuple.of(owner.value(), after == null ? null : after.value(), limit))
                .forEach(row -> vehicles.add(vehicle(row)));
        return vehicles;
    }

    List<IdentityCommand.Plate> plates(List<VehicleId> vehicles) {
        UUID[] ids = vehicles.stream().map(VehicleId::value).toArray(UUID[]::new);
        List<IdentityCommand.Plate> plates = new ArrayList<>();
        db.query(PLATES, Tuple.of(ids))
                .forEach(row -> plates.add(new IdentityCommand.Plate(new VehicleId(row.getUUID(0)), row.getString(1))));
        return plates;
    }

    /** @throws Rejection UNAUTHENTICATED when the account is gone that the token was made for */
    void lockOwner(SqlConnection connection, UserId owner) {
        int rows = connection
                .preparedQuery(LOCK_OWNER)
                .execute(Tuple.of(owner.value()))
                .await()
                .size();
        if (rows == 0) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "there is no such account any more");
        }
    }

    long countVehicles(SqlConnection connection, UserId owner) {
        return connection
                .preparedQuery(COUNT_VEHICLES)
                .execute(Tuple.of(owner.value()))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    /** @throws Rejection NOT_FOUND, also for somebody else's */
    Vehicle vehicle(UserId owner, VehicleId id) {
        return found(first(db.query(READ_VEHICLE, Tuple.of(id.value(), owner.value())), IdentitySql::vehicle));
    }

    void clearDefault(SqlConnection connection, UserId owner, VehicleId except) {
        connection
                .preparedQuery(CLEAR_DEFAULT)
                .execute(Tuple.of(owner.value(), except.value()))
                .await();
    }

    Vehicle insertVehicle(SqlConnection connection, UserId owner, VehicleId id, VehicleDetails details) {
        return vehicle(connection
                .preparedQuery(INSERT_VEHICLE)
                .execute(arguments(owner, id, details))
                .await()
                .iterator()
                .next());
    }

    /** Null when the version is another. */
    @Nullable
    Vehicle updateVehicle(SqlConnection connection, UserId owner, VehicleId id, VehicleDetails details, long version) {
        return first(
                connection
                        .preparedQuery(UPDATE_VEHICLE)
                        .execute(arguments(owner, id, details).addLong(version))
                        .await(),
                IdentitySql::vehicle);
    }

    boolean deleteVehicle(UserId owner, VehicleId id) {
        return db.query(DELETE_VEHICLE, Tuple.of(id.value(), owner.value())).rowCount() == 1;
    }

    private static Tuple arguments(UserId owner, VehicleId id, VehicleDetails details) {
        return Tuple.tuple()
                .addUUID(id.value())
                .addUUID(owner.value())
                .addString(details.plate())
                .addString(details.make())
                .addString(details.model())
                .addString(details.colour())
                .addInteger(details.year())
                .addString(details.size())
                .addInteger(details.heightCm())
                .addBoolean(details.ev())
                .addBoolean(details.isDefault())
                .addString(details.kind().name())
                .addInteger(details.lengthCm())
                .addInteger(details.widthCm())
                .addInteger(details.weightKg())
                .addBoolean(details.permit())
                .addBoolean(details.carShare());
    }

    static Account account(Row row) {
        return new Account(
                new UserId(row.getUUID("id")),
                row.getString("email"),
                row.getString("name"),
                row.getString("phone"),
                row.getString("locale"),
                Arrays.stream(row.getArrayOfStrings("roles")).map(Role::valueOf).collect(Collectors.toSet()),
                row.getLong("version"));
    }

    private static Vehicle vehicle(Row row) {
        return new Vehicle(
                new VehicleId(row.getUUID("id")),
                new VehicleDetails(
                        row.getString("plate"),
                        row.getString("make"),
                        row.getString("model"),
                        row.getString("colour"),
                        row.getInteger("year"),
                        row.getString("size"),
                        row.getInteger("height_cm"),
                        row.getBoolean("ev"),
                        row.getBoolean("is_default"),
                        VehicleKind.valueOf(row.getString("kind")),
                        row.getInteger("length_cm"),
                        row.getInteger("width_cm"),
                        row.getInteger("weight_kg"),
                        row.getBoolean("permit"),
                        row.getBoolean("car_share")),
                row.getLong("version"));
    }

    static String[] names(Set<Role> roles) {
        return roles.stream().map(Role::name).sorted().toArray(String[]::new);
    }

    static <T> @Nullable T first(RowSet<Row> rows, java.util.function.Function<Row, T> mapper) {
        var iterator = rows.iterator();
        return iterator.hasNext() ? mapper.apply(iterator.next()) : null;
    }

    private static <T> T found(@Nullable T value) {
        if (value == null) {
            throw new Rejection(ProblemType.NOT_FOUND, "nothing here has this id");
        }
        return value;
    }
}
