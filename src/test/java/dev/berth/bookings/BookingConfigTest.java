package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.ConfigException;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
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
                        5_000,
                        new StayConfig(
                                Duration.ofMinutes(30),
                                12_500,
                                1_000,
                                List.of(),
                                Duration.ofHours(24),
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(30),
                                StayConfig.RescueAt.BEFORE_START,
                                Duration.ofMinutes(10),
                                Duration.ofMinutes(1),
                                500,
                                20_000),
                        new SeriesConfig(60, 100)));
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
                          stays:
                            warnBefore: 16m
                            overstayFactorBasisPoints: 15000
                            overstayFee: 17
                            overstayFees: [JPY=18, GBP=19]
                            overstayMax: 20h
                            freeLeave: 21s
                            noShowAfter: 22m
                            rescueAt: CHECK_IN
                            rescueLead: 23m
                            rescueAgain: 24s
                            rescueRadiusMetres: 25
                            rescueWorthBasisPoints: 26000
                          series:
                            maxOccurrences: 27
                            slotsTried: 28
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
                        15,
                        new StayConfig(
                                Duration.ofMinutes(16),
                                15_000,
                                17,
                                List.of("JPY=18", "GBP=19"),
                                Duration.ofHours(20),
                                Duration.ofSeconds(21),
                                Duration.ofMinutes(22),
                                StayConfig.RescueAt.CHECK_IN,
                                Duration.ofMinutes(23),
                                Duration.ofSeconds(24),
                                25,
                                26_000),
                        new SeriesConfig(27, 28)));
    }

    @Test
    @Tag("rule-18")
    void theFeeOfStayingTooLong_isOneOfEachCurrency() {
        assertThat(BookingWorld.STAYS.fee("JPY")).isEqualTo(1_500);
        assertThat(BookingWorld.STAYS.fee("EUR")).isEqualTo(1_000);
        for (String wrong : List.of("[JPY]", "[XXY=1]", "[EUR=-1]", "[EUR=x]")) {
            assertThatThrownBy(() -> load("bookings: {stays: {overstayFees: %s}}".formatted(wrong)))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class);
        }
        for (int factor : List.of(9_999, 15_001)) {
            assertThatThrownBy(() -> load("bookings: {stays: {overstayFactorBasisPoints: %d}}".formatted(factor)))
                    .isInstanceOf(ConfigException.class);
        }
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
