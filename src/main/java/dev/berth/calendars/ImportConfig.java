package dev.berth.calendars;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How calendars of others are read.
 *
 * @param importsMax that one host may have
 * @param interval between two looks at one calendar
 * @param look how often a node looks for calendars that are due
 * @param batch how many it takes at once
 * @param lease after which another node takes over what a node has not ended
 * @param refreshPause how long after a look its host may ask for another
 * @param rereadAfter how long a calendar that says it has not changed is believed; later its repetitions reach further
 * @param backoffLimit the longest pause after failures; the first is the interval, and it doubles
 * @param timeout of one fetch, with its redirects
 * @param bodyMax the largest calendar that is read
 * @param redirectsMax that are followed, each as strictly checked as the first address
 * @param busyMax times of one calendar; later ones are left out and counted
 * @param conflictsMax of one calendar that its host is shown
 * @param horizon how far ahead times are kept where the listing says nothing else
 * @param privateNetworks lets calendars be fetched from private and local addresses: for development and tests only
 */
public record ImportConfig(
        @Default("20") int importsMax,
        @Default("30m") Duration interval,
        @Default("5s") Duration look,
        @Default("4") int batch,
        @Default("5m") Duration lease,
        @Default("1m") Duration refreshPause,
        @Default("12h") Duration rereadAfter,
        @Default("12h") Duration backoffLimit,
        @Default("15s") Duration timeout,
        @Default("2MiB") Bytes bodyMax,
        @Default("3") int redirectsMax,
        @Default("1000") int busyMax,
        @Default("50") int conflictsMax,
        @Default("180d") Duration horizon,
        @Default("false") boolean privateNetworks) {
    public ImportConfig {
        if (importsMax < 1 || batch < 1 || redirectsMax < 0 || busyMax < 1 || conflictsMax < 1 || bodyMax.value() < 1) {
            throw new IllegalArgumentException("its limits are positive");
        }
        if (!interval.isPositive()
                || !look.isPositive()
                || !timeout.isPositive()
                || !horizon.isPositive()
                || refreshPause.isNegative()
                || rereadAfter.isNegative()
                || backoffLimit.compareTo(interval) < 0) {
            throw new IllegalArgumentException("its times are positive, backoffLimit is interval or more");
        }
        if (lease.compareTo(timeout.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("lease is at least twice the timeout");
        }
    }

    public static ImportConfig defaults() {
        return new ImportConfig(
                20,
                Duration.ofMinutes(30),
                Duration.ofSeconds(5),
                4,
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                Duration.ofHours(12),
                Duration.ofHours(12),
                Duration.ofSeconds(15),
                new Bytes(2L << 20),
                3,
                1_000,
                50,
                Duration.ofDays(180),
                false);
    }
}
