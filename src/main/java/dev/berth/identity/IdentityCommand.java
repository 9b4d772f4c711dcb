package dev.berth.identity;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.util.Set;

/** What other capabilities may ask of identity; the operations of the HTTP contract add their own. */
public sealed interface IdentityCommand<R extends Message> extends Command<R>
        permits IdentityCommand.GetContact, IdentityCommand.GetVehicle, IdentityCommand.EnsureAccount {
    String ADDRESS = "identity.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** How to reach a user: for mails and messages. */
    record GetContact(UserId user) implements IdentityCommand<Contact> {}

    /** A vehicle of this owner; refused with NOT_FOUND when it is somebody else's. */
    record GetVehicle(UserId owner, VehicleId vehicle) implements IdentityCommand<VehicleFacts> {}

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

    /** @param locale a language tag, {@code en} or {@code de} */
    record Contact(UserId user, String email, String name, String locale) implements Message {}

    /** @param heightCentimetres 0 when unknown */
    record VehicleFacts(VehicleId id, String plate, int heightCentimetres, boolean ev) implements Message {}
}
