package dev.berth.identity;

import dev.berth.platform.bus.Message;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account as its owner sees it; a guest has one with the role GUEST, without a password.
 *
 * @param email in lower case; a guest's is what they say, whoever has an account with it
 * @param locale a language tag, {@code en} or {@code de}
 * @param version +1 with every change; its ETag
 */
public record Account(
        UserId id, String email, String name, @Nullable String phone, String locale, Set<Role> roles, long version)
        implements Message {
    public Account {
        roles = Set.copyOf(roles);
    }
}
