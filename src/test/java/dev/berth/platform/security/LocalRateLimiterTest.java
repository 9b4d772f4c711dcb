package dev.berth.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRateLimiterTest {
    private static final long SECOND = 1_000_000;

    private final AtomicLong now = new AtomicLong(5);
    private final LocalRateLimiter limiter = new LocalRateLimiter(100, now::get);
    private final RatePolicy policy = RatePolicy.parse("few", "3/1m");

    @Test
    void quota_mayComeAtOnce_thenOneByOne() {
        assertThat(limiter.take(policy, "a").remaining()).isEqualTo(2);
        assertThat(limiter.take(policy, "a").remaining()).isEqualTo(1);
        RateLimiter.Verdict third = limiter.take(policy, "a");
        assertThat(third.allowed()).isTrue();
        assertThat(third.remaining()).isZero();
        assertThat(third.resetSeconds()).isEqualTo(60);
        RateLimiter.Verdict fourth = limiter.take(policy, "a");
        assertThat(fourth.allowed()).isFalse();
        assertThat(fourth.retryAfterSeconds()).isEqualTo(20);
        assertThat(fourth.policyHeader()).isEqualTo("\"few\";q=3;w=60");
        assertThat(fourth.limitHeader()).isEqualTo("\"few\";r=0;t=60");
        assertThat(limiter.take(policy, "b").allowed()).isTrue();

        now.addAndGet(20 * SECOND);
        assertThat(limiter.take(policy, "a").allowed()).isTrue();
        assertThat(limiter.take(policy, "a").allowed()).isFalse();
        now.addAndGet(600 * SECOND);
        assertThat(limiter.take(policy, "a").remaining()).isEqualTo(2);
    }

    @Test
    void subjects_areForgottenWhenTheyAreTooMany() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(limiter.take(policy, "subject " + i).allowed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "10/", "/1m", "0/1m", "-1/1m", "10/0s", "10/1y", "x/1m"})
    void rate_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> RatePolicy.parse("few", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("few");
    }

    @Test
    void rate_isReadWithItsUnit() {
        assertThat(RatePolicy.parse("few", "10/500ms").windowMicros()).isEqualTo(500_000);
        assertThat(RatePolicy.parse("few", "2000/1s").intervalMicros()).isEqualTo(500);
    }
}
