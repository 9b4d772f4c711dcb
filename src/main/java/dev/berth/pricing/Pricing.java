package dev.berth.pricing;

import dev.berth.pricing.Run.Rate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/**
 * What a stay costs by a tariff (RULES 1 to 5, 25).
 *
 * <p><b>Steps.</b> A stay is its started steps, counted once from its beginning in elapsed time: hours, or the increments of
 * the segment that it is in by then. A step belongs to the local day in which it begins, and costs what counts there and
 * then: an event before a holiday, a holiday before a weekend, that before a segment, and the hour where nothing else does.
 *
 * <p><b>Caps.</b> A day's cap stands in for all steps of one day, a week's for those of seven days in a row, a month's for
 * those from a day to the same day of the next month, a window's for those that begin in it. The driver pays the cheapest
 * combination of steps and caps ({@link Cover}), so that a longer stay never costs less. Steps of events stand beside it:
 * only the event's own maximum caps them.
 *
 * <p><b>More.</b> Surcharges for the vehicle come once; taxes are rounded for each line.
 */
public final class Pricing {
    /** The longest stay that can be priced. */
    public static final Duration MAX_STAY = Duration.ofDays(30);

    private Pricing() {}

    /** Of any vehicle without surcharges. */
    public static Price price(Tariff tariff, TimeRange stay, ZoneId zone) {
        return price(tariff, stay, zone, VehicleTraits.UNKNOWN);
    }

    /**
     * @param zone of the place
     * @throws IllegalArgumentException when the stay is longer than {@link #MAX_STAY}
     */
    public static Price price(Tariff tariff, TimeRange stay, ZoneId zone, VehicleTraits vehicle) {
        List<Run> runs = runs(tariff, stay, zone);
        List<PriceLine> lines = new Lines(tariff, runs, Cover.of(tariff, withoutEvents(runs))).of(vehicle);
        long total = lines.stream().mapToLong(PriceLine::amount).sum();
        return new Price(new Money(total, tariff.currency()), lines);
    }

    /** The total alone, in minor units: what search ranks by. */
    public static long amount(Tariff tariff, TimeRange stay, ZoneId zone, VehicleTraits vehicle) {
        TariffRules rules = tariff.rules();
        Tax tax = rules == null ? null : rules.tax();
        if (tax != null && !tax.inclusive()) {
            // Each line is rounded.
            return price(tariff, stay, zone, vehicle).total().amount();
        }
        List<Run> runs = runs(tariff, stay, zone);
        long amount = Cover.of(tariff, withoutEvents(runs)).total();
        if (rules == null) {
            return amount;
        }
        for (int event = 0; event < rules.events().size(); event++) {
            amount += ofEvent(rules.events().get(event), event, runs);
        }
        Surcharges surcharges = rules.surcharges();
        return surcharges == null ? amount : amount + surcharges.of(vehicle);
    }

    private static long ofEvent(Event event, int part, List<Run> runs) {
        long metered = 0;
        for (Run run : runs) {
            metered += run.rate() == Rate.EVENT && run.part() == part ? run.cost() : 0;
        }
        return event.maximum() == null ? metered : Math.min(metered, event.maximum());
    }

    private static List<Run> runs(Tariff tariff, TimeRange stay, ZoneId zone) {
        if (stay.duration().compareTo(MAX_STAY) > 0) {
            throw new IllegalArgumentException("a stay is at most %d days long".formatted(MAX_STAY.toDays()));
        }
        return Runs.of(tariff, stay, zone);
    }

    private static List<Run> withoutEvents(List<Run> runs) {
        for (Run run : runs) {
            if (run.rate() == Rate.EVENT) {
                return runs.stream().filter(each -> each.rate() != Rate.EVENT).toList();
            }
        }
        return runs;
    }
}
