package dev.berth.payments;

import dev.berth.payments.CardCommand.SetupStatus;
import dev.berth.payments.WithdrawalCommand.CardFace;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider's side of saved cards, in the words of this house. Futures fail with a {@link Gateway.GatewayException}. */
interface CardGateway {
    /**
     * Begins to save a card of a customer; the same key again has no further effect. A decline is an answer, not a failure.
     *
     * @param token null when the page names the card
     */
    Future<ProviderSetup> setUp(String customer, @Nullable String token, String returnUrl, String key);

    /** Empty when the provider does not know it. */
    Future<Optional<ProviderSetup>> setup(String setup);

    /** Makes a card the customer's. */
    Future<Attached> attach(String token, String customer, String key);

    /** Empty when the provider does not know it. */
    Future<Optional<ProviderCard>> card(String method);

    /** The card that an intent was paid with; empty when the provider does not say. */
    Future<Optional<CardFace>> paidWith(String intent);

    /** Forgets a card; one that is forgotten already has no further effect. */
    Future<?> detach(String method);

    /** @param customer whose it is; null when it is nobody's */
    record ProviderCard(
            String method,
            String brand,
            String last4,
            int expMonth,
            int expYear,
            @Nullable String customer) {}

    /** @param card null when it was declined */
    record Attached(
            @Nullable ProviderCard card,
            @Nullable String declineCode,
            @Nullable String declineMessage) {}

    /** @param card when it has succeeded */
    record ProviderSetup(
            String id,
            String clientSecret,
            @Nullable String customer,
            SetupStatus status,
            @Nullable String actionUrl,
            @Nullable String declineCode,
            @Nullable String declineMessage,
            @Nullable ProviderCard card) {}
}
