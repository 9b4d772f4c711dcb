package dev.berth.promotions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.ledger.Account;
import dev.berth.ledger.Line;
import dev.berth.ledger.Postings;
import dev.berth.promotions.DiscountPostings.Standing;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

/** Whatever a code takes off, and however what was paid goes back: nothing is made up, and nobody pays who need not. */
class DiscountPropertiesTest {
    private static final UserId DRIVER = UserId.next();
    private static final UserId HOST = UserId.next();
    private static final UserId MERCHANT = UserId.next();

    private final Map<Account, Long> books = new EnumMap<>(Account.class);

    private void post(List<Line> lines) {
        assertThat(lines.stream().mapToLong(line -> line.amount().amount()).sum())
                .isZero();
        lines.forEach(line -> books.merge(line.account(), line.amount().amount(), Long::sum));
    }

    private long of(Account account) {
        return books.getOrDefault(account, 0L);
    }

    private static Money euros(long amount) {
        return new Money(amount, "EUR");
    }

    private static @Nullable UserId account(Payer payer) {
        return switch (payer) {
            case PLATFORM -> null;
            case HOST -> HOST;
            case MERCHANT -> MERCHANT;
        };
    }

    @Property(tries = 500)
    @Tag("rule-36")
    @Tag("rule-26")
    @Tag("PY12")
    void whateverIsTakenOffAndGivenBack_theSharesAreThoseOfWhatIsKept(
            @ForAll Payer payer,
            @ForAll @LongRange(min = 1, max = 10_000_000) long priced,
            @ForAll @LongRange(min = 1, max = 10_000_000) long off,
            @ForAll @IntRange(max = 10_000) int commission,
            @ForAll long seed) {
        books.clear();
        Money price = euros(priced);
        Money discount = euros(Math.min(off, priced));
        Money paid = price.minus(discount);
        Money whole = paid.isZero() ? price : paid;
        if (!paid.isZero()) {
            post(Postings.charge(DRIVER, HOST, paid, commission));
        }
        Standing standing = DiscountPostings.standing(payer, price, discount, whole, commission);
        post(DiscountPostings.lines(payer, account(payer), HOST, Standing.nothing("EUR"), standing));

        Postings.Split full = Postings.split(payer == Payer.HOST ? paid : price, commission);
        assertThat(-of(Account.HOST_PAYABLE)).isEqualTo(full.host().amount());
        assertThat(-of(Account.PLATFORM_REVENUE)).isEqualTo(full.platform().amount());
        assertThat(of(Account.PROCESSOR_CLEARING)).isEqualTo(paid.amount());

        Random random = new Random(seed);
        Money back = euros(0);
        for (int i = 0; i < 6 && back.amount() < whole.amount(); i++) {
            Money amount = i == 5 ? whole.minus(back) : euros(1 + random.nextLong(whole.amount() - back.amount()));
            if (!paid.isZero()) {
                post(Postings.refund(DRIVER, HOST, paid, commission, back, amount));
            }
            back = back.plus(amount);
            Standing next = DiscountPostings.standing(payer, price, discount, whole.minus(back), commission);
            post(DiscountPostings.lines(payer, account(payer), HOST, standing, next));
            standing = next;

            // What the payer bears is its part of what is kept, and never more than at first.
            assertThat(standing.borne().amount()).isBetween(0L, discount.amount());
            assertThat(of(Account.PROMOTIONS) + of(Account.MERCHANT_VALIDATIONS))
                    .isEqualTo(standing.borne().amount());
            long kept = paid.isZero() ? 0 : paid.minus(back).amount();
            Postings.Split shares = Postings.split(euros(kept).plus(standing.borne()), commission);
            assertThat(-of(Account.HOST_PAYABLE))
                    .isEqualTo(shares.host().amount())
                    .isNotNegative();
            assertThat(-of(Account.PLATFORM_REVENUE))
                    .isEqualTo(shares.platform().amount())
                    .isNotNegative();
            // The driver has not been given more than was paid.
            assertThat(of(Account.PROCESSOR_CLEARING)).isEqualTo(kept).isNotNegative();
            assertThat(of(Account.DRIVER_RECEIVABLE)).isZero();
        }
        if (back.equals(whole)) {
            assertThat(books.values()).allMatch(balance -> balance == 0);
        }
    }

    @Property(tries = 300)
    @Tag("PY12")
    void aCodeTakesOffNoMoreThanItMay(
            @ForAll @LongRange(min = 0, max = 100_000) long price,
            @ForAll @IntRange(min = 1, max = 100) int percent,
            @ForAll @LongRange(min = 1, max = 100_000) long cap,
            @ForAll @LongRange(min = 0, max = 50_000) long minimum) {
        Instant now = Instant.now();
        PromotionTerms terms = new PromotionTerms(
                "x", Payer.PLATFORM, percent, null, "EUR", minimum, cap, now, now.plusSeconds(1), null, null, null);
        long off = terms.off(euros(price));
        assertThat(off).isBetween(0L, Math.min(cap, price));
        if (price < minimum) {
            assertThat(off).isZero();
        } else if (price * percent / 100 <= cap) {
            assertThat(off).isEqualTo(price * percent / 100);
        } else {
            assertThat(off).isEqualTo(cap);
        }
        assertThat(terms.off(new Money(price, "USD"))).isZero();
    }
}
