package dev.berth.subscriptions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.ledger.Account;
import dev.berth.listings.Listing;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.problems.ProblemType;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Passes from month to month. */
class PassRenewalIT extends PassSetting {
    @Test
    void renewals_areChargedOnce_andOneThatFails_hasAGrace_thenIsSuspended_thenEnds() {
        Listing listing = listing(1);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
        Principal driver = rich(2 * PRICE.amount());
        Details bought = node.ask(buy(driver, plan, WalletCommand.METHOD));
        SubscriptionId id = bought.subscription().id();
        String pin = bought.cards().getFirst().pin();
        untilPaidUntil(id);
        eventually("it is renewed", () -> events("SubscriptionRenewed", id) == 1);
        assertThat(pass(id).paidUntil()).isAfter(Instant.now().plus(27, ChronoUnit.DAYS));
        assertThat(balance(Account.WALLET, driver.user())).isZero();
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(2 * SHARE);

        // The wallet is empty: gates still open, and paying by hand mends it, with another kind of method too.
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        eventually("it is told", () -> events("SubscriptionRenewalFailed", id) == 1);
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, pin)).isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.EXIT, CredentialType.PIN, pin)).isEqualTo("ALLOW");
        assertThat(refusal(new Pay(driver, id, DECLINED))).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(node.ask(new Pay(driver, id, VISA)).subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(refusal(new Pay(driver, id, VISA))).as("once").isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(3 * SHARE);

        // Now nobody pays: after three days it is suspended, and after one more its slot is free.
        node.rows("UPDATE subscriptions.subscription SET method = $2 WHERE id = $1", id.value(), DECLINED);
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        assertThat(pass(id).graceUntil())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(3)).minusSeconds(60),
                        Instant.now().plus(Duration.ofDays(3)));
        later(id, Duration.ofDays(2));
        eventually("it is tried again", () -> {
            // What was told of the first attempt may have put it off meanwhile.
            later(id, Duration.ZERO);
            return number("""
                SELECT attempt FROM payments.payment p JOIN subscriptions.month m ON m.payment = p.id
                WHERE m.subscription_id = $1 ORDER BY m.number DESC LIMIT 1
                """, id.value()) >= 2;
        });
        assertThat(pass(id).status()).isEqualTo(SubscriptionStatus.PAST_DUE);
        assertThat(events("SubscriptionRenewalFailed", id)).as("told once").isEqualTo(2);
        later(id, Duration.ofDays(1));
        becomes(id, SubscriptionStatus.SUSPENDED);
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, pin)).isEqualTo("DENY suspended");
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isEqualTo(1);
        later(id, Duration.ofHours(24));
        becomes(id, SubscriptionStatus.ENDED);
        assertThat(pass(id).endReason()).isEqualTo("UNPAID");
        eventually("its slot is free", () -> taken(listing, Instant.now().plusSeconds(60)) == 0);
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, pin)).isEqualTo("DENY expired");
        eventually("it is told", () -> events("SubscriptionSuspended", id) + events("SubscriptionEnded", id) == 2);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(3 * SHARE);
        Buy next = new Buy(someone(), plan.id(), List.of(), Instant.now().plusSeconds(5), PRICE, VISA, null);
        assertThat(node.ask(next).subscription().status())
                .as("the next one has it")
                .isEqualTo(SubscriptionStatus.ACTIVE);
    }

    @Test
    void cancelledADayBefore_endsWithItsMonth_laterWithTheNext() {
        Listing listing = listing(1);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
        Principal driver = rich(3 * PRICE.amount());
        SubscriptionId id =
                node.ask(buy(driver, plan, WalletCommand.METHOD)).subscription().id();
        later(id, Duration.between(Instant.now(), pass(id).paidUntil()).minusHours(23));
        Instant next = requireNonNull(pass(id).paidUntil());
        Details told = node.ask(new GetSubscription(driver, id));
        Instant end = requireNonNull(told.endsIfCancelled());
        assertThat(end).isAfter(next.plus(27, ChronoUnit.DAYS));
        Details cancelled = node.ask(new Cancel(driver, id));
        assertThat(cancelled.subscription().endsAt()).isEqualTo(end);
        assertThat(cancelled.subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(node.ask(new Cancel(driver, id)).subscription().endsAt())
                .as("once")
                .isEqualTo(end);
        eventually("bookings know", () -> taken(listing, end.plusSeconds(1)) == 0);
        assertThat(taken(listing, end.minusSeconds(1))).isEqualTo(1);
        untilPaidUntil(id);
        eventually("the next month is paid", () -> events("SubscriptionRenewed", id) == 1);
        assertThat(pass(id).paidUntil()).isNotNull();
        later(id, Duration.between(Instant.now(), pass(id).endsAt()).plusSeconds(1));
        becomes(id, SubscriptionStatus.ENDED);
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(PRICE.amount());

        Instant soon = Instant.now().plusSeconds(5);
        Details fresh = node.ask(new Buy(driver, plan.id(), List.of(), soon, PRICE, WalletCommand.METHOD, null));
        assertThat(fresh.endsIfCancelled()).isEqualTo(fresh.subscription().paidUntil());
    }
}
