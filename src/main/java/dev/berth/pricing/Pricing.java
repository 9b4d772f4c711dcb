package dev.berth.pricing;

import dev.berth.pricing.PriceLine.Kind;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a stay costs by a tariff (RULES 1 to 4).
 *
 * <p>Started hours are counted once, over the whole stay; each belongs to the local day in which it begins. A day costs its
 * hours, but never more than the day's cap. Because an hour belongs to one day only, a longer stay never costs less.
 */
public final class Pricing {
    private Pricing() {}

    /**
     * @param zone of the place
     * @throws IllegalArgumentException when the stay is longer than {@link BilledHours#MAX_STAY}
     */
    public static Price price(Tariff tariff, TimeRange stay, ZoneId zone) {
        BilledHours billed = BilledHours.of(stay, zone);
        int hours = 0;
        Map<Integer, Integer> cappedDays = new TreeMap<>();
        for (BilledHours.Day day : billed.days()) {
            if (isCapped(tariff, day.hours())) {
                cappedDays.merge(day.hours(), 1, Integer::sum);
            } else {
                hours += day.hours();
            }
        }
        List<PriceLine> lines = new ArrayList<>();
        if (hours > 0) {
            String label = "%d h × %s".formatted(hours, decimal(tariff, tariff.hour()));
            lines.add(new PriceLine(Kind.HOURS, label, hours * tariff.hour(), hours, tariff.hour(), null));
        }
        cappedDays.forEach((hoursOfDay, days) -> lines.add(capLine(tariff, hoursOfDay, days)));
        return new Price(new Money(amount(tariff, billed), tariff.currency()), lines);
    }

    /** The total alone, in minor units: what search ranks by. It allocates nothing. */
    public static long amount(Tariff tariff, BilledHours billed) {
        long amount = 0;
        List<BilledHours.Day> days = billed.days();
        // By index: an iterator for each listing would be most of what a search allocates.
        for (int i = 0; i < days.size(); i++) {
            amount += ofDay(tariff, days.get(i).hours());
        }
        return amount;
    }

    // No overflow: 720 hours of Tariff.MAX_AMOUNT are 7.2e9.
    private static long ofDay(Tariff tariff, int hours) {
        long metered = hours * tariff.hour();
        Long cap = tariff.day();
        return cap == null ? metered : Math.min(metered, cap);
    }

    private static boolean isCapped(Tariff tariff, int hours) {
        return ofDay(tariff, hours) < hours * tariff.hour();
    }

    private static PriceLine capLine(Tariff tariff, int hoursOfDay, int days) {
        long cap = ofDay(tariff, hoursOfDay);
        long metered = hoursOfDay * tariff.hour();
        String applied = "day cap applied: %s instead of %s".formatted(decimal(tariff, cap), decimal(tariff, metered));
        String label = days == 1 ? applied : "%d days, %s each".formatted(days, applied);
        return new PriceLine(Kind.DAY_CAP, label, days * cap, days, cap, metered);
    }

    private static String decimal(Tariff tariff, long amount) {
        int digits = Math.max(0, Currency.getInstance(tariff.currency()).getDefaultFractionDigits());
        return BigDecimal.valueOf(amount, digits).toPlainString();
    }
}
