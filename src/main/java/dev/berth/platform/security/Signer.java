package dev.berth.platform.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Signs short payloads for one purpose with HMAC-SHA256, so that they can be given away and believed when they come
 * back. Readable by everybody who has them; of any thread.
 */
public final class Signer {
    /** 128 bits: what is left of a MAC when half of it is dropped is as hard to guess as a key of that length. */
    private static final int MAC_BYTES = 16;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final List<Mac> macs = new ArrayList<>();

    Signer(List<SecretKey> keys) throws GeneralSecurityException {
        for (SecretKey key : keys) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            macs.add(mac);
        }
    }

    /** A URL-safe text of the payload and its MAC. */
    public String sign(byte[] payload) {
        byte[] signed = Arrays.copyOf(payload, payload.length + MAC_BYTES);
        System.arraycopy(mac(macs.getFirst(), payload), 0, signed, payload.length, MAC_BYTES);
        return ENCODER.encodeToString(signed);
    }

    /** A digest that only who has the keys can make: the same for the same payload while the first key stays. */
    public String digest(String payload) {
        byte[] mac = mac(macs.getFirst(), payload.getBytes(StandardCharsets.UTF_8));
        return ENCODER.encodeToString(Arrays.copyOf(mac, MAC_BYTES));
    }

    public String sign(String payload) {
        return sign(payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The payload, or null when the text was not signed by us for this purpose. */
    public byte @Nullable [] verify(String token) {
        byte[] signed;
        try {
            signed = DECODER.decode(token);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (signed.length < MAC_BYTES) {
            return null;
        }
        byte[] payload = Arrays.copyOf(signed, signed.length - MAC_BYTES);
        byte[] given = Arrays.copyOfRange(signed, payload.length, signed.length);
        for (Mac mac : macs) {
            if (MessageDigest.isEqual(given, Arrays.copyOf(mac(mac, payload), MAC_BYTES))) {
                return payload;
            }
        }
        return null;
    }

    /** As {@link #verify}, of a payload that was a text. */
    public @Nullable String verifyText(String token) {
        byte[] payload = verify(token);
        return payload == null ? null : new String(payload, StandardCharsets.UTF_8);
    }

    private static byte[] mac(Mac prototype, byte[] payload) {
        try {
            // A Mac keeps state while it works; a clone has the key already set up and costs little.
            return ((Mac) prototype.clone()).doFinal(payload);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HmacSHA256 can be cloned", e);
        }
    }
}
