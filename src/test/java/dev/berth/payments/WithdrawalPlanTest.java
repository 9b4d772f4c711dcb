package dev.berth.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.payments.WithdrawalPlan.Source;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

@Tag("rule-32")
class WithdrawalPlanTest {
    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static Source source(long left) {
        return new Source(PaymentId.next(), "pi_" + left, eur(left), Instant.EPOCH, null);
    }

    @Property
    void whatGoesBack_isAllThatIsWanted_orAllThatCanBe_theNewestFirst(
            @ForAll @LongRange(max = 100_000) long available,
            @ForAll @Size(max = 8) List<@LongRange(min = 1, max = 50_000) Long> left,
            @ForAll @LongRange(min = 1, max = 200_000) long wanted) {
        List<Source> sources = left.stream().map(WithdrawalPlanTest::source).toList();
        long reach = left.stream().mapToLong(Long::longValue).sum();

        WithdrawalPlan plan = WithdrawalPlan.of(eur(available), sources, eur(wanted));

        assertThat(plan.payable()).isEqualTo(eur(Math.min(available, reach)));
        assertThat(plan.amount()).isEqualTo(eur(Math.min(wanted, plan.payable().amount())));
        for (int i = 0; i < plan.shares().size(); i++) {
            assertThat(plan.shares().get(i).source()).isSameAs(sources.get(i));
            long share = plan.shares().get(i).amount().amount();
            // Of all but the last there is nothing left.
            assertThat(share).isPositive();
            assertThat(i < plan.shares().size() - 1 ? share : left.get(i)).isEqualTo(left.get(i));
            assertThat(share).isLessThanOrEqualTo(left.get(i));
        }
        assertThat(WithdrawalPlan.of(eur(available), sources, null).amount()).isEqualTo(plan.payable());
    }
}
