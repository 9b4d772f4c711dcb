package dev.berth.identity;

import dev.berth.identity.GuestSql.Claimant;
import dev.berth.identity.IdentityCommand.BeginAsGuest;
import dev.berth.identity.IdentityCommand.ClaimGuest;
import dev.berth.identity.IdentityCommand.GuestLink;
import dev.berth.identity.IdentityCommand.LoggedIn;
import dev.berth.identity.IdentityCommand.MakeGuestLink;
import dev.berth.identity.IdentityCommand.OpenGuestLink;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Passwords;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.security.SecureRandom;
import java.util.Set;

/**
 * People who book without an account (BK11).
 *
 * <p>A guest is a row beside the accounts, whose e-mail no statement about accounts sees. What a guest says of themselves
 * proves nothing; only a session that was begun with a link out of the mailbox may make an account of it. Else somebody
 * could begin as a guest with another's address, wait until its owner opens the mail, and set the password.
 */
final class Guests {
    private static final Set<Role> CLAIMED = Set.of(Role.DRIVER, Role.HOST);

    private final GuestSql sql;
    private final Outbox outbox;
    private final Passwords passwords;
    private final Opening opening;
    private final IdentityConfig config;
    private final SecureRandom random = new SecureRandom();

    /** Begins sessions. */
    interface Opening {
        LoggedIn open(Outbox.Changes changes, Account account, boolean byLink);
    }

    Guests(GuestSql sql, Outbox outbox, Passwords passwords, Opening opening, IdentityConfig config) {
        this.sql = sql;
        this.outbox = outbox;
        this.passwords = passwords;
        this.opening = opening;
        this.config = config;
    }

    /** @param email in lower case */
    LoggedIn begin(BeginAsGuest command, String email) {
        return outbox.inTransaction(changes -> opening.open(
                changes,
                sql.insert(changes.connection(), UserId.next(), email, command.name(), command.locale()),
                false));
    }

    GuestLink link(MakeGuestLink command) {
        String secret = IdentityVerticle.secret(random);
        String email = sql.link(
                command.guest(), IdentityVerticle.hash(secret), config.guestLinkLifetime(), config.guestLinksMax());
        if (email == null) {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such guest");
        }
        return new GuestLink(command.guest(), email, secret);
    }

    LoggedIn open(OpenGuestLink command) {
        return outbox.inTransaction(changes -> {
            Account guest = sql.open(changes.connection(), IdentityVerticle.hash(command.secret()));
            if (guest == null) {
                throw new Rejection(ProblemType.NOT_FOUND, "the link leads nowhere, or not any more");
            }
            return opening.open(changes, guest, true);
        });
    }

    LoggedIn claim(ClaimGuest command) {
        String hash = passwords.hash(command.password()).await();
        return outbox.inTransaction(changes -> {
            Claimant claimant = sql.claimant(changes.connection(), IdentityVerticle.hash(command.refreshToken()));
            if (claimant == null) {
                throw new Rejection(ProblemType.UNAUTHENTICATED, "the session has ended; open the link again");
            }
            if (!claimant.guest()) {
                throw new Rejection(ProblemType.ILLEGAL_STATE, "this is an account already");
            }
            if (!claimant.byLink()) {
                throw new Rejection(
                        ProblemType.ADDRESS_NOT_PROVEN, "the link proves that the mails of this address reach you");
            }
            Account account = sql.claim(changes.connection(), claimant.user(), hash, CLAIMED);
            // Whoever else was in as this guest, by whatever means, is not in as the account.
            sql.endAll(changes.connection(), account.id())
                    .forEach(session -> changes.record(new IdentityEvent.SessionEnded(account.id(), session)));
            changes.record(new IdentityEvent.UserRegistered(account.id(), account.locale()));
            return opening.open(changes, account, false);
        });
    }
}
