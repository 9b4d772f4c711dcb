package dev.berth.points;

import dev.berth.ledger.StatementEntry;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What drivers ask of their points. */
public sealed interface PointsCommand<R extends Message> extends Command<R> permits PointsCommand.GetPoints {
    String ADDRESS = "points.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * A driver's points in all currencies, and the statement in one of them, the latest first.
     *
     * @param currency of the statement; null for the first one that the driver has points in
     * @param after where the page before has ended; null for the first
     * @param limit 1 to 100
     */
    record GetPoints(UserId driver, @Nullable String currency, StatementEntry.@Nullable End after, int limit)
            implements PointsCommand<Points> {}

    /**
     * @param balances one for each currency that the driver ever had points in
     * @param items of the statement, empty when the driver has never had points in its currency
     * @param next where the next page begins, null at the end
     */
    record Points(
            List<PointsBalance> balances, PointsTerms terms, List<PointsEntry> items, StatementEntry.@Nullable End next)
            implements Message {
        public Points {
            balances = List.copyOf(balances);
            items = List.copyOf(items);
        }
    }

    /**
     * What can be spent.
     *
     * @param points whole ones
     * @param worth of them
     * @param reserved the worth of those that are kept for payments that are not decided yet
     * @param expiring what expires next; null when there is nothing
     */
    record PointsBalance(
            long points,
            Money worth,
            Money reserved,
            @Nullable Expiring expiring) {}

    /**
     * @param worth of what expires within a day of the first of it
     * @param at when the first of it does
     */
    record Expiring(long points, Money worth, Instant at) {}

    /**
     * The policy for stays that are completed now.
     *
     * @param earnBasisPoints what of the money paid is given as points' worth, of 10,000
     * @param pointWorth what a point is worth, in minor units
     * @param lifetimeDays how long they can be spent
     */
    record PointsTerms(int earnBasisPoints, long pointWorth, long lifetimeDays) {}

    /**
     * @param amount the worth of what came in; negative when it went out
     * @param balance after it
     */
    record PointsEntry(
            UUID id,
            PointsEntryKind kind,
            @Nullable BookingId booking,
            Money amount,
            Money balance,
            Instant createdAt) {}

    enum PointsEntryKind {
        EARNED,
        PAYMENT,
        REFUND,
        TAKEN_BACK,
        EXPIRED,
        OTHER
    }
}
