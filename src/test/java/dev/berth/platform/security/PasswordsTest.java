package dev.berth.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Passwords passwords = new Passwords(vertx, SecurityConfig.forTests());

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void password_isKnownAgain_andNoOther() {
        String hash = await(passwords.hash("correct horse"));
        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
        assertThat(await(passwords.verify("correct horse", hash))).isTrue();
        assertThat(await(passwords.verify("correct horsf", hash))).isFalse();
        assertThat(await(passwords.hash("correct horse"))).isNotEqualTo(hash);
    }

    @Test
    void password_composedOrDecomposed_isTheSame() {
        String hash = await(passwords.hash("gr\u00fc\u00dfe an alle"));
        assertThat(await(passwords.verify("gru\u0308\u00dfe an alle", hash))).isTrue();
    }

    @Test
    void withoutAnAccount_noPasswordIsRight() {
        assertThat(await(passwords.verify("anything", null))).isFalse();
    }

    @Test
    void hash_ofOtherParameters_isStillRead_andCountsAsOutdated() {
        Passwords stronger = new Passwords(
                vertx,
                new SecurityConfig(
                        List.of(), List.of(), true, Duration.ofMinutes(1), 1, new Bytes(128 * 1_024), 2, 1, 1, 8));
        String hash = await(passwords.hash("correct horse"));
        assertThat(await(stronger.verify("correct horse", hash))).isTrue();
        assertThat(stronger.isOutdated(hash)).isTrue();
        assertThat(passwords.isOutdated(hash)).isFalse();
    }

    @Test
    void tooManyAtOnce_areRefused() {
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            all.add(passwords.hash("correct horse"));
        }
        assertThatThrownBy(() -> await(Future.all(all))).hasCauseInstanceOf(Rejection.class);
        await(Future.join(all).otherwiseEmpty());
        assertThat(await(passwords.hash("again"))).isNotNull();
    }
}
