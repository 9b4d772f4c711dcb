package dev.berth.subscriptions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.berth.ledger.Account;
import dev.berth.listings.Listing;
import dev.berth.payments.CardCommand.Card;
import dev.berth.payments.CardCommand.ListCards;
import dev.berth.payments.CardCommand.RemoveCard;
import dev.berth.payments.CardCommand.SetUp;
import dev.berth.payments.CardMethod;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.problems.ProblemType;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.ChangeMethod;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionRenewalFailed;
import dev.berth.values.Ids;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cards that pay for passes month by month. */
class PassCardsIT extends PassSetting {
    private static final String MASTERCARD = "pm_card_mastercard";

    private Card saved(Principal driver, String token) {
        return requireNonNull(node.ask(new SetUp(driver, token, Ids.next().toString(), "https://berth.example/cards"))
                .card());
    }

    /** What the last month was paid with, by its brand; empty while it is not. */
    private String paidBy(SubscriptionId id) {
        return node.rows("""
                SELECT coalesce(string_agg(c.brand, ''), '') FROM payments.payment p
                JOIN payments.card c ON c.provider_method = p.method
                WHERE p.status = 'SUCCEEDED' AND p.id = (
                    SELECT payment FROM subscriptions.month WHERE subscription_id = $1 ORDER BY number DESC LIMIT 1)
                """, id.value()).getFirst().getString(0);
    }

    private long renewed(SubscriptionId id) {
        return events("SubscriptionRenewed", id);
    }

    @Test
    void theCardThatBought_isSaved_paysTheRenewals_andAnotherOneCanTakeItsPlace() {
        Place place = new Place();
        Principal driver = someone();
        Details bought = node.ask(buy(driver, place.plan, VISA));
        SubscriptionId id = bought.subscription().id();
        List<Card> kept = node.ask(new ListCards(driver)).items();
        assertThat(kept).hasSize(1);
        assertThat(bought.method()).isEqualTo(CardMethod.saved(kept.getFirst().id()));
        untilPaidUntil(id);
        eventually("it is renewed", () -> renewed(id) == 1);
        assertThat(paidBy(id)).isEqualTo("visa");
        assertThat(node.ask(new ListCards(driver)).items())
                .as("a renewal saves nothing")
                .hasSize(1);

        Card other = saved(driver, MASTERCARD);
        Details changed = node.ask(new ChangeMethod(driver, id, CardMethod.saved(other.id())));
        assertThat(changed.method()).isEqualTo(CardMethod.saved(other.id()));
        node.ask(new RemoveCard(driver, kept.getFirst().id()));
        untilPaidUntil(id);
        eventually("it is renewed", () -> renewed(id) == 2);
        assertThat(paidBy(id)).isEqualTo("mastercard");
        assertThat(node.ask(new GetSubscription(owner(place.listing), id)).method())
                .as("no business of the host's")
                .isNull();
    }

    @Test
    void aRemovedCard_paysNoRenewal_andAnotherOneDoesAtOnce() {
        Place place = new Place();
        Principal driver = someone();
        Card first = saved(driver, VISA);
        Details bought = node.ask(buy(driver, place.plan, CardMethod.saved(first.id())));
        SubscriptionId id = bought.subscription().id();
        assertThat(paidBy(id)).isEqualTo("visa");
        node.ask(new RemoveCard(driver, first.id()));
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        eventually("it is told", () -> events("SubscriptionRenewalFailed", id) == 1);
        assertThat(heard)
                .filteredOn(event -> event.subscription().id().equals(id))
                .last()
                .asInstanceOf(type(SubscriptionRenewalFailed.class))
                .extracting(SubscriptionRenewalFailed::reason)
                .isEqualTo("card_removed");
        Card second = saved(driver, MASTERCARD);
        assertThat(refusal(new ChangeMethod(driver, id, CardMethod.saved(second.id()))))
                .as("what is due is paid first")
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        Details paid = node.ask(new Pay(driver, id, CardMethod.saved(second.id())));
        assertThat(paid.subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(paid.method()).isEqualTo(CardMethod.saved(second.id()));
        assertThat(paidBy(id)).isEqualTo("mastercard");
    }

    @Test
    void aBankThatWantsToSeeTheDriver_declinesTheRenewal_andIsVisitedByHand() throws Exception {
        Place place = new Place();
        Principal driver = rich(PRICE.amount());
        SubscriptionId id = node.ask(buy(driver, place.plan, WalletCommand.METHOD))
                .subscription()
                .id();
        // A card whose bank wants to see its holder each time.
        node.rows("UPDATE subscriptions.subscription SET method = $2 WHERE id = $1", id.value(), THREE_D_SECURE);
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        Details asked = node.ask(new Pay(driver, id, THREE_D_SECURE));
        assertThat(requireNonNull(asked.payment()).status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(asked.subscription().status()).isEqualTo(SubscriptionStatus.PAST_DUE);
        answerTheBank(requireNonNull(asked.payment().actionUrl()), "authorise");
        becomes(id, SubscriptionStatus.ACTIVE);
        eventually("it is told", () -> renewed(id) == 1);
        assertThat(balance(Account.HOST_PAYABLE, place.listing.owner())).isEqualTo(2 * SHARE);
    }

    @Test
    void anotherCard_whileTheBankAsks_isAnotherAttempt_andOnePays() {
        Place place = new Place();
        Principal driver = someone();
        Details asked = node.ask(buy(driver, place.plan, THREE_D_SECURE));
        SubscriptionId id = asked.subscription().id();
        assertThat(asked.subscription().status()).isEqualTo(SubscriptionStatus.PENDING);
        assertThat(node.ask(new Pay(driver, id, MASTERCARD)).subscription().status())
                .isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(paidBy(id)).isEqualTo("mastercard");
        assertThat(balance(Account.HOST_PAYABLE, place.listing.owner())).isEqualTo(SHARE);
    }

    @Test
    void othersCards_tokens_andPermits_areRefused() {
        Place place = new Place();
        Principal driver = rich(PRICE.amount());
        Principal stranger = someone();
        Card theirs = saved(stranger, VISA);
        String method = CardMethod.saved(theirs.id());
        assertThat(refusal(buy(driver, place.plan, method))).isEqualTo(ProblemType.NOT_FOUND);
        SubscriptionId id = node.ask(buy(driver, place.plan, WalletCommand.METHOD))
                .subscription()
                .id();
        assertThat(refusal(new ChangeMethod(driver, id, method))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new ChangeMethod(driver, id, VISA))).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(new ChangeMethod(stranger, id, method))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new ChangeMethod(owner(place.listing), id, WalletCommand.METHOD)))
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(node.ask(new Cancel(driver, id)).method()).isEqualTo(WalletCommand.METHOD);
    }

    /** A place with room for one. */
    private final class Place {
        final Listing listing = listing(1);
        final Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
    }
}
