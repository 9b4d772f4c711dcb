package dev.berth.payments;

import dev.berth.platform.config.Default;
import dev.berth.platform.config.Secret;
import java.net.URI;
import java.time.Duration;

/**
 * How the payment provider is spoken to.
 *
 * @param apiBase where the provider's API is
 * @param secretKey the account's key for the API
 * @param webhookSecret what the provider signs its events with
 * @param webhookTolerance how old a signed event may be
 * @param connectTimeout of one call
 * @param readTimeout of one call
 * @param networkRetries how often a call is repeated after a connection failed, with the same idempotency key
 * @param concurrentCalls calls under way at once, per node
 * @param callWait how long a call may wait for its turn
 * @param answerWithin after which a charge that is not decided is answered as PROCESSING; its outcome comes as an event
 * @param resolveAfter after which an attempt counts as broken off, and the provider is asked what has become of it
 * @param resolveBackoff the pause before a payment that waits for its driver or the provider is looked up; it doubles
 * @param resolveBackoffLimit the longest such pause
 * @param resolveInterval how often a node looks for payments to be resolved
 * @param resolveBatch how many it takes at once
 * @param cardsMax how many cards a driver can keep
 * @param renewHoldBefore how long before its end what is set aside on a card is set aside anew, when it is still needed (RULES 28);
 *     in the middle of its life when that is sooner
 */
public record PaymentConfig(
        @Default("https://api.stripe.com") URI apiBase,
        Secret secretKey,
        Secret webhookSecret,
        @Default("5m") Duration webhookTolerance,
        @Default("3s") Duration connectTimeout,
        @Default("20s") Duration readTimeout,
        @Default("1") int networkRetries,
        @Default("32") int concurrentCalls,
        @Default("2s") Duration callWait,
        @Default("8s") Duration answerWithin,
        @Default("60s") Duration resolveAfter,
        @Default("5s") Duration resolveBackoff,
        @Default("5m") Duration resolveBackoffLimit,
        @Default("2s") Duration resolveInterval,
        @Default("20") int resolveBatch,
        @Default("20") int cardsMax,
        @Default("24h") Duration renewHoldBefore) {
    public PaymentConfig {
        if (concurrentCalls < 1 || resolveBatch < 1 || networkRetries < 0 || cardsMax < 1) {
            throw new IllegalArgumentException(
                    "concurrentCalls, resolveBatch and cardsMax start at 1, networkRetries at 0");
        }
        Duration call = callWait.plus(connectTimeout.plus(readTimeout).multipliedBy(networkRetries + 1L));
        if (resolveAfter.compareTo(call) <= 0) {
            throw new IllegalArgumentException(
                    "resolveAfter must be longer than a call with its retries can take (" + call + ")");
        }
    }
}
