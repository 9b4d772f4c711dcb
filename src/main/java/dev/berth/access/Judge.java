package dev.berth.access;

import dev.berth.access.AccessCommand.Direction;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.bookings.BookingCommand.Right;
import dev.berth.values.ListingId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a right is good for at a gate (RULES 24), without regard to who is inside, which the database decides. Pure.
 */
final class Judge {
    private Judge() {}

    /**
     * @param allow whether the gate may open for it
     * @param reason why not, or what is remarkable
     * @param unseen why one who was not seen coming in may not go out; null when nothing speaks against it
     */
    record Verdict(
            boolean allow,
            @Nullable AccessReason reason,
            @Nullable AccessReason unseen) {
        static Verdict deny(AccessReason reason) {
            return new Verdict(false, reason, reason);
        }
    }

    static Verdict judge(Right right, ListingId place, Direction direction, Instant now) {
        if (!right.listing().equals(place)) {
            return Verdict.deny(AccessReason.WRONG_PLACE);
        }
        AccessReason standing = switch (right.status()) {
            case HELD -> AccessReason.PAID_DUE;
            case PENDING_HOST -> AccessReason.NOT_CONFIRMED;
            case CANCELLED_BY_DRIVER, CANCELLED_BY_HOST, DECLINED, EXPIRED -> AccessReason.CANCELLED;
            case COMPLETED, NO_SHOW -> AccessReason.EXPIRED;
            case CONFIRMED, ACTIVE -> null;
        };
        return switch (direction) {
            case ENTRY -> entry(right, standing, now);
            case EXIT -> exit(right, standing, now);
        };
    }

    private static Verdict entry(Right right, @Nullable AccessReason standing, Instant now) {
        if (standing != null) {
            return Verdict.deny(standing);
        } else if (now.isBefore(right.notBefore())
                || (right.slotTaken() && now.isBefore(right.stay().from()))) {
            return Verdict.deny(AccessReason.TOO_EARLY);
        } else if (!now.isBefore(right.stay().to())) {
            return Verdict.deny(AccessReason.EXPIRED);
        }
        return new Verdict(true, null, null);
    }

    /** Who is in is let out, also late: what the time costs is settled elsewhere, not at the barrier. */
    private static Verdict exit(Right right, @Nullable AccessReason standing, Instant now) {
        AccessReason unseen = standing;
        if (unseen == null && now.isBefore(right.notBefore())) {
            unseen = AccessReason.TOO_EARLY;
        } else if (unseen == null && !now.isBefore(right.notAfter())) {
            unseen = AccessReason.EXPIRED;
        }
        boolean late = !now.isBefore(right.notAfter());
        return new Verdict(true, late ? AccessReason.OVERSTAYED : null, unseen);
    }

    /**
     * What the pass alone says, when nobody can be asked.
     *
     * @return why the gate stays shut for it; null when nothing in it speaks against opening
     */
    static @Nullable AccessReason offline(PassContent pass, ListingId place, Direction direction, Instant now) {
        if (!pass.listing().equals(place)) {
            return AccessReason.WRONG_PLACE;
        } else if (direction == Direction.EXIT) {
            return null;
        } else if (now.isBefore(pass.notBefore())) {
            return AccessReason.TOO_EARLY;
        }
        return now.isBefore(pass.notAfter()) ? null : AccessReason.EXPIRED;
    }
}
