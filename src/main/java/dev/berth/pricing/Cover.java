package dev.berth.pricing;

import dev.berth.pricing.Run.Rate;
import dev.berth.pricing.TariffRules.DayRate;
import dev.berth.pricing.TariffRules.Segment;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cheapest way to pay for the runs of a stay: each by the meter, or many in a row by a cap that stands in for all of
 * them.
 *
 * <p>{@code cost[n]} is the least that the first {@code n} runs can cost. A cap that covers the last of them goes back as far
 * as it reaches: costs never fall with length, so that no later beginning is cheaper. Each run looks back at most over the
 * runs of a month; there are a few for each day.
 *
 * <p>Why this way and not cap by cap: the days of a window, of a week and of a month do not lie within one another, and the
 * cheapest of all combinations can be said in a sentence. It also keeps two promises by its nature. A longer stay never costs
 * less, because paying for it also pays for the shorter one. And whoever parts a stay in two pays no less, because what pays
 * for the parts pays for the whole.
 */
final class Cover {
    private static final int WEEK_DAYS = 7;

    private final Tariff tariff;
    private final TariffRules rules;
    private final List<Run> runs;
    private final long[] cost;
    private final int[] since;
    private final Way[] ways;

    /** By what runs are paid for. */
    enum Way {
        METER,
        SEGMENT_CAP,
        WINDOW,
        DAY,
        WEEK,
        MONTH,
        /** A whole month and days of the next, of which each costs its part. */
        MONTH_AND_DAYS
    }

    /** Which ways there are: what a cap stands for is what the lesser ones would cost. */
    private final Way most;

    /**
     * Runs in a row and what they cost.
     *
     * @param part which window; 0 otherwise
     * @param days how many days {@link Way#MONTH_AND_DAYS} has beyond its month; 0 otherwise
     */
    record Block(Way way, int part, List<Run> runs, long cost, int days, long monthCost) {}

    private Cover(Tariff tariff, List<Run> runs, Way most) {
        this.tariff = tariff;
        this.rules = tariff.rules() == null ? TariffRules.NONE : tariff.rules();
        this.runs = runs;
        this.most = most;
        this.cost = new long[runs.size() + 1];
        this.since = new int[runs.size() + 1];
        this.ways = new Way[runs.size() + 1];
        for (int n = 1; n <= runs.size(); n++) {
            cover(n);
        }
    }

    /** @param runs in order of time, without events */
    static Cover of(Tariff tariff, List<Run> runs) {
        return new Cover(tariff, runs, Way.MONTH_AND_DAYS);
    }

    /** What runs would cost if there were no caps of this kind and none for longer times. */
    long without(Way way, List<Run> some) {
        if (way == Way.DAY || way == Way.WINDOW || way == Way.SEGMENT_CAP) {
            return some.stream().mapToLong(Run::cost).sum();
        }
        return new Cover(tariff, some, way == Way.WEEK ? Way.DAY : Way.WEEK).total();
    }

    long total() {
        return cost[runs.size()];
    }

    private void cover(int n) {
        Run last = runs.get(n - 1);
        take(n, n - 1, last.cost(), Way.METER);
        Long fee = segmentCap(last);
        if (fee != null) {
            int first = n - 1;
            while (first > 0 && isSameSegment(runs.get(first - 1), last)) {
                first--;
            }
            take(n, first, fee, Way.SEGMENT_CAP);
        }
        for (int window = 0; window < last.windows().length; window++) {
            if (last.windows()[window] != Run.OUTSIDE) {
                take(n, firstWithin(n, window), rules.windows().get(window).maximum(), Way.WINDOW);
            }
        }
        Long day = dayCap(last);
        if (day != null) {
            take(n, firstSince(n, last.day()), day, Way.DAY);
        }
        if (rules.week() != null && most.compareTo(Way.WEEK) >= 0) {
            take(n, firstSince(n, last.day() - WEEK_DAYS + 1), rules.week(), Way.WEEK);
        }
        if (rules.month() != null && most.compareTo(Way.MONTH) >= 0) {
            coverByMonths(n, last.day(), rules.month());
        }
    }

    private void coverByMonths(int n, long day, long month) {
        int first = n - 1;
        while (first > 0 && monthAfter(runs.get(first - 1).day()) > day) {
            first--;
        }
        take(n, first, month, Way.MONTH);
        // What goes beyond a whole month costs its part of the next one.
        for (int i = first - 1; i >= 0; i--) {
            long next = monthAfter(runs.get(i).day());
            if (day < monthAfter(next)) {
                take(n, i, month + partOfMonth(month, next, day), Way.MONTH_AND_DAYS);
            }
        }
    }

    private static long partDays(long next, long day) {
        return day - next + 1;
    }

    private long partOfMonth(long month, long next, long day) {
        return Math.ceilDiv(month * partDays(next, day), monthAfter(next) - next);
    }

    /** The day after the month that begins on a day. */
    private long monthAfter(long day) {
        Integer days = rules.monthDays();
        return days != null
                ? day + days
                : LocalDate.ofEpochDay(day).plusMonths(1).toEpochDay();
    }

    private void take(int n, int first, long price, Way way) {
        long whole = cost[first] + price;
        if (way == Way.METER || whole < cost[n]) {
            cost[n] = whole;
            since[n] = first;
            ways[n] = way;
        }
    }

    private int firstSince(int n, long day) {
        int first = n - 1;
        while (first > 0 && runs.get(first - 1).day() >= day) {
            first--;
        }
        return first;
    }

    private int firstWithin(int n, int window) {
        long date = runs.get(n - 1).windows()[window];
        int first = n - 1;
        while (first > 0 && runs.get(first - 1).windows()[window] == date) {
            first--;
        }
        return first;
    }

    private @Nullable Long segmentCap(Run run) {
        return run.rate() == Rate.SEGMENT ? segment(run).maximumFee() : null;
    }

    private Segment segment(Run run) {
        return rules.segments().get(run.part());
    }

    private static boolean isSameSegment(Run run, Run other) {
        return run.rate() == Rate.SEGMENT && run.part() == other.part();
    }

    private @Nullable Long dayCap(Run run) {
        DayRate rate = Runs.rateOf(rules, run);
        return rate == null ? tariff.day() : rate.day();
    }

    /** In order of time. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int n = runs.size(); n > 0; n = since[n]) {
            blocks.add(block(n));
        }
        Collections.reverse(blocks);
        return blocks;
    }

    private Block block(int n) {
        int first = since[n];
        Way way = ways[n];
        long price = cost[n] - cost[first];
        List<Run> covered = runs.subList(first, n);
        if (way == Way.WINDOW) {
            return new Block(way, window(n, first, price), covered, price, 0, 0);
        }
        if (way == Way.MONTH_AND_DAYS) {
            long next = monthAfter(covered.getFirst().day());
            int days = Math.toIntExact(partDays(next, covered.getLast().day()));
            long month = rules.month() == null ? 0 : rules.month();
            return new Block(way, 0, covered, price, days, month);
        }
        return new Block(way, 0, covered, price, 0, 0);
    }

    private int window(int n, int first, long price) {
        Run last = runs.get(n - 1);
        for (int window = 0; window < last.windows().length; window++) {
            if (last.windows()[window] != Run.OUTSIDE
                    && rules.windows().get(window).maximum() == price
                    && firstWithin(n, window) == first) {
                return window;
            }
        }
        throw new IllegalStateException("a window that is none");
    }
}
