package dev.berth.subscriptions;

import dev.berth.subscriptions.SubscriptionCommand.FindPasses;
import dev.berth.subscriptions.SubscriptionCommand.PassRefusal;
import dev.berth.subscriptions.SubscriptionCommand.PassRight;
import dev.berth.subscriptions.SubscriptionCommand.PassRights;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Passes as gates see them. */
final class PassAccess {
    private final PassRightSql sql;

    PassAccess(PassRightSql sql) {
        this.sql = sql;
    }

    PassRights find(FindPasses command) {
        return new PassRights(
                sql.find(command).stream().map(key -> right(key, command.at())).toList());
    }

    private static PassRight right(PassRightSql.Key key, @Nullable Instant at) {
        Subscription pass = key.of().subscription();
        Instant when = at == null ? key.of().now() : at;
        ZoneId zone = ZoneId.of(pass.timeZone());
        Instant ended = key.ended();
        PassRefusal refusal = ended != null && !when.isBefore(ended) ? PassRefusal.ENDED : refusal(pass, when);
        return new PassRight(
                key.id(),
                key.pass(),
                pass.listing(),
                pass.driver(),
                pass.terms().concurrency(),
                refusal,
                !pass.terms().hours().bear(when, zone) || refusal == PassRefusal.ENDED,
                key.vehicle(),
                key.plate(),
                key.slot(),
                key.nonce());
    }

    /** Why it lets nobody in then. A month that is due and not paid yet keeps nobody out: that is what the grace is for. */
    static @Nullable PassRefusal refusal(Subscription pass, Instant at) {
        Instant ends = pass.endsAt();
        return switch (pass.status()) {
            case PENDING -> PassRefusal.UNPAID;
            case SUSPENDED -> PassRefusal.SUSPENDED;
            case ENDED, FAILED -> PassRefusal.ENDED;
            case ACTIVE, PAST_DUE -> {
                Instant grace = pass.graceUntil();
                if (at.isBefore(pass.startsAt())) {
                    yield PassRefusal.NOT_BEGUN;
                } else if (ends != null && !at.isBefore(ends)) {
                    yield PassRefusal.ENDED;
                } else if (grace != null && !at.isBefore(grace)) {
                    yield PassRefusal.SUSPENDED;
                }
                yield pass.terms().hours().letIn(at, ZoneId.of(pass.timeZone())) ? null : PassRefusal.OUTSIDE_HOURS;
            }
        };
    }
}
