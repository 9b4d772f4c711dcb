package dev.berth.search;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * The started hours of one stay in one time zone, by the local calendar days in which they begin: all that prices depend
 * on. Days of equally many hours are kept together, so that a price is a few multiplications however long the stay is.
 */
final class StayHours {
    /** The most hours that begin in one local day: one that ends daylight saving time. */
    static final int MAX_HOURS_PER_DAY = 25;

    /** A tariff without a cap for the day. */
    static final int NO_CAP = Integer.MAX_VALUE;

    private static final long NANOS_PER_HOUR = Duration.ofHours(1).toNanos();

    private final int[] hours;
    private final int[] days;

    private StayHours(int[] hours, int[] days) {
        this.hours = hours;
        this.days = days;
    }

    static StayHours of(Instant from, Instant to, ZoneId zone) {
        int total = startedHours(from, to);
        int[] hours = new int[4];
        int[] days = new int[4];
        int kinds = 0;
        int counted = 0;
        LocalDate day = from.atZone(zone).toLocalDate();
        while (counted < total) {
            day = day.plusDays(1);
            Instant midnight = day.atStartOfDay(zone).toInstant();
            int begun = midnight.isBefore(to) ? Math.min(total, startedHours(from, midnight)) : total;
            if (begun == counted) {
                continue; // a day that the zone has left out
            }
            int kind = 0;
            while (kind < kinds && hours[kind] != begun - counted) {
                kind++;
            }
            if (kind == hours.length) {
                hours = Arrays.copyOf(hours, kind * 2);
                days = Arrays.copyOf(days, kind * 2);
            }
            hours[kind] = begun - counted;
            days[kind]++;
            kinds = Math.max(kinds, kind + 1);
            counted = begun;
        }
        return new StayHours(Arrays.copyOf(hours, kinds), Arrays.copyOf(days, kinds));
    }

    /** The number of whole hours since {@code from} at which an instant before {@code to} lies. */
    static int startedHours(Instant from, Instant to) {
        return Math.toIntExact(Math.ceilDiv(Duration.between(from, to).toNanos(), NANOS_PER_HOUR));
    }

    /** In minor units; {@code dayCap} may be {@link #NO_CAP}. */
    long price(int hour, int dayCap) {
        long total = 0;
        for (int kind = 0; kind < hours.length; kind++) {
            total += days[kind] * Math.min((long) hour * hours[kind], dayCap);
        }
        return total;
    }

    /**
     * For every whole ratio of day cap to hour up to {@link #MAX_HOURS_PER_DAY}, what a stay of so many hours costs at least,
     * in hours: {@code min(hours, ratio)} is concave, so its sum over days is least when they are as full as they can be,
     * whatever the zone.
     */
    static long[] leastPaidHours(int startedHours) {
        int fullDays = startedHours / MAX_HOURS_PER_DAY;
        int rest = startedHours % MAX_HOURS_PER_DAY;
        long[] least = new long[MAX_HOURS_PER_DAY + 1];
        for (int ratio = 0; ratio <= MAX_HOURS_PER_DAY; ratio++) {
            least[ratio] = (long) fullDays * ratio + Math.min(rest, ratio);
        }
        return least;
    }
}
