import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * A gate without a network: says of each pass that its reader prints on a line whether the gate may open. One file and a
 * JDK from 17 on, nothing else; README.md beside it documents the bytes for other languages.
 *
 * <p>{@code java VerifyPass.java <public key> <listing> <ENTRY|EXIT> [<file of used passes>]}
 *
 * <p>It prints {@code ALLOW <booking>} or {@code DENY <reason>} for each line, and ends with status 0 when the last one
 * may pass, with 1 when it may not, with 2 when it was called wrongly.
 */
public final class VerifyPass {
    private static final String PREFIX = "B1.";
    private static final byte[] PURPOSE = "berth.pass.1:".getBytes(StandardCharsets.US_ASCII);
    private static final int PAYLOAD_BYTES = 75;
    private static final int SIGNATURE_BYTES = 64;
    /** What stands before the 32 bytes of an Ed25519 key in its standard encoding (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PublicKey key;
    private final UUID listing;
    private final String direction;
    private final Path used;
    private final Set<String> seen;

    private VerifyPass(PublicKey key, UUID listing, String direction, Path used) throws IOException {
        this.key = key;
        this.listing = listing;
        this.direction = direction;
        this.used = used;
        this.seen = new HashSet<>();
        if (used != null && Files.exists(used)) {
            seen.addAll(Files.readAllLines(used));
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3 || arguments.length > 4 || !Set.of("ENTRY", "EXIT").contains(arguments[2])) {
            System.err.println("java VerifyPass.java <public key> <listing> <ENTRY|EXIT> [<file of used passes>]");
            System.exit(2);
        }
        boolean allowed = false;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            VerifyPass gate = new VerifyPass(
                    key(arguments[0]),
                    UUID.fromString(arguments[1]),
                    arguments[2],
                    arguments.length > 3 ? Path.of(arguments[3]) : null);
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String answer = gate.answer(line.strip(), Instant.now().getEpochSecond());
                allowed = answer.startsWith("ALLOW");
                System.out.println(answer);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            System.err.println("neither a key of 32 bytes in base64 nor a listing's id: " + e.getMessage());
            System.exit(2);
        }
        System.exit(allowed ? 0 : 1);
    }

    private static PublicKey key(String text) throws GeneralSecurityException {
        byte[] bytes = Base64.getDecoder().decode(text);
        byte[] encoded =
                ByteBuffer.allocate(X509.length + bytes.length).put(X509).put(bytes).array();
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private String answer(String text, long now) throws GeneralSecurityException, IOException {
        ByteBuffer pass = signed(text);
        if (pass == null) {
            return "DENY invalid_credential";
        }
        pass.get();
        UUID booking = new UUID(pass.getLong(), pass.getLong());
        UUID place = new UUID(pass.getLong(), pass.getLong());
        // The slot.
        pass.getLong();
        pass.getLong();
        long notBefore = pass.getLong();
        long notAfter = pass.getLong();
        if (!place.equals(listing)) {
            return "DENY wrong_place";
        }
        // Nobody is kept in for being late.
        boolean entry = direction.equals("ENTRY");
        if (entry && now < notBefore) {
            return "DENY too_early";
        } else if (entry && now >= notAfter) {
            return "DENY expired";
        } else if (!use(booking)) {
            return entry ? "DENY already_inside" : "DENY already_outside";
        }
        return "ALLOW " + booking;
    }

    /** The payload, if the key's owner has signed it; null for anything else. */
    private ByteBuffer signed(String text) throws GeneralSecurityException {
        if (!text.startsWith(PREFIX)) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length != PAYLOAD_BYTES + SIGNATURE_BYTES || bytes[0] != 1) {
            return null;
        }
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(PURPOSE);
        signature.update(bytes, 0, PAYLOAD_BYTES);
        return signature.verify(bytes, PAYLOAD_BYTES, SIGNATURE_BYTES) ? ByteBuffer.wrap(bytes, 0, PAYLOAD_BYTES) : null;
    }

    /** Once in each direction: false when it was used before. Without a file, each run forgets. */
    private boolean use(UUID booking) throws IOException {
        String line = direction + " " + booking;
        if (!seen.add(line)) {
            return false;
        }
        if (used != null) {
            Files.writeString(
                    used, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.DSYNC);
        }
        return true;
    }
}
