package dev.berth.subscriptions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.ledger.Account;
import dev.berth.ledger.Postings;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.Change;
import dev.berth.subscriptions.SubscriptionCommand.ChangeQuote;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.GiveUpChange;
import dev.berth.subscriptions.SubscriptionCommand.PassQuote;
import dev.berth.subscriptions.SubscriptionCommand.QuoteChange;
import dev.berth.subscriptions.SubscriptionCommand.QuotePass;
import dev.berth.subscriptions.SubscriptionCommand.TakesEffect;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Passes that become others' in the middle of a month, and first months that are parts. */
class PassChangeIT extends PassSetting {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Money FLEET_PRICE = new Money(3_100, "EUR");

    private static PassTerms fleet(int most) {
        return new PassTerms(
                "Fleet",
                PlanKind.PASS,
                FLEET_PRICE,
                NOTHING,
                most,
                AccessHours.ALWAYS,
                MonthKind.ROLLING,
                PricePer.VEHICLE);
    }

    private Details fleetOf(Principal driver, Plan plan, int vehicles, String method) {
        Money price = new Money(FLEET_PRICE.amount() * vehicles, "EUR");
        return node.ask(new Buy(driver, plan.id(), List.of(), null, price, method, vehicles, null));
    }

    private static Change to(
            Principal driver, SubscriptionId id, Plan plan, @Nullable Integer vehicles, TakesEffect when, long due) {
        return new Change(
                driver,
                id,
                plan.id(),
                vehicles,
                when,
                new Money(due, "EUR"),
                new Once(Ids.next().toString(), "0a0b"));
    }

    private ChangeQuote quote(
            Principal driver, SubscriptionId id, Plan plan, @Nullable Integer vehicles, TakesEffect when) {
        return node.ask(new QuoteChange(to(driver, id, plan, vehicles, when, 0)));
    }

    private Details change(
            Principal driver, SubscriptionId id, Plan plan, @Nullable Integer vehicles, TakesEffect when) {
        long due = quote(driver, id, plan, vehicles, when).due().amount();
        return node.ask(to(driver, id, plan, vehicles, when, due));
    }

    /** So many whole days of a month of any length are over. */
    private void daysLater(SubscriptionId id, int days) {
        later(id, Duration.ofDays(days));
    }

    private static long share(long price) {
        return Postings.split(new Money(price, "EUR"), 1_200).host().amount();
    }

    @Test
    void moreVehicles_areQuoted_paidForTheRestOfTheMonth_andLetIn_fewerAreCredited() {
        Listing listing = listing(4);
        Plan plan = plan(listing, fleet(4), 5);
        Principal driver = rich(50_000);
        SubscriptionId id =
                fleetOf(driver, plan, 1, WalletCommand.METHOD).subscription().id();
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(50_000 - 3_100);
        daysLater(id, 10);

        ChangeQuote quote = quote(driver, id, plan, 3, TakesEffect.NOW);
        int of = quote.ofDays();
        int left = quote.days();
        assertThat(of).isBetween(28, 31);
        assertThat(left).isBetween(of - 11, of - 9);
        long credit = Math.ceilDiv(3_100L * left, of);
        long charge = Math.floorDiv(9_300L * left, of);
        assertThat(quote.lines().stream().map(line -> line.amount().amount())).containsExactly(-credit, charge);
        assertThat(quote.due().amount()).isEqualTo(charge - credit);
        assertThat(quote.terms().price().amount()).isEqualTo(9_300);
        assertThat(refusal(to(driver, id, plan, 3, TakesEffect.NOW, 1))).isEqualTo(ProblemType.QUOTE_STALE);
        assertThat(taken(listing, Instant.now().plusSeconds(60)))
                .as("a quote keeps nothing")
                .isEqualTo(1);

        Change change = to(driver, id, plan, 3, TakesEffect.NOW, charge - credit);
        Details changed = node.ask(change);
        assertThat(node.ask(change).subscription().version())
                .as("the same request again")
                .isEqualTo(changed.subscription().version());
        assertThat(changed.cards()).hasSize(3);
        assertThat(changed.subscription().terms().concurrency()).isEqualTo(3);
        assertThat(changed.change()).isNull();
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isEqualTo(3);
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(50_000 - 3_100 - charge + credit);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(share(3_100) + share(charge - credit));
        eventually("it is told", () -> events("SubscriptionChanged", id) == 1);
        for (var card : changed.cards()) {
            assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, card.pin()))
                    .isEqualTo("ALLOW");
        }

        // Back to two: of what was paid last something goes back, and a card opens nothing more.
        ChangeQuote fewer = quote(driver, id, plan, 2, TakesEffect.NOW);
        assertThat(fewer.due().amount()).isNegative();
        Details two =
                node.ask(to(driver, id, plan, 2, TakesEffect.NOW, fewer.due().amount()));
        assertThat(two.cards()).hasSize(2);
        String gone = changed.cards().stream()
                .map(SubscriptionCommand.Pass::pin)
                .filter(pin -> two.cards().stream().noneMatch(card -> card.pin().equals(pin)))
                .findFirst()
                .orElseThrow();
        assertThat(gate(listing, Direction.EXIT, CredentialType.PIN, gone)).isEqualTo("ALLOW overstayed");
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, gone)).isEqualTo("DENY expired");
        eventually("its slot is free", () -> taken(listing, Instant.now().plusSeconds(60)) == 2);
        long back = -fewer.due().amount();
        eventually(
                "the money is back",
                () -> balance(Account.WALLET, driver.user()) == 50_000 - 3_100 - charge + credit + back);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner()))
                .isEqualTo(share(3_100) + share(charge - credit - back));

        // The next month is one for two; at the end all slots are free, and stay so for others meanwhile.
        untilPaidUntil(id);
        eventually("it is renewed", () -> events("SubscriptionRenewed", id) == 1);
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(50_000 - 3_100 - charge + credit + back - 6_200);
        Plan other = plan(listing, terms(PRICE, NOTHING, 2), 1);
        Instant soon = Instant.now().plusSeconds(5);
        Buy next = new Buy(rich(20_000), other.id(), List.of(), soon, PRICE, WalletCommand.METHOD, null);
        assertThat(node.ask(next).cards())
                .as("what was freed is sold to somebody else")
                .hasSize(2);
        node.ask(new Cancel(driver, id));
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.ENDED);
        eventually("its slots are free", () -> taken(listing, Instant.now().plusSeconds(60)) == 2);
    }

    @Test
    void anotherPlan_canBeginWithTheNextMonth_andBeGivenUp() {
        Listing listing = listing(3);
        Plan large = plan(listing, terms(PRICE, DEPOSIT, 2), 1);
        Plan small = plan(listing, terms(new Money(4_000, "EUR"), NOTHING, 1), 1);
        Principal driver = rich(50_000);
        SubscriptionId id = node.ask(buy(driver, large, WalletCommand.METHOD))
                .subscription()
                .id();
        assertThat(refusal(to(driver, id, large, null, TakesEffect.NOW, 0))).isEqualTo(ProblemType.UNPROCESSABLE);
        Details planned = change(driver, id, small, null, TakesEffect.RENEWAL);
        assertThat(requireNonNull(planned.change()).at()).isEqualTo(pass(id).paidUntil());
        assertThat(planned.subscription().terms()).isEqualTo(large.terms());
        assertThat(refusal(buy(rich(20_000), small, WalletCommand.METHOD)))
                .as("its place is taken")
                .isEqualTo(ProblemType.PLAN_SOLD_OUT);
        double dropped = counted("changes.dropped");
        assertThat(node.ask(new GiveUpChange(driver, id)).change()).isNull();
        assertThat(node.ask(new GiveUpChange(driver, id)).change()).as("once").isNull();
        assertThat(counted("changes.dropped")).isEqualTo(dropped + 1);
        double changes = counted("changed");
        change(driver, id, small, null, TakesEffect.RENEWAL);
        untilPaidUntil(id);
        eventually("it is renewed", () -> events("SubscriptionRenewed", id) == 1);
        Subscription now = pass(id);
        assertThat(now.plan()).isEqualTo(small.id());
        assertThat(counted("changed")).isEqualTo(changes + 1);
        assertThat(now.terms().price().amount()).isEqualTo(4_000);
        assertThat(now.terms().deposit()).as("it stays as it was left").isEqualTo(DEPOSIT);
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(50_000 - 9_001 - 5_000 - 4_000);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(SHARE + share(4_000));
        eventually("a slot is free", () -> taken(listing, Instant.now().plusSeconds(60)) == 1);
        assertThat(refusal(to(driver, id, large, null, TakesEffect.RENEWAL, 0)))
                .as("more at once are a change of now")
                .isEqualTo(ProblemType.UNPROCESSABLE);
    }

    @Test
    void aBanksStep_isWaitedFor_andWhatIsNotPaid_leavesNothingBehind() throws Exception {
        Listing listing = listing(3);
        Plan plan = plan(listing, fleet(3), 5);
        Principal driver = rich(3_100);
        SubscriptionId id =
                fleetOf(driver, plan, 1, WalletCommand.METHOD).subscription().id();
        long due = quote(driver, id, plan, 2, TakesEffect.NOW).due().amount();
        assertThat(refusal(to(driver, id, plan, 2, TakesEffect.NOW, due)))
                .as("the wallet is empty")
                .isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(pass(id).terms().concurrency()).isEqualTo(1);
        eventually("its slot is free", () -> taken(listing, Instant.now().plusSeconds(60)) == 1);
        assertThat(refusal(to(driver, id, plan, 4, TakesEffect.NOW, due))).isEqualTo(ProblemType.UNPROCESSABLE);

        node.rows("UPDATE subscriptions.subscription SET method = $2 WHERE id = $1", id.value(), THREE_D_SECURE);
        Details asked = node.ask(to(driver, id, plan, 2, TakesEffect.NOW, due));
        var payment = requireNonNull(requireNonNull(asked.change()).payment());
        assertThat(payment.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(asked.subscription().terms().concurrency()).isEqualTo(1);
        assertThat(refusal(to(
                        driver,
                        id,
                        plan,
                        3,
                        TakesEffect.NOW,
                        quote(driver, id, plan, 3, TakesEffect.NOW).due().amount())))
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        answerTheBank(requireNonNull(payment.actionUrl()), "authorise");
        eventually("it is changed", () -> pass(id).terms().concurrency() == 2);
        assertThat(node.ask(new GetSubscription(driver, id)).cards()).hasSize(2);

        // One that nobody pays is given up in time, with its slot.
        long more = quote(driver, id, plan, 3, TakesEffect.NOW).due().amount();
        node.ask(to(driver, id, plan, 3, TakesEffect.NOW, more));
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isEqualTo(3);
        node.rows(
                "UPDATE subscriptions.change SET due_at = now() WHERE subscription_id = $1 AND status = 'PENDING'",
                id.value());
        eventually("its slot is free", () -> taken(listing, Instant.now().plusSeconds(60)) == 2);
        assertThat(node.ask(new GetSubscription(driver, id)).change()).isNull();
    }

    @Test
    void monthsOfTheCalendar_beginWithAPart() {
        Listing listing = listing(2);
        PassTerms terms = new PassTerms(
                "Calendar", PlanKind.PASS, PRICE, DEPOSIT, 1, AccessHours.ALWAYS, MonthKind.CALENDAR, PricePer.PASS);
        Plan plan = plan(listing, terms, 2);
        Principal driver = rich(50_000);
        Instant from = LocalDate.now(BERLIN)
                .plusMonths(1)
                .withDayOfMonth(11)
                .atTime(9, 0)
                .atZone(BERLIN)
                .toInstant();
        PassQuote quote = node.ask(new QuotePass(plan.id(), from, null));
        int of = quote.ofDays();
        assertThat(quote.days()).isEqualTo(of - 10);
        long part = Math.floorDiv(9_001L * (of - 10), of);
        assertThat(quote.total().amount()).isEqualTo(part + 5_000);
        Buy whole = new Buy(driver, plan.id(), List.of(), from, PRICE.plus(DEPOSIT), WalletCommand.METHOD, null);
        assertThat(refusal(whole)).isEqualTo(ProblemType.QUOTE_STALE);
        Details bought =
                node.ask(new Buy(driver, plan.id(), List.of(), from, quote.total(), WalletCommand.METHOD, null));
        Subscription pass = bought.subscription();
        assertThat(pass.paidUntil()).isEqualTo(quote.to());
        assertThat(requireNonNull(pass.paidUntil()).atZone(BERLIN).toLocalDate().getDayOfMonth())
                .isEqualTo(1);
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(50_000 - part - 5_000);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(share(part));
        assertThat(bought.endsIfCancelled()).isEqualTo(pass.paidUntil());
        assertThat(ChronoUnit.DAYS.between(from, quote.to())).isLessThan(of);
    }
}
