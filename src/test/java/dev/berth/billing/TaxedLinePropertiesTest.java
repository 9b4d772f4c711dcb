package dev.berth.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Tax against decimal fractions, and credit notes against what is kept. */
@Tag("rule-31")
@Tag("PY11")
class TaxedLinePropertiesTest {
    static final long MOST = 10_000_000_000L;

    @Provide
    Arbitrary<TaxedLine> lines() {
        // Small amounts too: there, rounding is most of it.
        Arbitrary<Long> gross = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 30), Arbitraries.longs().between(0, MOST));
        return Combinators.combine(
                        gross,
                        Arbitraries.integers().between(0, 10_000),
                        Arbitraries.integers().between(0, 9))
                .as((amount, rate, none) -> TaxedLine.of("line", amount, none == 0 ? null : rate));
    }

    @Property
    void tax_isThatPartOfTheAmount_roundedHalfUp(
            @ForAll @LongRange(min = 0, max = MOST) long gross, @ForAll @IntRange(min = 0, max = 10_000) int rate) {
        BigDecimal exact = BigDecimal.valueOf(gross)
                .multiply(BigDecimal.valueOf(rate))
                .divide(BigDecimal.valueOf(10_000L + rate), 0, RoundingMode.HALF_UP);
        assertThat(TaxedLine.taxIn(gross, rate)).isEqualTo(exact.longValueExact());
    }

    @Property
    void taxThatWasAddedToAPrice_isFoundInIt(
            @ForAll @LongRange(min = 0, max = MOST) long net, @ForAll @IntRange(min = 0, max = 10_000) int rate) {
        long added = BigDecimal.valueOf(net)
                .multiply(BigDecimal.valueOf(rate))
                .divide(BigDecimal.valueOf(10_000), 0, RoundingMode.HALF_UP)
                .longValueExact();
        assertThat(TaxedLine.taxIn(net + added, rate)).isEqualTo(added);
    }

    @Property
    void invoiceLessItsCreditNotes_isTheTaxOfWhatIsKept(
            @ForAll("invoices") List<TaxedLine> invoice,
            @ForAll @Size(max = 8) List<@LongRange(min = 0, max = MOST) Long> parts) {
        long gross = sum(invoice);
        Map<Integer, Long> tax = byRate(invoice);
        long back = 0;
        for (long part : parts) {
            long amount = part % (gross - back + 1);
            List<TaxedLine> note = TaxedLine.credited(invoice, back, amount);
            back += amount;

            assertThat(sum(note)).isEqualTo(amount);
            assertThat(note).allSatisfy(line -> assertThat(line.tax()).isBetween(0L, line.gross()));
            takeBack(tax, note);
            assertThat(tax).isEqualTo(byRate(TaxedLine.kept(invoice, gross - back)));
        }
        takeBack(tax, TaxedLine.credited(invoice, back, gross - back));
        assertThat(tax).as("all is back").isEmpty();
    }

    @Property
    void howItIsSplit_makesNoDifferenceInTheEnd(
            @ForAll("invoices") List<TaxedLine> invoice,
            @ForAll @LongRange(min = 0, max = MOST) long one,
            @ForAll @LongRange(min = 0, max = MOST) long other) {
        long gross = sum(invoice);
        long first = one % (gross + 1);
        long second = other % (gross - first + 1);
        List<TaxedLine> twice = new ArrayList<>(TaxedLine.credited(invoice, 0, first));
        twice.addAll(TaxedLine.credited(invoice, first, second));
        assertThat(byRate(twice)).isEqualTo(byRate(TaxedLine.credited(invoice, 0, first + second)));
    }

    @Property
    void moreThanThereIs_cannotBeTakenBack(@ForAll("invoices") List<TaxedLine> invoice) {
        assertThatIllegalArgumentException().isThrownBy(() -> TaxedLine.credited(invoice, 1, sum(invoice)));
    }

    @Provide
    Arbitrary<List<TaxedLine>> invoices() {
        return lines().list().ofMinSize(1).ofMaxSize(6);
    }

    private static long sum(List<TaxedLine> lines) {
        return lines.stream().mapToLong(TaxedLine::gross).sum();
    }

    private static void takeBack(Map<Integer, Long> tax, List<TaxedLine> note) {
        byRate(note).forEach((rate, less) -> tax.merge(rate, -less, Long::sum));
        tax.values().removeIf(left -> left == 0);
    }

    /** The rates that have no tax are left out. */
    private static Map<Integer, Long> byRate(List<TaxedLine> lines) {
        Map<Integer, Long> tax = new TreeMap<>();
        for (TaxedLine line : lines) {
            Integer rate = line.taxBasisPoints();
            if (rate != null && line.tax() > 0) {
                tax.merge(rate, line.tax(), Long::sum);
            }
        }
        return tax;
    }
}
