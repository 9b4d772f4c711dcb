package dev.berth.bookings;

import org.jspecify.annotations.Nullable;

/** Signs what clients carry for Berth, for one purpose. */
public interface TokenSigner {
    /** A URL-safe text of the payload and its MAC. */
    String sign(byte[] payload);

    /** The payload, or null when the text was not signed by us for this purpose. */
    byte @Nullable [] verify(String token);
}
