package dev.berth.identity;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the identity capability can be asked to do. */
public sealed interface IdentityCommand<R extends Message> extends Command<R> {
    String ADDRESS = "identity.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** How to reach a user: for mails and messages. */
    record GetContact(UserId user) implements IdentityCommand<Contact> {}

    /** A vehicle of this owner; refused with NOT_FOUND when it is somebody else's. */
    record GetVehicle(UserId owner, VehicleId vehicle) implements IdentityCommand<VehicleFacts> {}

    /** Between the capabilities: the plates of vehicles, whoever has them; those that are gone are left out. */
    record FindPlates(List<VehicleId> vehicles) implements IdentityCommand<Plates> {
        public FindPlates {
            vehicles = List.copyOf(vehicles);
        }
    }

    record Plates(List<Plate> plates) implements Message {
        public Plates {
            plates = List.copyOf(plates);
        }
    }

    /** @param plate as its owner has written it */
    record Plate(VehicleId vehicle, String plate) {}

    /**
     * Makes an account when the e-mail has none, and gives it exactly these roles. Not reachable from outside: it is how
     * demo and administrator accounts come to be.
     *
     * @param password in clear, at most 128 characters; kept only as an Argon2id hash
     */
    record EnsureAccount(UserId id, String email, String password, String name, Set<Role> roles)
            implements IdentityCommand<Contact> {
        @Override
        public String toString() {
            return "EnsureAccount[id=" + id + "]";
        }
    }

    /**
     * @param locale a language tag, {@code en} or {@code de}
     * @param guest who has no account: their bookings are reached by a mailed link
     */
    record Contact(UserId user, String email, String name, String locale, boolean guest) implements Message {
        /** Of an account. */
        public Contact(UserId user, String email, String name, String locale) {
            this(user, email, name, locale, false);
        }
    }

    /**
     * @param heightCentimetres 0 when unknown, as with the other measures
     * @param weightKilograms laden; 0 when unknown
     * @param permit whether its driver has a disabled person's permit
     * @param carShare whether it belongs to a car-sharing fleet
     */
    record VehicleFacts(
            VehicleId id,
            String plate,
            int heightCentimetres,
            boolean ev,
            VehicleKind kind,
            int lengthCentimetres,
            int widthCentimetres,
            int weightKilograms,
            boolean permit,
            boolean carShare)
            implements Message {}

    /**
     * Makes an account and logs it in; EMAIL_TAKEN when there is one.
     *
     * @param roles DRIVER and HOST only: others are given, not taken
     */
    record Register(String email, String password, String name, Set<Role> roles, String locale)
            implements IdentityCommand<LoggedIn> {
        @Override
        public String toString() {
            return "Register[]";
        }
    }

    /**
     * Begins a session of a new guest (BK11). Looks at no account: whether the e-mail has one makes no difference.
     *
     * @param email as it was typed; proven only by a mailed link
     */
    record BeginAsGuest(String email, String name, String locale) implements IdentityCommand<LoggedIn> {
        @Override
        public String toString() {
            return "BeginAsGuest[]";
        }
    }

    /**
     * Between the capabilities: a new secret that opens a guest's session, to be mailed and kept nowhere. NOT_FOUND for whom
     * is no guest (any more).
     */
    record MakeGuestLink(UserId guest) implements IdentityCommand<GuestLink> {}

    /**
     * @param email the only address that the secret may be sent to
     * @param secret base64url, 43 characters; only its digest is stored
     */
    record GuestLink(UserId guest, String email, String secret) implements Message {
        @Override
        public String toString() {
            return "GuestLink[guest=" + guest + "]";
        }
    }

    /** Begins a session of the guest that the link was made for; as often as wished. NOT_FOUND for one that is over. */
    record OpenGuestLink(String secret) implements IdentityCommand<LoggedIn> {
        @Override
        public String toString() {
            return "OpenGuestLink[]";
        }
    }

    /** From now on the links that were mailed to this guest lead nowhere. */
    record RevokeGuestLinks(Principal actor) implements IdentityCommand<Done> {}

    /**
     * Makes an account of a guest, who keeps their id and so their bookings. Ends all sessions and links of the guest and
     * begins a new session.
     *
     * <p>ADDRESS_NOT_PROVEN when the session was not begun with a mailed link: who typed the address need not be who reads its
     * mails. EMAIL_TAKEN when there is an account with this e-mail, which only who has proven it is told; the bookings then
     * stay the guest's. ILLEGAL_STATE for who is no guest.
     *
     * @param refreshToken of the session; used up when it works
     */
    record ClaimGuest(String refreshToken, String password) implements IdentityCommand<LoggedIn> {
        @Override
        public String toString() {
            return "ClaimGuest[]";
        }
    }

    /** INVALID_CREDENTIALS tells neither which part was wrong nor, by its time, whether there is such an account. */
    record LogIn(String email, String password) implements IdentityCommand<LoggedIn> {
        @Override
        public String toString() {
            return "LogIn[]";
        }
    }

    /** Changes a refresh token for a new pair. A token that was used before ends its whole session (ID2). */
    record Refresh(String refreshToken) implements IdentityCommand<LoggedIn> {
        @Override
        public String toString() {
            return "Refresh[]";
        }
    }

    /** Ends the session of a refresh token; an unknown token is no error. */
    record LogOut(String refreshToken) implements IdentityCommand<Done> {
        @Override
        public String toString() {
            return "LogOut[]";
        }
    }

    record GetAccount(UserId user) implements IdentityCommand<Account> {}

    /** Changes what is not null. */
    record UpdateAccount(
            Principal actor,
            @Nullable String name,
            @Nullable String phone,
            @Nullable String locale,
            @Nullable Long version)
            implements IdentityCommand<Account> {}

    /** What everybody may know of a user. */
    record GetProfile(UserId user) implements IdentityCommand<Profile> {}

    /** @param after the last id of the page before, null for the first */
    record ListVehicles(Principal actor, @Nullable VehicleId after, int limit) implements IdentityCommand<Vehicles> {}

    record AddVehicle(
            Principal actor,
            VehicleDetails details,
            @Nullable Once once) implements IdentityCommand<Vehicle> {}

    record ReadVehicle(Principal actor, VehicleId vehicle) implements IdentityCommand<Vehicle> {}

    /** @param version the one that the change is made to; PRECONDITION_FAILED when it is another */
    record UpdateVehicle(Principal actor, VehicleId vehicle, VehicleDetails details, long version)
            implements IdentityCommand<Vehicle> {}

    record DeleteVehicle(Principal actor, VehicleId vehicle) implements IdentityCommand<Done> {}

    /** @param expiresInSeconds of the access token */
    record LoggedIn(Account account, String accessToken, String refreshToken, long expiresInSeconds)
            implements Message {
        @Override
        public String toString() {
            return "LoggedIn[account=" + account.id() + "]";
        }
    }

    record Profile(UserId id, String name) implements Message {}

    record Vehicles(List<Vehicle> items) implements Message {
        public Vehicles {
            items = List.copyOf(items);
        }
    }
}
