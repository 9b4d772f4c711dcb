package dev.berth.payments;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.CardId;
import dev.berth.values.Principal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What drivers ask of the cards that they have saved: each of their own, anybody else's is NOT_FOUND. Guests are refused with
 * ACCOUNT_REQUIRED.
 */
public sealed interface CardCommand<R extends Message> extends Command<R>
        permits CardCommand.SetUp,
                CardCommand.AddCard,
                CardCommand.KeepCard,
                CardCommand.ListCards,
                CardCommand.SetDefaultCard,
                CardCommand.RemoveCard {
    String ADDRESS = "payments.cards";

    @Override
    default String address() {
        return ADDRESS;
    }

    Principal actor();

    /**
     * Begins to save a card; nothing is charged. With a token it is tried at once, and saved unless the bank wants to see its
     * holder. UNPROCESSABLE when the driver has as many cards as can be saved.
     *
     * @param token the provider's; null when the page tells the provider itself, with the client secret
     * @param key the same one begins once within a day
     * @param returnUrl where the provider sends the driver after a 3-D Secure step
     */
    record SetUp(Principal actor, @Nullable String token, String key, String returnUrl) implements CardCommand<Setup> {}

    /**
     * Saves the card of a set-up that has succeeded. Repeatable. NOT_FOUND when the set-up is not the driver's,
     * ILLEGAL_STATE when it has not come to an end, PAYMENT_DECLINED when the bank has refused.
     *
     * @param setup the provider's id
     */
    record AddCard(Principal actor, String setup) implements CardCommand<Card> {}

    /**
     * Between the capabilities: saves a token's card at once, without asking its bank, before it is charged for something that
     * is paid again and again. Repeatable by the key. Refused as {@link SetUp}.
     *
     * @param key the same one saves once
     */
    record KeepCard(Principal actor, String token, String key) implements CardCommand<Kept> {}

    /** @param card null when the bank has refused, for the reason that is told then */
    record Kept(
            @Nullable Card card,
            @Nullable String declineCode,
            @Nullable String declineMessage) implements Message {}

    /** Those that are saved, the default one first. */
    record ListCards(Principal actor) implements CardCommand<Cards> {}

    record SetDefaultCard(Principal actor, CardId card) implements CardCommand<Card> {}

    /** ILLEGAL_STATE while a payment with it is under way: the bank may just be asking. */
    record RemoveCard(Principal actor, CardId card) implements CardCommand<Done> {}

    /**
     * @param brand such as {@code visa}
     * @param expired its last month is over
     */
    record Card(
            CardId id,
            String brand,
            String last4,
            int expMonth,
            int expYear,
            boolean expired,
            @JsonProperty("default") boolean isDefault,
            Instant createdAt)
            implements Message {}

    record Cards(List<Card> items) implements Message {
        public Cards {
            items = List.copyOf(items);
        }
    }

    enum SetupStatus {
        /** The page is to tell the provider which card. */
        REQUIRES_PAYMENT_METHOD,
        /** The driver is to go to the bank. */
        REQUIRES_ACTION,
        PROCESSING,
        SUCCEEDED,
        DECLINED,
        CANCELLED
    }

    /**
     * @param id the provider's
     * @param clientSecret with which a page speaks to the provider about this set-up, and nothing else
     * @param actionUrl where the driver must go when the status is REQUIRES_ACTION
     * @param declineCode the provider's reason when DECLINED
     * @param declineMessage its words for the driver
     * @param card when SUCCEEDED
     */
    record Setup(
            String id,
            String clientSecret,
            SetupStatus status,
            @Nullable String actionUrl,
            @Nullable String declineCode,
            @Nullable String declineMessage,
            @Nullable Card card)
            implements Message {}
}
