package dev.berth.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.identity.IdentityCommand.BeginAsGuest;
import dev.berth.identity.IdentityCommand.ClaimGuest;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.identity.IdentityCommand.GuestLink;
import dev.berth.identity.IdentityCommand.LogIn;
import dev.berth.identity.IdentityCommand.LoggedIn;
import dev.berth.identity.IdentityCommand.MakeGuestLink;
import dev.berth.identity.IdentityCommand.OpenGuestLink;
import dev.berth.identity.IdentityCommand.Refresh;
import dev.berth.identity.IdentityCommand.Register;
import dev.berth.identity.IdentityCommand.RevokeGuestLinks;
import dev.berth.platform.bus.Command;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Passwords;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Tokens;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Guests beside accounts: what is kept of them, what they prove, and what nobody learns by them. */
@WithServices
@Tag("BK11")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestIT {
    private static final String PASSWORD = "correct horse";
    private static final int LINKS_MAX = 3;

    private final TestNode node;

    GuestIT(Services services) {
        node = new TestNode(services);
        SecurityConfig security = SecurityConfig.forTests();
        node.deploy(new IdentityVerticle(
                node.bus(),
                node.db(),
                node.outbox(),
                new Tokens(security, Json.mapper(), InstantSource.system()),
                new Passwords(node.vertx(), security),
                Json.mapper(),
                new IdentityConfig(
                        Duration.ofDays(7), Duration.ofMinutes(10), 1_000, 3, Duration.ofDays(90), LINKS_MAX)));
    }

    @AfterAll
    void close() {
        node.close();
    }

    private static String email() {
        return "jo-" + UUID.randomUUID() + "@example.org";
    }

    private LoggedIn register(String email) {
        return node.ask(new Register(email, PASSWORD, "Jo", Set.of(Role.DRIVER), "en"));
    }

    private LoggedIn guest(String email) {
        return node.ask(new BeginAsGuest(email, "Gast", "de"));
    }

    private GuestLink link(LoggedIn guest) {
        return node.ask(new MakeGuestLink(guest.account().id()));
    }

    private ProblemType refusal(Command<?> command) {
        return catchThrowableOfType(Rejection.class, () -> node.ask(command))
                .problem()
                .type();
    }

    @Test
    void guestsWithTheEmailOfAnAccount_neitherTouchItNorLearnOfIt() {
        String email = email();
        LoggedIn account = register(email);
        LoggedIn guest = guest(email.toUpperCase(java.util.Locale.ROOT));
        LoggedIn unknown = guest(email());
        // Nothing tells the two apart but what they have said themselves.
        assertThat(guest.account().id()).isNotEqualTo(account.account().id());
        assertThat(guest.account().email()).isEqualTo(email);
        assertThat(guest.account().roles()).isEqualTo(unknown.account().roles()).containsExactly(Role.GUEST);
        assertThat(node.ask(new LogIn(email, PASSWORD)).account()).isEqualTo(account.account());
        assertThat(node.ask(new GetContact(guest.account().id())).guest()).isTrue();
        assertThat(node.ask(new GetContact(account.account().id())).guest()).isFalse();
        // An account has no links, whoever asks for them.
        assertThat(refusal(new MakeGuestLink(account.account().id()))).isEqualTo(ProblemType.NOT_FOUND);
        // A guest has no password, so that nothing logs in.
        String other = unknown.account().email();
        assertThat(refusal(new LogIn(other, ""))).isEqualTo(ProblemType.INVALID_CREDENTIALS);
        // And stands in nobody's way.
        assertThat(register(other).account().id())
                .isNotEqualTo(unknown.account().id());
    }

    @Test
    void aLink_opensThisGuestsSession_onAnyDevice_andOnlyItsHashIsKept() {
        LoggedIn guest = guest(email());
        GuestLink link = link(guest);
        assertThat(link.email()).isEqualTo(guest.account().email());
        assertThat(link.toString()).doesNotContain(link.secret());
        for (int device = 0; device < 2; device++) {
            LoggedIn opened = node.ask(new OpenGuestLink(link.secret()));
            assertThat(opened.account()).isEqualTo(guest.account());
            assertThat(node.ask(new Refresh(opened.refreshToken())).account()).isEqualTo(guest.account());
        }
        assertThat(node.rows("SELECT hash FROM identity.guest_link WHERE account_id = $1", id(guest)))
                .singleElement()
                .satisfies(row -> assertThat(row.getBuffer(0)).isEqualTo(IdentityVerticle.hash(link.secret())));
        assertThat(node.rows(
                        "SELECT FROM identity.guest_link WHERE encode(hash, 'escape') LIKE $1",
                        "%" + link.secret() + "%"))
                .isEmpty();
        assertThat(refusal(new OpenGuestLink("x".repeat(43)))).isEqualTo(ProblemType.NOT_FOUND);
    }

    @Test
    void links_expire_areRevoked_andAreNotMoreThanSoMany() {
        LoggedIn guest = guest(email());
        GuestLink late = link(guest);
        node.rows(
                "UPDATE identity.guest_link SET expires_at = now() - interval '1 second' WHERE account_id = $1",
                id(guest));
        assertThat(refusal(new OpenGuestLink(late.secret()))).isEqualTo(ProblemType.NOT_FOUND);

        List<GuestLink> links = new ArrayList<>();
        for (int i = 0; i <= LINKS_MAX; i++) {
            links.add(link(guest));
        }
        assertThat(refusal(new OpenGuestLink(links.getFirst().secret()))).isEqualTo(ProblemType.NOT_FOUND);
        node.ask(new OpenGuestLink(links.get(1).secret()));
        LoggedIn other = guest(guest.account().email());
        GuestLink others = link(other);
        node.ask(new RevokeGuestLinks(new Principal(guest.account().id(), Set.of(Role.GUEST))));
        links.forEach(
                link -> assertThat(refusal(new OpenGuestLink(link.secret()))).isEqualTo(ProblemType.NOT_FOUND));
        assertThat(node.ask(new OpenGuestLink(others.secret())).account()).isEqualTo(other.account());
    }

    @Test
    void onlyWhoReadsTheMails_claimsTheAddress_andThenNobodyElseIsIn() {
        String email = email();
        LoggedIn typed = guest(email);
        assertThat(refusal(new ClaimGuest(typed.refreshToken(), PASSWORD))).isEqualTo(ProblemType.ADDRESS_NOT_PROVEN);
        // That the owner of the mailbox has opened a link proves nothing of who typed the address.
        GuestLink link = link(typed);
        LoggedIn linked = node.ask(new OpenGuestLink(link.secret()));
        assertThat(refusal(new ClaimGuest(typed.refreshToken(), PASSWORD))).isEqualTo(ProblemType.ADDRESS_NOT_PROVEN);

        LoggedIn refreshed = node.ask(new Refresh(linked.refreshToken()));
        LoggedIn claimed = node.ask(new ClaimGuest(refreshed.refreshToken(), PASSWORD));
        assertThat(claimed.account().id()).isEqualTo(typed.account().id());
        assertThat(claimed.account().roles()).containsExactlyInAnyOrder(Role.DRIVER, Role.HOST);
        assertThat(node.ask(new LogIn(email, PASSWORD)).account()).isEqualTo(claimed.account());
        assertThat(refusal(new Refresh(typed.refreshToken()))).isEqualTo(ProblemType.UNAUTHENTICATED);
        assertThat(refusal(new OpenGuestLink(link.secret()))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new MakeGuestLink(typed.account().id()))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new ClaimGuest(claimed.refreshToken(), PASSWORD))).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(node.rows(
                        "SELECT FROM platform.outbox WHERE key = $1 AND type = 'identity.SessionEnded'",
                        typed.account().id().toString()))
                .hasSize(2);
    }

    @Test
    void anAddressThatHasAnAccount_isNotClaimed_andTheGuestStaysOne() {
        String email = email();
        LoggedIn account = register(email);
        LoggedIn guest = guest(email);
        // Before the address is proven, the answer is that of any other.
        assertThat(refusal(new ClaimGuest(guest.refreshToken(), "other password")))
                .isEqualTo(ProblemType.ADDRESS_NOT_PROVEN);
        GuestLink link = link(guest);
        LoggedIn linked = node.ask(new OpenGuestLink(link.secret()));
        assertThat(refusal(new ClaimGuest(linked.refreshToken(), "other password")))
                .isEqualTo(ProblemType.EMAIL_TAKEN);
        assertThat(node.ask(new LogIn(email, PASSWORD)).account()).isEqualTo(account.account());
        assertThat(node.ask(new OpenGuestLink(link.secret())).account()).isEqualTo(guest.account());
        assertThat(node.ask(new Refresh(linked.refreshToken())).account()).isEqualTo(guest.account());
    }

    private static UUID id(LoggedIn guest) {
        UserId id = guest.account().id();
        return id.value();
    }
}
