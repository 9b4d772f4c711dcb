package dev.berth.platform.security;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import dev.berth.platform.config.Secret;
import java.time.Duration;
import java.util.List;

/**
 * Keys, tokens and passwords. All nodes need the same keys.
 *
 * @param tokenKeys Ed25519 seeds, each 32 bytes in Base64 ({@code openssl rand -base64 32}); the first signs, all verify.
 *     To rotate: add the new one at the end on all nodes, then bring it to the front, then drop the old one
 * @param secrets at least 32 bytes in Base64 each, from which the keys of quotes, cursors and passes are derived; the
 *     first signs, all verify
 * @param developmentKeys makes keys up at each start when none are given: for a single node that is thrown away
 * @param tokenLifetime of access tokens
 * @param tokenCacheSize verified tokens that a node remembers
 * @param passwordMemory of one Argon2id hash
 * @param passwordWorkers hashes made at the same time, per node
 * @param passwordQueue hashes that may wait; more are refused
 */
public record SecurityConfig(
        @Default("") List<Secret> tokenKeys,
        @Default("") List<Secret> secrets,
        @Default("false") boolean developmentKeys,
        @Default("15m") Duration tokenLifetime,
        @Default("20000") int tokenCacheSize,
        @Default("19MiB") Bytes passwordMemory,
        @Default("2") int passwordIterations,
        @Default("1") int passwordParallelism,
        @Default("2") int passwordWorkers,
        @Default("128") int passwordQueue) {
    private static final int MIN_PASSWORD_MEMORY_BYTES = 8 * 1_024;

    public SecurityConfig {
        if (!developmentKeys && (tokenKeys.isEmpty() || secrets.isEmpty())) {
            throw new IllegalArgumentException("needs tokenKeys and secrets, unless developmentKeys is true");
        }
        if (passwordMemory.value() < MIN_PASSWORD_MEMORY_BYTES
                || passwordIterations < 1
                || passwordParallelism < 1
                || passwordWorkers < 1) {
            throw new IllegalArgumentException(
                    "needs passwordMemory >= 8KiB, passwordIterations, passwordParallelism and passwordWorkers >= 1");
        }
    }

    /** Keys that are made up and passwords that cost little: for tests. */
    public static SecurityConfig forTests() {
        return new SecurityConfig(
                List.of(), List.of(), true, Duration.ofMinutes(15), 1_000, new Bytes(64 * 1_024), 1, 1, 2, 128);
    }
}
