package dev.berth.subscriptions;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * Monthly passes and permits (RULES 33, 34).
 *
 * @param pendingFor how long a pass that is being bought keeps its slots until it is paid
 * @param aheadMax how far ahead a pass may begin
 * @param noticePeriod how long before a renewal it can be cancelled; later, the next month is still due
 * @param grace how long the right stays when a renewal has failed
 * @param retryEvery how often the money is asked for in that time
 * @param keepFor how long the slots are kept after it, and it can still be paid by hand
 * @param chargeTimeout how long a payment may take; shorter than a client waits
 * @param returnPath of the page that a driver comes back to after a step at the bank; {@code {subscription}} stands for the id
 * @param vehiclesMax of one pass
 * @param plansMax that a listing offers at the same time
 * @param lease after which what a node was looking after is looked after by another
 * @param interval how often a node looks for what is due
 * @param batch that it takes at once
 */
public record SubscriptionConfig(
        @Default("15m") Duration pendingFor,
        @Default("60d") Duration aheadMax,
        @Default("24h") Duration noticePeriod,
        @Default("3d") Duration grace,
        @Default("12h") Duration retryEvery,
        @Default("24h") Duration keepFor,
        @Default("8s") Duration chargeTimeout,
        @Default("/passes?id={subscription}") String returnPath,
        @Default("50") int vehiclesMax,
        @Default("20") int plansMax,
        @Default("1m") Duration lease,
        @Default("5s") Duration interval,
        @Default("50") int batch) {
    public SubscriptionConfig {
        if (vehiclesMax < 1 || plansMax < 1 || batch < 1) {
            throw new IllegalArgumentException("vehiclesMax, plansMax and batch are positive");
        }
        if (!pendingFor.isPositive()
                || !retryEvery.isPositive()
                || !chargeTimeout.isPositive()
                || !lease.isPositive()
                || !interval.isPositive()) {
            throw new IllegalArgumentException(
                    "pendingFor, retryEvery, chargeTimeout, lease and interval are positive");
        }
        if (aheadMax.isNegative() || noticePeriod.isNegative() || grace.isNegative() || keepFor.isNegative()) {
            throw new IllegalArgumentException("aheadMax, noticePeriod, grace and keepFor are not negative");
        }
    }
}
