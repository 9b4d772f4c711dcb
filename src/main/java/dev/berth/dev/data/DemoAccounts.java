package dev.berth.dev.data;

import dev.berth.identity.IdentityCommand.EnsureAccount;
import dev.berth.platform.bus.Bus;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The accounts of the demo. Everybody knows their password: they must never exist in production. */
final class DemoAccounts {
    static final String PASSWORD = "berth-demo";
    static final String DOMAIN = "@demo.berth";

    private static final Set<Role> HOST = Set.of(Role.DRIVER, Role.HOST);

    /** Hosts of driveways beside {@code host@demo.berth}. */
    private static final List<String> HOSTS = List.of(
            "Anna",
            "Bernd",
            "Carla",
            "Deniz",
            "Elif",
            "Frank",
            "Greta",
            "Hakan",
            "Ines",
            "Jonas",
            "Katja",
            "Lukas",
            "Miriam",
            "Niklas",
            "Olga",
            "Paul",
            "Renate",
            "Samir",
            "Tanja",
            "Uwe",
            "Vera",
            "Wolfgang",
            "Yasemin",
            "Zoran",
            "Birgit",
            "Claudia",
            "Dieter",
            "Emil",
            "Franziska",
            "Georg",
            "Heike",
            "Ivan",
            "Julia",
            "Klaus",
            "Lena",
            "Markus",
            "Nadine",
            "Oskar",
            "Petra");

    private final Bus bus;

    DemoAccounts(Bus bus) {
        this.bus = bus;
    }

    /** @param hosts those who rent out driveways; {@code host@demo.berth} is the first */
    record Accounts(Principal admin, Principal operator, List<Principal> hosts) {}

    /** One after another: each new password is hashed slowly, on purpose. */
    Accounts ensure() {
        ensure("driver", "Dana Fahrer", HOST);
        Principal admin = ensure("admin", "Alex Admin", Set.of(Role.DRIVER, Role.ADMIN));
        Principal operator = ensure("operator", "Parken Karlsruhe (Demo)", Set.of(Role.DRIVER, Role.OPERATOR));
        List<Principal> hosts = new ArrayList<>();
        hosts.add(ensure("host", "Hanna Hof", HOST));
        for (String name : HOSTS) {
            hosts.add(ensure(name.toLowerCase(Locale.ROOT), name + " (Demo)", HOST));
        }
        return new Accounts(admin, operator, hosts);
    }

    private Principal ensure(String mailbox, String name, Set<Role> roles) {
        UserId user = bus.ask(new EnsureAccount(UserId.next(), mailbox + DOMAIN, PASSWORD, name, roles))
                .await()
                .user();
        return new Principal(user, roles);
    }
}
