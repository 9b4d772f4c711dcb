package dev.berth.bookings;

import dev.berth.platform.config.Secret;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the QR code of a pass says (RULES 23): a token that a gate verifies with the public key alone, without a network.
 *
 * <p>The text is {@code "B1."} and base64url, without padding, of 139 bytes, numbers big-endian:
 *
 * <pre>
 *   0   1  format, 1
 *   1  16  booking id
 *  17  16  listing id
 *  33  16  slot id
 *  49   8  not before, seconds since 1970
 *  57   8  not after, seconds since 1970 (the first second in which it no longer opens)
 *  65   8  nonce of the booking
 *  73   2  0, reserved
 *  75  64  Ed25519 signature (RFC 8032) of {@code "berth.pass.1:"} and bytes 0 to 74
 * </pre>
 */
final class PassTokens {
    private static final Logger LOG = LoggerFactory.getLogger(PassTokens.class);

    static final String PREFIX = "B1.";

    private static final byte FORMAT = 1;
    private static final int PAYLOAD_BYTES = 75;
    private static final int SIGNATURE_BYTES = 64;
    private static final int SEED_BYTES = 32;
    private static final byte[] PURPOSE = "berth.pass.1:".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    /** What stands before the 32 bytes of a public Ed25519 key in its standard encoding (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final String ALGORITHM = "Ed25519";

    private final byte[] seed;
    private final byte[] point = new byte[SEED_BYTES];
    private final PublicKey publicKey;

    PassTokens(byte[] seed) {
        this.seed = seed.clone();
        Ed25519.generatePublicKey(seed, 0, point, 0);
        try {
            this.publicKey =
                    KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(join(X509, point)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param key null for one that is made up
     * @throws IllegalArgumentException when the key is not 32 bytes in base64
     */
    static PassTokens of(@Nullable Secret key) {
        if (key == null) {
            LOG.warn("bookings.passKey is made up: passes end with this process");
            byte[] seed = new byte[SEED_BYTES];
            new SecureRandom().nextBytes(seed);
            return new PassTokens(seed);
        }
        try {
            byte[] seed = Base64.getDecoder().decode(key.value());
            if (seed.length == SEED_BYTES) {
                return new PassTokens(seed);
            }
        } catch (IllegalArgumentException e) {
            // Its message would show the key.
        }
        throw new IllegalArgumentException("bookings.passKey: is not %d bytes in base64".formatted(SEED_BYTES));
    }

    /** What a pass entitles to. */
    record Content(
            BookingId booking, ListingId listing, SlotId slot, Instant notBefore, Instant notAfter, long nonce) {}

    /** What gates verify with. */
    PublicKey publicKey() {
        return publicKey;
    }

    /** The same content gives the same text. */
    String write(Content content) {
        ByteBuffer bytes = ByteBuffer.allocate(PAYLOAD_BYTES + SIGNATURE_BYTES).put(FORMAT);
        put(bytes, content.booking().value());
        put(bytes, content.listing().value());
        put(bytes, content.slot().value());
        bytes.putLong(content.notBefore().getEpochSecond())
                .putLong(content.notAfter().getEpochSecond())
                .putLong(content.nonce())
                .putShort((short) 0);
        byte[] signed = join(PURPOSE, Arrays.copyOf(bytes.array(), PAYLOAD_BYTES));
        // Each confirmed booking is answered with its pass: the JDK's own signature takes many times as long.
        Ed25519.sign(seed, 0, point, 0, signed, 0, signed.length, bytes.array(), PAYLOAD_BYTES);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** What it says, if the key's owner has said it; empty for anything else. It does not look at the time. */
    static Optional<Content> read(String text, PublicKey key) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
            if (bytes.length != PAYLOAD_BYTES + SIGNATURE_BYTES || bytes[0] != FORMAT) {
                return Optional.empty();
            }
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(PURPOSE);
            signature.update(bytes, 0, PAYLOAD_BYTES);
            if (!signature.verify(bytes, PAYLOAD_BYTES, SIGNATURE_BYTES)) {
                return Optional.empty();
            }
            ByteBuffer payload = ByteBuffer.wrap(bytes, 1, PAYLOAD_BYTES - 1);
            return Optional.of(new Content(
                    new BookingId(uuid(payload)),
                    new ListingId(uuid(payload)),
                    new SlotId(uuid(payload)),
                    Instant.ofEpochSecond(payload.getLong()),
                    Instant.ofEpochSecond(payload.getLong()),
                    payload.getLong()));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer bytes) {
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private static byte[] join(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }
}
