package dev.berth.subscriptions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand;
import dev.berth.ledger.Account;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.ChangePlan;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.DuePayment;
import dev.berth.subscriptions.SubscriptionCommand.ListPlans;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.testing.TestNode;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Passes that are bought: what is kept and paid for them, and nothing twice, whoever comes at the same time. */
class PassPurchaseIT extends PassSetting {
    @Test
    @Tag("rule-33")
    void aPassIsBought_keepsItsSlots_isPaidLikeABooking_andItsDepositIsApart() {
        Listing listing = listing(3);
        Plan plan = plan(listing, terms(PRICE, DEPOSIT, 2), 5);
        Principal driver = someone();
        Buy buy = new Buy(
                driver, plan.id(), List.of(), null, PRICE.plus(DEPOSIT), VISA, new Once("key-of-a-pass", "0a0b"));
        Details bought = node.ask(buy);
        Subscription pass = bought.subscription();
        assertThat(pass.status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(pass.paidUntil()).isEqualTo(PassMonths.end(pass.startsAt(), ZoneId.of("Europe/Berlin"), 1));
        assertThat(bought.cards()).hasSize(2);
        assertThat(node.ask(buy).subscription().id())
                .as("the same request again")
                .isEqualTo(pass.id());
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(SHARE);
        assertThat(balance(Account.DEPOSIT, driver.user())).isEqualTo(DEPOSIT.amount());
        eventually("it is told", () -> events("SubscriptionBegun", pass.id()) == 1);

        assertThat(taken(listing, Instant.now().plus(4_000, ChronoUnit.DAYS))).isEqualTo(2);
        assertThat(node.ask(new BookingCommand.ListBlocks(owner(listing), listing.id(), null, 10))
                        .blocks())
                .as("they are not the host's to free")
                .isEmpty();
        Principal late = rich(20_000);
        assertThat(refusal(buy(late, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(balance(Account.WALLET, late.user())).isEqualTo(20_000);
        assertThat(node.ask(new ListPlans(listing.id())).plans().getFirst().left())
                .isEqualTo(4);

        assertThat(node.ask(new PaymentCommand.ListTransactions(driver.user(), null, 10))
                        .items())
                .as("what was paid is the pass's, and no booking's")
                .hasSize(2)
                .allMatch(each -> pass.id().equals(each.subscriptionId()) && each.bookingId() == null);

        // What was sold stays as it was.
        node.ask(new ChangePlan(owner(listing), plan.id(), terms(PRICE.plus(PRICE), NOTHING, 1), 5, plan.version()));
        assertThat(pass(pass.id()).terms()).isEqualTo(plan.terms());
        assertThat(refusal(buy(late, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.QUOTE_STALE);

        // At its end the deposit goes back, and nothing else.
        node.ask(new Cancel(driver, pass.id()));
        untilPaidUntil(pass.id());
        becomes(pass.id(), SubscriptionStatus.ENDED);
        eventually("the deposit goes back", () -> number("""
                SELECT count(*) FROM payments.refund r JOIN payments.payment p ON p.id = r.payment
                WHERE p.driver = $1 AND r.status = 'SUCCEEDED' AND r.amount = $2
                """, driver.user().value(), DEPOSIT.amount()) == 1);
        assertThat(balance(Account.DEPOSIT, driver.user())).isZero();
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(SHARE);
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isZero();
    }

    @Test
    void aDeclinedCard_leavesNothingBehind_andABanksStep_isWaitedFor() {
        Listing listing = listing(1);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
        Principal driver = someone();
        assertThat(refusal(buy(driver, plan, DECLINED))).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isZero();
        assertThat(refusal(buy(driver, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.PAYMENT_DECLINED);

        Details asked = node.ask(buy(driver, plan, THREE_D_SECURE));
        SubscriptionId id = asked.subscription().id();
        assertThat(asked.subscription().status()).isEqualTo(SubscriptionStatus.PENDING);
        DuePayment asking = requireNonNull(asked.payment());
        assertThat(asking.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(asking.actionUrl()).isNotNull();
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isEqualTo(1);
        assertThat(refusal(buy(rich(10_000), plan, WalletCommand.METHOD))).isEqualTo(ProblemType.PLAN_SOLD_OUT);
        assertThat(node.ask(new Pay(driver, id, VISA)).subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);

        // One that nobody pays is given up, and its slot is free again.
        Listing other = listing(1);
        Details left = node.ask(buy(driver, plan(other, terms(PRICE, NOTHING, 1), 1), THREE_D_SECURE));
        node.rows(
                "UPDATE subscriptions.subscription SET due_at = now() WHERE id = $1",
                left.subscription().id().value());
        becomes(left.subscription().id(), SubscriptionStatus.FAILED);
        eventually("its slot is free", () -> taken(other, Instant.now().plusSeconds(60)) == 0);
        assertThat(node.ask(new PaymentCommand.GetPayment(asking.id())).status())
                .isEqualTo(PaymentStatus.SUCCEEDED);
    }

    @Test
    @Tag("rule-10")
    void manyAtOnce_passesAndBookings_noSlotIsSoldTwice() {
        Listing listing = listing(8);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 2), 100);
        Instant from = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.HOURS);
        BookingCommand.Quote quote = node.ask(new BookingCommand.CreateQuote(
                null,
                listing.id(),
                from.toString(),
                from.plus(2, ChronoUnit.HOURS).toString(),
                null,
                null,
                false));
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(node.bus().ask(buy(rich(10_000), plan, WalletCommand.METHOD), Duration.ofSeconds(30)));
            asked.add(node.bus()
                    .ask(
                            new BookingCommand.PlaceBooking(
                                    rich(10_000),
                                    quote.quoteId(),
                                    quote.finalPrice(),
                                    null,
                                    WalletCommand.METHOD,
                                    "booking-" + i,
                                    "0a0b"),
                            Duration.ofSeconds(30)));
        }
        TestNode.await(Future.join(asked).otherwiseEmpty());
        for (Future<?> each : asked) {
            if (each.failed()) {
                assertThat(each.cause()).isInstanceOf(Rejection.class);
                assertThat(((Rejection) each.cause()).problem().type())
                        .as(String.valueOf(each.cause()))
                        .isEqualTo(ProblemType.SLOT_TAKEN);
            }
        }
        long passes = number(
                "SELECT count(*) FROM subscriptions.subscription WHERE listing_id = $1 AND status = 'ACTIVE'",
                listing.id().value());
        long bookings = number("""
                SELECT count(*) FROM bookings.occupation WHERE listing_id = $1 AND status = 'CONFIRMED'
                """, listing.id().value());
        assertThat(passes + bookings).isPositive();
        assertThat(taken(listing, from.plusSeconds(60)))
                .isEqualTo(2 * passes + bookings)
                .isLessThanOrEqualTo(8);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(passes * SHARE + bookings * 440);
        assertThat(number("""
                SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                    ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay
                WHERE a.live AND b.live
                """)).isZero();
    }
}
