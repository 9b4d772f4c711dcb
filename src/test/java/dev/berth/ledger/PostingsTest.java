package dev.berth.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostingsTest {
    private static final UserId DRIVER = UserId.next();
    private static final UserId HOST = UserId.next();

    @Test
    void split_leavesTheRemainderToThePlatform() {
        assertThat(Postings.split(eur(333), 1_200)).isEqualTo(new Postings.Split(eur(293), eur(40), eur(0)));
        assertThat(Postings.split(eur(1), 1_200)).isEqualTo(new Postings.Split(eur(0), eur(1), eur(0)));
        assertThat(Postings.split(new Money(100, "JPY"), 0))
                .isEqualTo(new Postings.Split(new Money(100, "JPY"), new Money(0, "JPY"), new Money(0, "JPY")));
    }

    @Test
    void split_refusesWhatItCannotReckonExactly() {
        assertThatThrownBy(() -> Postings.split(eur(Long.MAX_VALUE / 100), 1_200))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void charge_settlesTheDriver_andOwesTheHost() {
        assertThat(Postings.charge(DRIVER, HOST, eur(333), 1_200))
                .containsExactly(
                        new Line(Account.DRIVER_RECEIVABLE, DRIVER, eur(333)),
                        new Line(Account.HOST_PAYABLE, HOST, eur(-293)),
                        new Line(Account.PLATFORM_REVENUE, null, eur(-40)),
                        new Line(Account.PROCESSOR_CLEARING, null, eur(333)),
                        new Line(Account.DRIVER_RECEIVABLE, DRIVER, eur(-333)));
    }

    @Property
    @Tag("rule-18")
    @Tag("rule-26")
    void whatBecomesAnotherHosts_sumsToZero_andIsGivenBackByThem(
            @ForAll @LongRange(min = 0, max = 1_000_000_000L) long price,
            @ForAll @LongRange(min = 0, max = 1_000_000L) long added,
            @ForAll @IntRange(max = Postings.BASIS_POINTS) int commission) {
        UserId other = UserId.next();
        List<Line> lines = new ArrayList<>(Postings.charge(DRIVER, HOST, eur(price), commission));
        lines.addAll(Postings.reassign(HOST, other, eur(price), commission, ServiceFee.none("EUR"), eur(added)));
        assertThat(sum(lines, Account.HOST_PAYABLE, HOST)).isZero();
        assertThat(sum(lines, Account.HOST_PAYABLE, other))
                .isEqualTo(-Postings.split(eur(price), commission).host().amount() - added);
        lines.addAll(Postings.refund(DRIVER, other, eur(price), commission, eur(0), eur(price)));
        assertThat(lines.stream().mapToLong(line -> line.amount().amount()).sum())
                .isZero();
        assertThat(sum(lines, Account.HOST_PAYABLE, other))
                .as("what the platform has added stays with the host")
                .isEqualTo(-added);
        assertThat(sum(lines, Account.PROCESSOR_CLEARING, null)).isZero();
    }

    private static long sum(List<Line> lines, Account account, @Nullable UserId owner) {
        return lines.stream()
                .filter(line -> line.account() == account && Objects.equals(line.owner(), owner))
                .mapToLong(line -> line.amount().amount())
                .sum();
    }

    @Property
    void split_isTheFloor_andLosesNothing(
            @ForAll @LongRange(min = 0, max = 900_000_000_000_000L) long price,
            @ForAll @IntRange(max = Postings.BASIS_POINTS) int commission) {
        Postings.Split split = Postings.split(eur(price), commission);
        BigInteger exact = BigInteger.valueOf(price)
                .multiply(BigInteger.valueOf(Postings.BASIS_POINTS - commission))
                .divide(BigInteger.valueOf(Postings.BASIS_POINTS));
        assertThat(split.host().amount()).isEqualTo(exact.longValueExact());
        assertThat(split.host().plus(split.platform())).isEqualTo(eur(price));
        assertThat(split.platform().amount()).isNotNegative();
    }

    @Property
    void everyTransferSumsToZero_andARefundUndoesItsCharge(
            @ForAll @LongRange(min = 1, max = 900_000_000_000_000L) long price,
            @ForAll @IntRange(max = Postings.BASIS_POINTS) int commission) {
        List<Line> charge = Postings.charge(DRIVER, HOST, eur(price), commission);
        List<Line> refund = Postings.refund(DRIVER, HOST, eur(price), commission, eur(0), eur(price));
        assertThat(sum(charge)).isZero();
        assertThat(sum(refund)).isZero();
        assertThat(charge).noneMatch(line -> line.amount().isZero());
        List<Line> both = new ArrayList<>(charge);
        both.addAll(refund);
        for (Account account : Account.values()) {
            assertThat(sum(both.stream()
                            .filter(line -> line.account() == account)
                            .toList()))
                    .isZero();
        }
    }

    @Property
    @net.jqwik.api.Tag("rule-29")
    void whatIsKept_isSharedLikeAPriceOfThatAmount_howeverItIsGivenBack(
            @ForAll @LongRange(min = 3, max = 900_000_000_000L) long price,
            @ForAll @IntRange(max = Postings.BASIS_POINTS) int commission,
            @ForAll @IntRange(min = 1, max = 99) int first,
            @ForAll @IntRange(min = 1, max = 99) int second) {
        Money one = eur(price * first / 200 + 1);
        Money two = eur(price * second / 200);
        List<Line> all = new ArrayList<>(Postings.charge(DRIVER, HOST, eur(price), commission));
        List<Line> refund = Postings.refund(DRIVER, HOST, eur(price), commission, eur(0), one);
        assertThat(sum(refund)).isZero();
        all.addAll(refund);
        all.addAll(Postings.refund(DRIVER, HOST, eur(price), commission, one, two));
        Postings.Split kept = Postings.split(eur(price).minus(one).minus(two), commission);
        assertThat(sum(all)).isZero();
        assertThat(of(all, Account.HOST_PAYABLE)).isEqualTo(-kept.host().amount());
        assertThat(of(all, Account.PLATFORM_REVENUE)).isEqualTo(-kept.platform().amount());
        assertThat(of(all, Account.DRIVER_RECEIVABLE)).isZero();
    }

    private static long of(List<Line> lines, Account account) {
        return sum(lines.stream().filter(line -> line.account() == account).toList());
    }

    private static long sum(List<Line> lines) {
        return lines.stream().mapToLong(line -> line.amount().amount()).reduce(0, Math::addExact);
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }
}
