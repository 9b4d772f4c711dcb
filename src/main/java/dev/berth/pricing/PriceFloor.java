package dev.berth.pricing;

import dev.berth.pricing.TariffRules.DayRate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Holiday;
import dev.berth.pricing.TariffRules.Weekend;
import dev.berth.pricing.TariffRules.Window;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A simple tariff that never costs more than another one, whatever the stay: what a search can sort by before it has looked
 * at the rules.
 *
 * <p>Each step is at least an hour's worth of {@code hour}. Each cap stands in for the hours of so many calendar days at most
 * that each of them costs {@code day} or less. Steps of other lengths than an hour count differently: where there are
 * segments nothing is promised.
 *
 * @param hour minor units
 * @param day minor units, not less than {@code hour}; null without a cap
 */
public record PriceFloor(long hour, @Nullable Long day) {
    private static final int DAYS_OF_WEEK = 7;
    private static final int DAYS_OF_MONTH = 31;

    public static PriceFloor of(Tariff tariff) {
        TariffRules rules = tariff.rules();
        if (rules == null) {
            return new PriceFloor(tariff.hour(), tariff.day());
        }
        if (!rules.segments().isEmpty()) {
            return new PriceFloor(0, 0L);
        }
        Least least = new Least(tariff.hour());
        // Days that do not begin at midnight touch one more calendar day.
        int more = rules.dayStart() == null ? 0 : 1;
        least.cap(tariff.day(), 1 + more);
        least.cap(rules.week(), DAYS_OF_WEEK + more);
        least.cap(rules.month(), DAYS_OF_MONTH + more);
        Weekend weekend = rules.weekend();
        if (weekend != null) {
            least.rate(weekend.rate(), 1 + more);
        }
        Holiday holidays = rules.holidays();
        if (holidays != null) {
            least.rate(holidays.rate(), 1 + more);
        }
        for (Window window : rules.windows()) {
            least.cap(window.maximum(), window.crossesMidnight() ? 2 : 1);
        }
        for (Event event : rules.events()) {
            least.hour(event.hour());
            least.cap(
                    event.maximum(),
                    (int) Duration.between(event.from(), event.to()).toDays() + 2);
        }
        return least.floor();
    }

    private static final class Least {
        private static final long NONE = Long.MAX_VALUE;

        private long hour;
        private long day = NONE;

        Least(long hour) {
            this.hour = hour;
        }

        void hour(long amount) {
            hour = Math.min(hour, amount);
        }

        /** @param days of the calendar that it may cover */
        void cap(@Nullable Long amount, int days) {
            day = amount == null ? day : Math.min(day, amount / days);
        }

        void rate(DayRate rate, int days) {
            hour(rate.hour());
            cap(rate.day(), days);
        }

        PriceFloor floor() {
            return day == NONE ? new PriceFloor(hour, null) : new PriceFloor(Math.min(hour, day), day);
        }
    }
}
