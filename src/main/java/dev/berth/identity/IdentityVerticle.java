package dev.berth.identity;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.identity.IdentityCommand.LoggedIn;
import dev.berth.identity.IdentityCommand.Profile;
import dev.berth.identity.IdentityCommand.VehicleFacts;
import dev.berth.identity.IdentityCommand.Vehicles;
import dev.berth.identity.IdentitySql.Credentials;
import dev.berth.identity.IdentitySql.Session;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Passwords;
import dev.berth.platform.security.Tokens;
import dev.berth.values.Ids;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Serves {@link IdentityCommand}s. Deploy on virtual threads: handlers await. */
public final class IdentityVerticle extends VerticleBase {
    private static final int TOKEN_BYTES = 32;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final Bus bus;
    private final Outbox outbox;
    private final Tokens tokens;
    private final Passwords passwords;
    private final IdentityConfig config;
    private final IdentitySql sql;
    private final OnceSql onceSql;
    private final GuestSql guestSql;
    private final Guests guests;
    private final SecureRandom random = new SecureRandom();

    public IdentityVerticle(
            Bus bus, Db db, Outbox outbox, Tokens tokens, Passwords passwords, JsonMapper json, IdentityConfig config) {
        this.bus = bus;
        this.outbox = outbox;
        this.tokens = tokens;
        this.passwords = passwords;
        this.config = config;
        this.sql = new IdentitySql(db);
        this.onceSql = new OnceSql(json);
        this.guestSql = new GuestSql(db);
        this.guests = new Guests(guestSql, outbox, passwords, this::open, config);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.cleanInterval().toMillis(), ignored -> forget());
        return bus.<IdentityCommand<?>>serve(IdentityCommand.ADDRESS, IdentityCommand.class, this::handle);
    }

    private void forget() {
        sql.forget(config.cleanBatch());
        guestSql.forget(config.cleanBatch());
    }

    private Message handle(IdentityCommand<?> command) {
        return switch (command) {
            case IdentityCommand.GetContact c -> c.reply(sql.contact(c.user()));
            case IdentityCommand.GetVehicle c -> c.reply(facts(sql.vehicle(c.owner(), c.vehicle())));
            case IdentityCommand.FindPlates c -> c.reply(new IdentityCommand.Plates(sql.plates(c.vehicles())));
            case IdentityCommand.EnsureAccount c -> c.reply(ensure(c));
            case IdentityCommand.Register c -> c.reply(register(c));
            case IdentityCommand.BeginAsGuest c -> c.reply(guests.begin(c, normalised(c.email())));
            case IdentityCommand.MakeGuestLink c -> c.reply(guests.link(c));
            case IdentityCommand.OpenGuestLink c -> c.reply(guests.open(c));
            case IdentityCommand.RevokeGuestLinks c -> {
                guestSql.revoke(c.actor().user());
                yield c.reply(Done.DONE);
            }
            case IdentityCommand.ClaimGuest c -> c.reply(guests.claim(c));
            case IdentityCommand.LogIn c -> c.reply(logIn(c));
            case IdentityCommand.Refresh c -> c.reply(refresh(c));
            case IdentityCommand.LogOut c -> c.reply(logOut(c));
            case IdentityCommand.GetAccount c -> c.reply(sql.account(c.user()));
            case IdentityCommand.UpdateAccount c -> c.reply(update(c));
            case IdentityCommand.GetProfile c -> c.reply(profile(sql.account(c.user())));
            case IdentityCommand.ListVehicles c ->
                c.reply(new Vehicles(sql.vehicles(c.actor().user(), c.after(), c.limit())));
            case IdentityCommand.AddVehicle c -> c.reply(addVehicle(c));
            case IdentityCommand.ReadVehicle c -> c.reply(sql.vehicle(c.actor().user(), c.vehicle()));
            case IdentityCommand.UpdateVehicle c -> c.reply(updateVehicle(c));
            case IdentityCommand.DeleteVehicle c -> c.reply(deleteVehicle(c));
        };
    }

    private LoggedIn register(IdentityCommand.Register command) {
        if (!Set.of(Role.DRIVER, Role.HOST).containsAll(command.roles())) {
            throw new Rejection(ProblemType.FORBIDDEN, "these roles are given, not chosen", "/roles");
        }
        String hash = passwords.hash(command.password()).await();
        return outbox.inTransaction(changes -> {
            Account account = sql.insertAccount(
                    changes.connection(),
                    UserId.next(),
                    normalised(command.email()),
                    hash,
                    command.name(),
                    command.locale(),
                    command.roles());
            if (account == null) {
                throw new Rejection(ProblemType.EMAIL_TAKEN, "log in, or use another e-mail", "/email");
            }
            changes.record(new IdentityEvent.UserRegistered(account.id(), account.locale()));
            return open(changes, account, false);
        });
    }

    private LoggedIn logIn(IdentityCommand.LogIn command) {
        Credentials known = sql.credentials(normalised(command.email()));
        boolean right = passwords
                .verify(command.password(), known == null ? null : known.passwordHash())
                .await();
        if (known == null || !right) {
            throw new Rejection(ProblemType.INVALID_CREDENTIALS, "check both and try again");
        }
        if (passwords.isOutdated(known.passwordHash())) {
            sql.setPassword(
                    known.account().id(), passwords.hash(command.password()).await());
        }
        return outbox.inTransaction(changes -> open(changes, known.account(), false));
    }

    /** Begins a session. */
    private LoggedIn open(Outbox.Changes changes, Account account, boolean byLink) {
        UUID session = Ids.next();
        sql.insertSession(changes.connection(), session, account.id(), byLink);
        return issue(changes, account, session);
    }

    private LoggedIn issue(Outbox.Changes changes, Account account, UUID session) {
        String refreshToken = secret(random);
        sql.insertToken(changes.connection(), hash(refreshToken), session, config.refreshLifetime());
        return new LoggedIn(
                account,
                tokens.issue(account.id(), account.roles(), session),
                refreshToken,
                tokens.lifetime().toSeconds());
    }

    private LoggedIn refresh(IdentityCommand.Refresh command) {
        Buffer hash = hash(command.refreshToken());
        Optional<LoggedIn> answer = outbox.inTransaction(changes -> {
            Session session = sql.useToken(changes.connection(), hash);
            return session == null
                    ? Optional.empty()
                    : Optional.of(issue(changes, sql.account(session.user()), session.id()));
        });
        if (answer.isPresent()) {
            return answer.get();
        }
        // Committed apart from the refusal, which would roll it back.
        boolean stolen = outbox.inTransaction(changes -> {
            if (!sql.wasUsed(changes.connection(), hash)) {
                return false;
            }
            end(changes, hash);
            return true;
        });
        throw stolen
                ? new Rejection(ProblemType.TOKEN_REUSED, "a token that had been used came again; log in anew")
                : new Rejection(ProblemType.UNAUTHENTICATED, "the session has ended; log in anew");
    }

    private Done logOut(IdentityCommand.LogOut command) {
        return outbox.inTransaction(changes -> {
            end(changes, hash(command.refreshToken()));
            return Done.DONE;
        });
    }

    private void end(Outbox.Changes changes, Buffer hash) {
        Session session = sql.endSession(changes.connection(), hash);
        if (session != null) {
            changes.record(new IdentityEvent.SessionEnded(session.user(), session.id()));
        }
    }

    private IdentityCommand.Contact ensure(IdentityCommand.EnsureAccount command) {
        String email = normalised(command.email());
        Credentials known = sql.credentials(email);
        if (known != null) {
            sql.setRoles(known.account().id(), command.roles());
            return sql.contact(known.account().id());
        }
        String hash = passwords.hash(command.password()).await();
        return outbox.inTransaction(changes -> {
            Account account = sql.insertAccount(
                    changes.connection(), command.id(), email, hash, command.name(), "en", command.roles());
            if (account == null) {
                throw new Rejection(ProblemType.EMAIL_TAKEN, "made by somebody else at the same time");
            }
            changes.record(new IdentityEvent.UserRegistered(account.id(), account.locale()));
            return new IdentityCommand.Contact(account.id(), account.email(), account.name(), account.locale());
        });
    }

    private Account update(IdentityCommand.UpdateAccount command) {
        return current(sql.update(
                command.actor().user(), command.name(), command.phone(), command.locale(), command.version()));
    }

    private Vehicle addVehicle(IdentityCommand.AddVehicle command) {
        UserId owner = command.actor().user();
        return outbox.inTransaction(changes -> onceSql.once(
                changes.connection(), command.actor(), "createVehicle", command.once(), Vehicle.class, () -> {
                    sql.lockOwner(changes.connection(), owner);
                    if (sql.countVehicles(changes.connection(), owner) >= config.vehiclesMax()) {
                        throw new Rejection(
                                ProblemType.CONFLICT, "an account has at most " + config.vehiclesMax() + " vehicles");
                    }
                    VehicleId id = VehicleId.next();
                    if (command.details().isDefault()) {
                        sql.clearDefault(changes.connection(), owner, id);
                    }
                    return sql.insertVehicle(changes.connection(), owner, id, command.details());
                }));
    }

    private Vehicle updateVehicle(IdentityCommand.UpdateVehicle command) {
        UserId owner = command.actor().user();
        sql.vehicle(owner, command.vehicle());
        return outbox.inTransaction(changes -> {
            sql.lockOwner(changes.connection(), owner);
            if (command.details().isDefault()) {
                sql.clearDefault(changes.connection(), owner, command.vehicle());
            }
            return current(sql.updateVehicle(
                    changes.connection(), owner, command.vehicle(), command.details(), command.version()));
        });
    }

    private Done deleteVehicle(IdentityCommand.DeleteVehicle command) {
        if (!sql.deleteVehicle(command.actor().user(), command.vehicle())) {
            throw new Rejection(ProblemType.NOT_FOUND, "nothing here has this id");
        }
        return Done.DONE;
    }

    private static <T> T current(@Nullable T changed) {
        if (changed == null) {
            throw new Rejection(
                    ProblemType.PRECONDITION_FAILED, "read it again and repeat the change", "/header/If-Match");
        }
        return changed;
    }

    private static VehicleFacts facts(Vehicle vehicle) {
        VehicleDetails details = vehicle.details();
        return new VehicleFacts(
                vehicle.id(),
                details.plate(),
                known(details.heightCm()),
                details.ev(),
                details.kind(),
                known(details.lengthCm()),
                known(details.widthCm()),
                known(details.weightKg()),
                details.permit(),
                details.carShare());
    }

    private static int known(@Nullable Integer measure) {
        return measure == null ? 0 : measure;
    }

    private static Profile profile(Account account) {
        return new Profile(account.id(), account.name());
    }

    private static String normalised(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /** 256 bits that nobody guesses. */
    static String secret(SecureRandom random) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        return ENCODER.encodeToString(secret);
    }

    static Buffer hash(String token) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
