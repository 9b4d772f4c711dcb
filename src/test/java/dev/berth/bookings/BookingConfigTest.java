package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.ConfigException;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookingConfigTest {
    @TempDir
    private Path folder;

    record Root(BookingConfig bookings) {}

    private BookingConfig load(String yaml) throws Exception {
        Path file = folder.resolve("berth.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(Root.class, file, Map.of()).bookings();
    }

    @Test
    void defaults() throws Exception {
        assertThat(load("bookings: {}"))
                .isEqualTo(new BookingConfig(
                        null,
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(10),
                        Duration.ofHours(24),
                        Duration.ofMinutes(30),
                        Duration.ofDays(30),
                        Duration.ofDays(180),
                        Duration.ofMinutes(1),
                        1_200,
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(1),
                        200,
                        Duration.ofSeconds(8),
                        "/bookings/{booking}",
                        Duration.ofMinutes(1),
                        5_000));
    }

    @Test
    void everyKey() throws Exception {
        assertThat(load("""
                        bookings:
                          passKey: AAAA
                          quoteLifetime: 1m
                          holdTime: 2m
                          answerTime: 16h
                          minStay: 3m
                          maxStay: 4d
                          horizon: 5d
                          pastTolerance: 6s
                          commissionBasisPoints: 7
                          earlyEntry: 8m
                          lateExit: 9m
                          sweepInterval: 10s
                          sweepBatch: 11
                          chargeTimeout: 12s
                          returnPath: /13
                          listingCacheTime: 14s
                          listingCacheSize: 15
                        """))
                .isEqualTo(new BookingConfig(
                        new Secret("AAAA"),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofHours(16),
                        Duration.ofMinutes(3),
                        Duration.ofDays(4),
                        Duration.ofDays(5),
                        Duration.ofSeconds(6),
                        7,
                        Duration.ofMinutes(8),
                        Duration.ofMinutes(9),
                        Duration.ofSeconds(10),
                        11,
                        Duration.ofSeconds(12),
                        "/13",
                        Duration.ofSeconds(14),
                        15));
    }

    @Test
    void whatCannotBe_isRefused() {
        assertThatThrownBy(() -> load("bookings: {minStay: 2h, maxStay: 1h}")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load("bookings: {maxStay: 31d}")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load("bookings: {commissionBasisPoints: 10001}"))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load("bookings: {sweepBatch: 0}")).isInstanceOf(ConfigException.class);
    }
}
