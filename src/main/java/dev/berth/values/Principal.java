package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Set;

/** Who asks: carried by every command that needs permission. */
public record Principal(UserId user, Set<Role> roles) {
    public Principal {
        roles = Set.copyOf(roles);
    }

    @JsonIgnore
    public boolean isAdmin() {
        return roles.contains(Role.ADMIN);
    }

    /** Who books without an account. */
    @JsonIgnore
    public boolean isGuest() {
        return roles.contains(Role.GUEST);
    }
}
