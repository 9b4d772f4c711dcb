package dev.berth.platform.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.platform.config.Secret;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access tokens: JWTs signed with Ed25519 ({@code EdDSA}), told apart by the {@code kid} of their key.
 *
 * <p>A token's first part must be, letter for letter, the header that we write for one of our keys: what other algorithms
 * or headers would mean is never a question. A verified token is remembered until it expires, because checking a
 * signature costs a hundred times what remembering does.
 */
public final class Tokens implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final String ISSUER = "berth";
    private static final int SEED_BYTES = 32;
    private static final int KEY_ID_BYTES = 8;
    private static final int MAX_TOKEN_CHARACTERS = 2_048;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final Ed25519PrivateKeyParameters signingKey;
    private final String signingHeader;
    private final Map<String, Ed25519PublicKeyParameters> keysByHeader = new HashMap<>();
    private final Duration lifetime;
    private final JsonMapper json;
    private final InstantSource clock;
    private final RecentTokens recent;

    public Tokens(SecurityConfig config, JsonMapper json, InstantSource clock) {
        List<byte[]> seeds = new ArrayList<>();
        for (Secret key : config.tokenKeys()) {
            seeds.add(seed(key));
        }
        if (seeds.isEmpty()) {
            LOG.warn("security.tokenKeys are made up: tokens end with this process");
            byte[] seed = new byte[SEED_BYTES];
            new SecureRandom().nextBytes(seed);
            seeds.add(seed);
        }
        this.json = json;
        this.clock = clock;
        this.lifetime = config.tokenLifetime();
        this.recent = new RecentTokens(config.tokenCacheSize());
        this.signingKey = new Ed25519PrivateKeyParameters(seeds.getFirst());
        this.signingHeader = header(signingKey.generatePublicKey());
        for (byte[] seed : seeds) {
            Ed25519PublicKeyParameters key = new Ed25519PrivateKeyParameters(seed).generatePublicKey();
            keysByHeader.put(header(key), key);
        }
    }

    private static byte[] seed(Secret key) {
        try {
            byte[] seed = Base64.getDecoder().decode(key.value());
            if (seed.length == SEED_BYTES) {
                return seed;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one refusal below, which does not repeat the key.
        }
        throw new IllegalArgumentException("security.tokenKeys: each must be 32 bytes in Base64");
    }

    private static String header(Ed25519PublicKeyParameters key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            String id = ENCODER.encodeToString(Arrays.copyOf(digest, KEY_ID_BYTES));
            return encode("{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"" + id + "\"}");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Makes an access token of a session. */
    public String issue(UserId user, Set<Role> roles, UUID session) {
        long now = clock.instant().getEpochSecond();
        ObjectNode claims = json.createObjectNode();
        claims.put("iss", ISSUER);
        claims.put("sub", user.toString());
        claims.set("roles", json.valueToTree(roles.stream().sorted().toList()));
        claims.put("sid", session.toString());
        claims.put("iat", now);
        claims.put("exp", now + lifetime.toSeconds());
        try {
            String signed = signingHeader + "." + ENCODER.encodeToString(json.writeValueAsBytes(claims));
            Ed25519Signer signer = new Ed25519Signer();
            signer.init(true, signingKey);
            byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
            signer.update(bytes, 0, bytes.length);
            return signed + "." + ENCODER.encodeToString(signer.generateSignature());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Duration lifetime() {
        return lifetime;
    }

    @Override
    public Principal authenticate(String token) {
        return verify(token).principal();
    }

    /**
     * Who holds the token and until when: for connections that outlive a request.
     *
     * @throws Rejection UNAUTHENTICATED
     */
    public Verified verify(String token) {
        Verified known = recent.get(token);
        if (known == null) {
            known = check(token);
            recent.put(token, known);
        }
        if (!clock.instant().isBefore(known.expiresAt())) {
            throw refused("The access token has expired");
        }
        return known;
    }

    /** The holder of a token that was found right. */
    public record Verified(Principal principal, Instant expiresAt) {}

    private Verified check(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.length() > MAX_TOKEN_CHARACTERS) {
            throw refused("This is not an access token of ours");
        }
        Ed25519PublicKeyParameters key = keysByHeader.get(token.substring(0, first));
        if (key == null) {
            throw refused("The access token is signed with a key that is not in use");
        }
        try {
            byte[] signed = token.substring(0, second).getBytes(StandardCharsets.ISO_8859_1);
            Ed25519Signer verifier = new Ed25519Signer();
            verifier.init(false, key);
            verifier.update(signed, 0, signed.length);
            if (!verifier.verifySignature(DECODER.decode(token.substring(second + 1)))) {
                throw refused("The access token's signature is wrong");
            }
            JsonNode claims = json.readTree(DECODER.decode(token.substring(first + 1, second)));
            Set<Role> roles = EnumSet.noneOf(Role.class);
            claims.path("roles").forEach(role -> roles.add(Role.valueOf(role.asText())));
            return new Verified(
                    new Principal(UserId.parse(claims.path("sub").asText()), roles),
                    Instant.ofEpochSecond(claims.path("exp").asLong()));
        } catch (IllegalArgumentException | IOException e) {
            throw refused("This is not an access token of ours");
        }
    }

    private static Rejection refused(String detail) {
        return new Rejection(ProblemType.UNAUTHENTICATED, detail);
    }

    private static String encode(String text) {
        return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
