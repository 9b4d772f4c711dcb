package dev.berth.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/** Whatever is done, the trial balance is zero, in each currency, after each transfer. */
class LedgerPropertiesTest {
    private static final int OPERATIONS = 100_000;
    private static final int PEOPLE = 20;
    private static final int PRICE_BOUND = 100_000;

    private record Key(Account account, @Nullable UserId owner, String currency) {}

    private static final class Payment {
        final UserId driver;
        UserId host;
        final Money price;
        final int commission;
        final ServiceFee fee;
        final Parts parts;
        Money back;

        Payment(UserId driver, UserId host, Money price, int commission, ServiceFee fee, Parts parts) {
            this.driver = driver;
            this.host = host;
            this.price = price;
            this.commission = commission;
            this.fee = fee;
            this.parts = parts;
            this.back = Money.zero(price.currency());
        }
    }

    private final Map<Key, Long> balances = new HashMap<>();
    private final Map<String, Long> trial = new TreeMap<>();
    private final Map<Key, Long> owed = new HashMap<>();

    @Property(tries = 3)
    @Tag("rule-26")
    @Tag("rule-32")
    @Tag("PY9")
    void afterAHundredThousandOperations_theTrialBalanceIsZero(@ForAll long seed) {
        balances.clear();
        trial.clear();
        Random random = new Random(seed);
        List<UserId> people = new ArrayList<>();
        for (int i = 0; i < PEOPLE; i++) {
            people.add(UserId.next());
        }
        List<Payment> payments = new ArrayList<>();
        for (int i = 0; i < OPERATIONS; i++) {
            UserId one = people.get(random.nextInt(PEOPLE));
            UserId other = people.get(random.nextInt(PEOPLE));
            String currency = random.nextInt(4) == 0 ? "JPY" : "EUR";
            Money amount = new Money(1 + random.nextInt(PRICE_BOUND), currency);
            switch (random.nextInt(payments.isEmpty() ? 3 : 5)) {
                case 0 -> post(Postings.topUp(one, amount));
                case 1 ->
                    // Points are given, and are our expense.
                    post(List.of(
                            new Line(Account.PLATFORM_REVENUE, null, amount),
                            new Line(Account.POINTS_LIABILITY, one, amount.negated())));
                case 2 -> {
                    long points = -balances.getOrDefault(new Key(Account.POINTS_LIABILITY, one, currency), 0L);
                    long wallet = -balances.getOrDefault(new Key(Account.WALLET, one, currency), 0L);
                    Parts parts = Parts.of(
                            amount,
                            random.nextBoolean() ? 0 : points,
                            random.nextBoolean() ? 0 : wallet,
                            random.nextInt(100));
                    int commission = random.nextInt(Postings.BASIS_POINTS + 1);
                    Money fee = new Money(random.nextLong(1 + amount.amount()), currency);
                    Money tax = new Money(random.nextLong(1 + fee.amount()), currency);
                    ServiceFee service = random.nextBoolean() ? ServiceFee.none(currency) : new ServiceFee(fee, tax);
                    post(Postings.charge(one, other, commission, service, parts));
                    payments.add(new Payment(one, other, amount, commission, service, parts));
                }
                case 3 -> refund(payments.get(random.nextInt(payments.size())), random);
                default -> reassign(payments.get(random.nextInt(payments.size())), other, random);
            }
            assertThat(trial.values()).allMatch(sum -> sum == 0);
        }
        balances.forEach((key, balance) -> {
            if (key.account() == Account.WALLET || key.account() == Account.POINTS_LIABILITY) {
                assertThat(-balance).as("what is kept").isNotNegative();
            } else if (key.account() == Account.DRIVER_RECEIVABLE) {
                assertThat(balance).as("what a driver owes").isZero();
            }
        });
        hostsHaveWhatTheirPaymentsLeave(payments);
    }

    private void refund(Payment payment, Random random) {
        long left = payment.price.minus(payment.back).amount();
        if (left == 0) {
            return;
        }
        Money amount = new Money(1 + random.nextLong(left), payment.price.currency());
        Parts back = payment.parts.back(payment.back, amount);
        assertThat(back.price()).isEqualTo(amount);
        if (!back.inside().isZero()) {
            assertThat(payment.back.plus(amount).amount())
                    .as("the card has all of its part back first")
                    .isGreaterThan(payment.parts.card().amount());
        }
        post(Postings.refund(
                payment.driver,
                payment.host,
                payment.commission,
                payment.fee,
                payment.price.minus(payment.back),
                back));
        payment.back = payment.back.plus(amount);
    }

    private void reassign(Payment payment, UserId host, Random random) {
        Money added = new Money(random.nextInt(100), payment.price.currency());
        post(Postings.reassign(
                payment.host, host, payment.price.minus(payment.back), payment.commission, payment.fee, added));
        // What the platform has added stays with whom it was added for.
        owed.merge(new Key(Account.HOST_PAYABLE, host, added.currency()), added.amount(), Long::sum);
        payment.host = host;
    }

    private void hostsHaveWhatTheirPaymentsLeave(List<Payment> payments) {
        for (Payment payment : payments) {
            owed.merge(
                    new Key(Account.HOST_PAYABLE, payment.host, payment.price.currency()),
                    Postings.split(payment.price.minus(payment.back), payment.commission, payment.fee)
                            .host()
                            .amount(),
                    Long::sum);
        }
        owed.forEach((key, amount) ->
                assertThat(-balances.getOrDefault(key, 0L)).as("owed to a host").isEqualTo(amount));
        owed.clear();
    }

    private void post(List<Line> lines) {
        Map<String, Long> sums = new HashMap<>();
        for (Line line : lines) {
            String currency = line.amount().currency();
            sums.merge(currency, line.amount().amount(), Long::sum);
            trial.merge(currency, line.amount().amount(), Long::sum);
            balances.merge(
                    new Key(line.account(), line.owner(), currency),
                    line.amount().amount(),
                    Long::sum);
        }
        assertThat(sums.values()).as("a transfer").allMatch(sum -> sum == 0);
    }
}
