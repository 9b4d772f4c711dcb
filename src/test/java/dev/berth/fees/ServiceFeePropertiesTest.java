package dev.berth.fees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.ledger.Account;
import dev.berth.ledger.Line;
import dev.berth.ledger.Parts;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever the policy, the price and the tax are: what the driver pays is what host, platform and tax get, to the minor unit. */
@Tag("rule-27")
@Tag("rule-31")
@Tag("PY6")
@Tag("PY11")
class ServiceFeePropertiesTest {
    private static final UserId DRIVER = UserId.next();
    private static final UserId HOST = UserId.next();
    private static final long WHOLE = Postings.BASIS_POINTS;

    /** What is sold: parking at a price, with what the platform takes of it and beside it. */
    record Sale(Money parking, int commission, ServiceFeeTerms terms) {
        BookedFee fee() {
            return terms.of(parking);
        }

        Money total() {
            return parking.plus(fee().amount());
        }
    }

    @Provide
    Arbitrary<Sale> sales() {
        Arbitrary<String> currencies = Arbitraries.of("EUR", "JPY", "TND");
        Arbitrary<@Nullable PlaceTax> taxes = Combinators.combine(
                        Arbitraries.integers().between(0, 2_700), Arbitraries.of(true, false))
                .as((rate, inclusive) -> new PlaceTax("DE", "VAT", rate, inclusive))
                .injectNull(0.2);
        Arbitrary<@Nullable Money> fixed = Combinators.combine(
                        Arbitraries.longs().between(0, 1_000), currencies)
                .as(Money::new)
                .injectNull(0.3);
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000_000),
                        currencies,
                        Arbitraries.integers().between(0, Postings.BASIS_POINTS),
                        Arbitraries.integers().between(0, 3_000),
                        fixed,
                        taxes)
                .as((price, currency, commission, rate, once, tax) -> new Sale(
                        new Money(price, currency),
                        commission,
                        new ServiceFeeTerms(Ids.next(), new ServiceFeeRate(rate, once), tax)));
    }

    @Property
    void theFee_isTheFloorOfItsPart_andItsTaxIsRoundedHalfUp(@ForAll("sales") Sale sale) {
        BookedFee fee = sale.fee();
        ServiceFeeRate rate = sale.terms().rate();
        long price = sale.parking().amount();
        Money fixed = rate.fixed();
        boolean once = fixed != null && fixed.currency().equals(sale.parking().currency()) && price > 0;
        long part = BigInteger.valueOf(price)
                .multiply(BigInteger.valueOf(rate.basisPoints()))
                .divide(BigInteger.valueOf(WHOLE))
                .longValueExact();
        long plain = part + (once && fixed != null ? fixed.amount() : 0);
        PlaceTax tax = sale.terms().tax();
        if (tax == null) {
            assertThat(fee.amount().amount()).isEqualTo(plain);
            assertThat(fee.tax().isZero()).isTrue();
            return;
        }
        long whole = tax.inclusive() ? WHOLE + tax.basisPoints() : WHOLE;
        // Twice the difference to the exact tax is at most one whole, and not less than its negative.
        long twice = 2 * (fee.tax().amount() * whole - plain * tax.basisPoints());
        assertThat(twice).isGreaterThan(-whole).isLessThanOrEqualTo(whole);
        assertThat(fee.amount().amount())
                .isEqualTo(tax.inclusive() ? plain : plain + fee.tax().amount());
    }

    @Property
    void whatTheDriverPays_isWhatHostPlatformAndTaxGet(@ForAll("sales") Sale sale) {
        Postings.Split split =
                Postings.split(sale.total(), sale.commission(), sale.fee().part());
        assertThat(split.host().plus(split.platform()).plus(split.tax())).isEqualTo(sale.total());
        assertThat(split.host())
                .isEqualTo(Postings.split(sale.parking(), sale.commission()).host());
        assertThat(split.tax()).isEqualTo(sale.fee().tax());
        assertThat(split.platform().amount()).isNotNegative();
    }

    /** A row of the matrix (RULES 29): 100, 50 or 0 percent of the parking, and of the fee all or nothing. */
    @Property
    @Tag("rule-29")
    void whateverComesBack_allIsShared_andTheFeeGoesLast(
            @ForAll("sales") Sale sale,
            @ForAll @IntRange(max = 100) int percent,
            @ForAll @IntRange(max = 100) int wallet) {
        Money total = sale.total();
        ServiceFee fee = sale.fee().part();
        Money fromWallet = new Money(total.amount() * wallet / 100, total.currency());
        Parts parts = new Parts(Money.zero(total.currency()), fromWallet, total.minus(fromWallet));
        List<Line> lines = new ArrayList<>(Postings.charge(DRIVER, HOST, sale.commission(), fee, parts));
        assertThat(sum(lines)).isZero();
        Money back =
                percent == 100 ? total : new Money((sale.parking().amount() * percent + 99) / 100, total.currency());
        lines.addAll(Postings.refund(
                DRIVER, HOST, sale.commission(), fee, total, parts.back(Money.zero(total.currency()), back)));
        assertThat(sum(lines)).isZero();
        Money kept = total.minus(back);
        Postings.Split split = Postings.split(kept, sale.commission(), fee);
        assertThat(-of(lines, Account.HOST_PAYABLE)).isEqualTo(split.host().amount());
        assertThat(-of(lines, Account.PLATFORM_REVENUE))
                .isEqualTo(split.platform().amount());
        assertThat(-of(lines, Account.TAX_PAYABLE))
                .isEqualTo(percent == 100 ? 0 : sale.fee().tax().amount());
        assertThat(of(lines, Account.DRIVER_RECEIVABLE)).isZero();
        assertThat(split.host().plus(split.platform()).plus(split.tax())).isEqualTo(kept);
    }

    @Property
    void aDearerStay_paysTheFeeOnTheDifference_andACheaperOneKeepsIt(
            @ForAll("sales") Sale sale, @ForAll @IntRange(max = 1_000_000) int more) {
        BookedFee before = sale.fee();
        Money dearer = sale.parking().plus(new Money(more, sale.parking().currency()));
        BookedFee after = sale.terms().atLeast(dearer, before);
        ServiceFee due = after.part().beyond(before.part());
        assertThat(before.part().plus(due).amount()).isEqualTo(after.amount());
        assertThat(due.tax().amount()).isBetween(0L, due.amount().amount());
        assertThat(sale.terms().atLeast(sale.parking(), after)).isEqualTo(after);
    }

    private static long sum(List<Line> lines) {
        return lines.stream().mapToLong(line -> line.amount().amount()).sum();
    }

    private static long of(List<Line> lines, Account account) {
        return sum(lines.stream().filter(line -> line.account() == account).toList());
    }
}
