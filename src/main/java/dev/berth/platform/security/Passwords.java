package dev.berth.platform.security;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Passwords as Argon2id hashes in the PHC string format. A hash costs tens of milliseconds and megabytes by intent, so
 * they are made by few workers with a bounded queue, never on an event loop.
 */
public final class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,4}),p=(\\d{1,3})\\$([^$]+)\\$([^$]+)");
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getDecoder();

    private final SecurityConfig config;
    private final WorkerExecutor workers;
    private final AtomicInteger waiting = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();
    private final String nobody;

    public Passwords(Vertx vertx, SecurityConfig config) {
        this.config = config;
        this.workers = vertx.createSharedWorkerExecutor("berth-passwords", config.passwordWorkers());
        this.nobody = format(new byte[SALT_BYTES], new byte[HASH_BYTES]);
    }

    /** Fails with UNAVAILABLE when too many are waiting. */
    public Future<String> hash(String password) {
        return work(() -> {
            byte[] salt = new byte[SALT_BYTES];
            random.nextBytes(salt);
            byte[] hash = argon2(
                    password,
                    salt,
                    Math.toIntExact(config.passwordMemory().value() / 1_024),
                    config.passwordIterations(),
                    config.passwordParallelism(),
                    HASH_BYTES);
            return format(salt, hash);
        });
    }

    /**
     * Whether the password is the one. Without a hash (no such account) it takes as long and says no.
     *
     * @param hash as {@link #hash} made it, also with other parameters
     */
    public Future<Boolean> verify(String password, @Nullable String hash) {
        return work(() -> {
            Matcher parts = PHC.matcher(hash == null ? nobody : hash);
            if (!parts.matches()) {
                throw new IllegalStateException("a stored password hash is none of Argon2id");
            }
            byte[] wanted = DECODER.decode(parts.group(5));
            byte[] given = argon2(
                    password,
                    DECODER.decode(parts.group(4)),
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3)),
                    wanted.length);
            return MessageDigest.isEqual(wanted, given) && hash != null;
        });
    }

    /** Whether a hash was made with other parameters than are configured now. */
    public boolean isOutdated(String hash) {
        return !hash.startsWith(prefix());
    }

    private <T> Future<T> work(Callable<T> task) {
        if (waiting.incrementAndGet() > config.passwordQueue()) {
            waiting.decrementAndGet();
            return Future.failedFuture(
                    new Rejection(ProblemType.UNAVAILABLE, "Too many people are logging in; try again in a moment"));
        }
        return workers.executeBlocking(task, false)
                .map(Objects::requireNonNull)
                .onComplete(done -> waiting.decrementAndGet());
    }

    private static byte[] argon2(
            String password, byte[] salt, int memoryKib, int iterations, int parallelism, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(iterations)
                .withParallelism(parallelism)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[length];
        // The same password may arrive composed or decomposed, as keyboards differ.
        generator.generateBytes(
                Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private String prefix() {
        return "$argon2id$v=19$m=" + config.passwordMemory().value() / 1_024 + ",t=" + config.passwordIterations()
                + ",p=" + config.passwordParallelism() + "$";
    }

    private String format(byte[] salt, byte[] hash) {
        return prefix() + ENCODER.encodeToString(salt) + "$" + ENCODER.encodeToString(hash);
    }
}
