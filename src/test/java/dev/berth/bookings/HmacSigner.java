package dev.berth.bookings;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs with a key of its own. */
final class HmacSigner implements TokenSigner {
    private static final int MAC_BYTES = 32;

    private final byte[] key;

    HmacSigner(String key) {
        this.key = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public String sign(byte[] payload) {
        byte[] signed = Arrays.copyOf(payload, payload.length + MAC_BYTES);
        System.arraycopy(mac(payload), 0, signed, payload.length, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    @Override
    public byte @Nullable [] verify(String token) {
        try {
            byte[] signed = Base64.getUrlDecoder().decode(token);
            byte[] payload = Arrays.copyOf(signed, Math.max(0, signed.length - MAC_BYTES));
            byte[] mac = Arrays.copyOfRange(signed, payload.length, signed.length);
            return MessageDigest.isEqual(mac, mac(payload)) ? payload : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private byte[] mac(byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
