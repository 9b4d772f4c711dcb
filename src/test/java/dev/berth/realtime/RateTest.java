package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateTest {
    @Test
    void burst_isAllowedAtOnce_thenOnlyWhatTimeBrings() {
        Rate rate = new Rate(10, 3, 0);
        assertThat(rate.take(0)).isTrue();
        assertThat(rate.take(0)).isTrue();
        assertThat(rate.take(0)).isTrue();
        assertThat(rate.take(0)).isFalse();
        assertThat(rate.take(TimeUnit.MILLISECONDS.toNanos(99))).isFalse();
        assertThat(rate.take(TimeUnit.MILLISECONDS.toNanos(101))).isTrue();
        assertThat(rate.take(TimeUnit.MILLISECONDS.toNanos(101))).isFalse();
    }

    @Test
    void quiet_savesNoMoreThanTheBurst() {
        Rate rate = new Rate(10, 2, 0);
        long later = TimeUnit.HOURS.toNanos(1);
        assertThat(rate.take(later)).isTrue();
        assertThat(rate.take(later)).isTrue();
        assertThat(rate.take(later)).isFalse();
    }
}
