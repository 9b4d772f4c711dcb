package dev.berth.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
    private static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");

    /** What the machine's clocks show; the tests move them. */
    private Instant wall = NOON;

    private long nanos = 77;
    private final InstantSource own = () -> wall;
    private final DatabaseClock clock = new DatabaseClock(own.withZone(ZoneOffset.UTC), () -> nanos);

    private void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    @Test
    void untilTheDatabaseTells_theMachinesClockCounts() {
        assertThat(clock.instant()).isEqualTo(NOON);
        pass(Duration.ofSeconds(3));
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(3));
    }

    @Test
    void whatTheDatabaseTells_counts_whateverTheWallClockShows() {
        wall = NOON.plus(Duration.ofHours(1));
        long asked = nanos;
        pass(Duration.ofMillis(10));
        clock.told(NOON, asked);
        assertThat(clock.instant()).isEqualTo(NOON.plusMillis(5));
        assertThat(clock.offset()).isEqualTo(Duration.ofHours(1).plusMillis(5));
        // Set by hand, or by a wrong time server: nothing happens.
        wall = wall.minus(Duration.ofHours(2));
        assertThat(clock.instant()).isEqualTo(NOON.plusMillis(5));
        pass(Duration.ofMinutes(1));
        assertThat(clock.instant()).isEqualTo(NOON.plusMillis(60_005));
        assertThat(clock.withZone(ZoneId.of("Europe/Berlin")).instant()).isEqualTo(clock.instant());
    }

    @Test
    void answersThatDifferALittle_orTookLong_doNotMoveIt() {
        clock.told(NOON, nanos);
        pass(Duration.ofSeconds(1));
        clock.told(NOON.plusMillis(960), nanos);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(1));
        long asked = nanos;
        pass(Duration.ofMillis(1_001));
        clock.told(NOON.plusSeconds(60), asked);
        assertThat(clock.instant()).isEqualTo(NOON.plusMillis(2_001));
        // That of another server, after a failover, is followed.
        clock.told(NOON.plusSeconds(60), nanos);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(60));
    }
}
