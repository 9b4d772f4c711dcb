package dev.berth.platform.security;

import dev.berth.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a {@link Signer} for each purpose out of the configured secrets, by HKDF: no key serves two purposes. */
public final class Signers {
    private static final Logger LOG = LoggerFactory.getLogger(Signers.class);
    private static final int SECRET_MIN_BYTES = 32;
    private static final int KEY_BYTES = 32;

    private final List<byte[]> secrets = new ArrayList<>();

    public Signers(SecurityConfig config) {
        for (Secret secret : config.secrets()) {
            secrets.add(decode(secret));
        }
        if (secrets.isEmpty()) {
            LOG.warn("security.secrets are made up: quotes, cursors and passes end with this process");
            byte[] secret = new byte[SECRET_MIN_BYTES];
            new SecureRandom().nextBytes(secret);
            secrets.add(secret);
        }
    }

    private static byte[] decode(Secret secret) {
        try {
            byte[] bytes = Base64.getDecoder().decode(secret.value());
            if (bytes.length >= SECRET_MIN_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one refusal below, which does not repeat the secret.
        }
        throw new IllegalArgumentException("security.secrets: each must be at least 32 bytes in Base64");
    }

    /** @param purpose what is signed, such as {@code quotes}; the same on all nodes and for ever */
    public Signer signer(String purpose) {
        try {
            KDF hkdf = KDF.getInstance("HKDF-SHA256");
            List<SecretKey> keys = new ArrayList<>();
            for (byte[] secret : secrets) {
                keys.add(hkdf.deriveKey(
                        "HmacSHA256",
                        HKDFParameterSpec.ofExtract()
                                .addIKM(secret)
                                .thenExpand(("berth " + purpose).getBytes(StandardCharsets.UTF_8), KEY_BYTES)));
            }
            return new Signer(keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 25 has HKDF", e);
        }
    }
}
