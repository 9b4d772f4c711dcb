package dev.berth.pricing;

import dev.berth.pricing.Cover.Block;
import dev.berth.pricing.Cover.Way;
import dev.berth.pricing.PriceLine.Kind;
import dev.berth.pricing.Run.Rate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Segment;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.pricing.TariffRules.Unit;
import dev.berth.pricing.TariffRules.Window;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says what a stay costs in lines: what is alike is one line. */
final class Lines {
    private static final int PERCENT_DIGITS = 2;

    private final Tariff tariff;
    private final TariffRules rules;
    private final List<Run> runs;
    private final Cover cover;
    private final List<PriceLine> lines = new ArrayList<>();

    /**
     * @param runs all of the stay
     * @param cover of those that are no events
     */
    Lines(Tariff tariff, List<Run> runs, Cover cover) {
        this.tariff = tariff;
        this.rules = tariff.rules() == null ? TariffRules.NONE : tariff.rules();
        this.runs = runs;
        this.cover = cover;
    }

    /** At least one. */
    List<PriceLine> of(VehicleTraits vehicle) {
        List<Block> blocks = cover.blocks();
        List<Run> metered = blocks.stream()
                .filter(block -> block.way() == Way.METER)
                .flatMap(block -> block.runs().stream())
                .toList();
        addHours(metered, Rate.HOUR, Kind.HOURS, "");
        addSegments(metered);
        addHours(metered, Rate.WEEKEND, Kind.WEEKEND_HOURS, "weekend, ");
        addHours(metered, Rate.HOLIDAY, Kind.HOLIDAY_HOURS, "public holiday, ");
        addCaps(blocks);
        addEvents();
        addSurcharges(vehicle);
        return withTax();
    }

    private void addHours(List<Run> metered, Rate rate, Kind kind, String prefix) {
        List<Run> some = metered.stream().filter(run -> run.rate() == rate).toList();
        if (!some.isEmpty()) {
            int hours = some.stream().mapToInt(Run::steps).sum();
            long amount = some.getFirst().stepAmount();
            String label = "%s%d h × %s".formatted(prefix, hours, decimal(amount));
            lines.add(new PriceLine(kind, label, hours * amount, hours, amount, null));
        }
    }

    private void addSegments(List<Run> metered) {
        for (int part = 0; part < rules.segments().size(); part++) {
            int each = part;
            List<Run> some = metered.stream()
                    .filter(run -> run.rate() == Rate.SEGMENT && run.part() == each)
                    .toList();
            int steps = some.stream().mapToInt(Run::steps).sum();
            if (steps > 0) {
                lines.add(segmentLine(
                        rules.segments().get(part),
                        steps,
                        some.stream().mapToLong(Run::cost).sum()));
            }
        }
    }

    private PriceLine segmentLine(Segment segment, int steps, long amount) {
        int minutes = segment.stepMinutes();
        String label = segment.unit() == Unit.FLAT
                ? "flat " + decimal(amount)
                : "%d × %d min at %s per %s"
                        .formatted(
                                steps,
                                minutes,
                                decimal(segment.amount()),
                                segment.unit().name().toLowerCase(java.util.Locale.ROOT));
        return new PriceLine(Kind.SEGMENT, label, amount, steps, segment.fee(1), null, null, minutes, null, null);
    }

    /** What makes capped times alike. */
    private record Alike(Kind kind, int part, long unitAmount, long insteadOf) implements Comparable<Alike> {
        private static final Comparator<Alike> ORDER = Comparator.comparing(Alike::kind)
                .thenComparingInt(Alike::part)
                .thenComparingLong(Alike::insteadOf)
                .thenComparingLong(Alike::unitAmount);

        @Override
        public int compareTo(Alike other) {
            return ORDER.compare(this, other);
        }
    }

    private void addCaps(List<Block> blocks) {
        Map<Alike, Integer> counts = new TreeMap<>();
        int monthDays = 0;
        long monthDaysAmount = 0;
        for (Block block : blocks) {
            if (block.way() == Way.MONTH_AND_DAYS) {
                long days = block.cost() - block.monthCost();
                // Only together need they be cheaper than what they stand in for: the days have no line of what they
                // save.
                long insteadOf = cover.without(Way.MONTH, block.runs()) - days;
                counts.merge(new Alike(Kind.MONTH_CAP, 0, block.monthCost(), insteadOf), 1, Integer::sum);
                monthDays += block.days();
                monthDaysAmount += days;
            } else if (block.way() != Way.METER) {
                counts.merge(
                        new Alike(kind(block), block.part(), block.cost(), cover.without(block.way(), block.runs())),
                        1,
                        Integer::sum);
            }
        }
        counts.forEach((alike, count) -> lines.add(capLine(alike, count)));
        if (monthDays > 0) {
            String label = "%d days at their part of the month price".formatted(monthDays);
            lines.add(new PriceLine(
                    Kind.MONTH_DAYS,
                    label,
                    monthDaysAmount,
                    monthDays,
                    Math.ceilDiv(monthDaysAmount, monthDays),
                    null));
        }
    }

    private Kind kind(Block block) {
        return switch (block.way()) {
            case SEGMENT_CAP -> Kind.SEGMENT_CAP;
            case WINDOW -> windowKind(rules.windows().get(block.part()));
            case DAY -> Kind.DAY_CAP;
            case WEEK -> Kind.WEEK_CAP;
            case MONTH, MONTH_AND_DAYS -> Kind.MONTH_CAP;
            case METER -> throw new IllegalArgumentException("no cap");
        };
    }

    private static Kind windowKind(Window window) {
        if (window.arriveBy() != null) {
            return Kind.EARLY_BIRD_CAP;
        }
        return window.crossesMidnight() ? Kind.NIGHT_CAP : Kind.WINDOW_CAP;
    }

    private PriceLine capLine(Alike alike, int count) {
        Window window = isWindow(alike.kind()) ? rules.windows().get(alike.part()) : null;
        String name = window == null ? null : name(window);
        String what = what(alike.kind()) + (name == null ? "" : " (" + name + ")");
        String applied = "%s cap applied: %s instead of %s"
                .formatted(what, decimal(alike.unitAmount()), decimal(alike.insteadOf()));
        String label = count == 1 ? applied : "%d %s, %s each".formatted(count, plural(alike.kind()), applied);
        return new PriceLine(
                alike.kind(),
                label,
                count * alike.unitAmount(),
                count,
                alike.unitAmount(),
                alike.insteadOf(),
                name,
                null,
                null,
                null);
    }

    private static boolean isWindow(Kind kind) {
        return kind == Kind.NIGHT_CAP || kind == Kind.EARLY_BIRD_CAP || kind == Kind.WINDOW_CAP;
    }

    private static String name(Window window) {
        return window.name() != null ? window.name() : window.from() + "–" + window.to();
    }

    private static String what(Kind kind) {
        return switch (kind) {
            case DAY_CAP -> "day";
            case WEEK_CAP -> "week";
            case MONTH_CAP -> "month";
            case NIGHT_CAP -> "night";
            case EARLY_BIRD_CAP -> "early bird";
            case WINDOW_CAP -> "time";
            case SEGMENT_CAP -> "segment";
            default -> throw new IllegalArgumentException(kind + " is no cap");
        };
    }

    private static String plural(Kind kind) {
        return switch (kind) {
            case NIGHT_CAP -> "nights";
            case WEEK_CAP -> "weeks";
            case MONTH_CAP -> "months";
            case WINDOW_CAP, SEGMENT_CAP -> "times";
            default -> "days";
        };
    }

    private void addEvents() {
        for (int part = 0; part < rules.events().size(); part++) {
            int each = part;
            int hours = runs.stream()
                    .filter(run -> run.rate() == Rate.EVENT && run.part() == each)
                    .mapToInt(Run::steps)
                    .sum();
            if (hours > 0) {
                lines.add(eventLine(rules.events().get(part), hours));
            }
        }
    }

    private PriceLine eventLine(Event event, int hours) {
        long metered = hours * event.hour();
        Long most = event.maximum();
        if (most != null && most < metered) {
            String label = "%s: at most %s instead of %s".formatted(event.name(), decimal(most), decimal(metered));
            return new PriceLine(Kind.EVENT_CAP, label, most, 1, most, metered, event.name(), null, null, null);
        }
        String label = "%s, %d h × %s".formatted(event.name(), hours, decimal(event.hour()));
        return new PriceLine(
                Kind.EVENT_HOURS, label, metered, hours, event.hour(), null, event.name(), null, null, null);
    }

    private void addSurcharges(VehicleTraits vehicle) {
        Surcharges surcharges = rules.surcharges();
        if (surcharges != null) {
            addSurcharge(Kind.EV_SURCHARGE, "electric vehicle", surcharges.ofEv(vehicle));
            addSurcharge(Kind.OVERSIZE_SURCHARGE, "large vehicle", surcharges.ofSize(vehicle));
        }
    }

    private void addSurcharge(Kind kind, String label, long amount) {
        if (amount > 0) {
            lines.add(new PriceLine(kind, label + " " + decimal(amount), amount, 1, amount, null));
        }
    }

    private List<PriceLine> withTax() {
        Tax tax = rules.tax();
        if (tax == null) {
            return lines;
        }
        Function<PriceLine, PriceLine> taxed = line -> line.withTax(tax.of(line.amount()), tax.basisPoints());
        List<PriceLine> all = new ArrayList<>(lines.stream().map(taxed).toList());
        if (!tax.inclusive()) {
            long sum = lines.stream().mapToLong(line -> tax.of(line.amount())).sum();
            String percent = BigDecimal.valueOf(tax.basisPoints(), PERCENT_DIGITS)
                    .stripTrailingZeros()
                    .toPlainString();
            String label = "%s %% tax".formatted(percent);
            all.add(new PriceLine(Kind.TAX, label, sum, 1, sum, null, null, null, sum, tax.basisPoints()));
        }
        return all;
    }

    private String decimal(@Nullable Long amount) {
        return decimal(amount == null ? 0L : amount.longValue());
    }

    private String decimal(long amount) {
        int digits = Math.max(0, Currency.getInstance(tariff.currency()).getDefaultFractionDigits());
        return BigDecimal.valueOf(amount, digits).toPlainString();
    }
}
