package dev.berth.disputes;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The ids of what is posted for disputes. */
public final class DisputeTransfers {
    private DisputeTransfers() {}

    /** The transfer that a movement of our balance at the provider is posted by, {@code txn_…}. */
    public static UUID of(String movement) {
        return id("movement", movement);
    }

    static UUID id(String what, String of) {
        return UUID.nameUUIDFromBytes(("dispute " + what + " " + of).getBytes(StandardCharsets.UTF_8));
    }
}
