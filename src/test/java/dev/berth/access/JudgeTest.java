package dev.berth.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.access.AccessCommand.Direction;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.bookings.BookingCommand.Right;
import dev.berth.bookings.BookingStatus;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AC3")
@Tag("rule-24")
class JudgeTest {
    private static final ListingId PLACE = ListingId.next();
    private static final Instant FROM = Instant.parse("2026-05-04T08:00:00Z");
    private static final Instant TO = Instant.parse("2026-05-04T10:00:00Z");

    private static Right right(BookingStatus status, boolean slotTaken) {
        return new Right(
                BookingId.next(),
                PLACE,
                SlotId.next(),
                UserId.next(),
                null,
                new TimeRange(FROM, TO),
                status,
                FROM.minus(Duration.ofMinutes(15)),
                TO.plus(Duration.ofMinutes(10)),
                slotTaken,
                7L);
    }

    private static @Nullable AccessReason entry(BookingStatus status, String at) {
        return Judge.judge(right(status, false), PLACE, Direction.ENTRY, Instant.parse("2026-05-04T" + at + "Z"))
                .reason();
    }

    @Test
    void theTimes_areHalfOpen() {
        assertThat(entry(BookingStatus.CONFIRMED, "07:44:59")).isEqualTo(AccessReason.TOO_EARLY);
        assertThat(entry(BookingStatus.CONFIRMED, "07:45:00")).isNull();
        assertThat(entry(BookingStatus.CONFIRMED, "09:59:59")).isNull();
        assertThat(entry(BookingStatus.CONFIRMED, "10:00:00")).isEqualTo(AccessReason.EXPIRED);
    }

    @Test
    @Tag("rule-16")
    void beforeTheStay_theSlotMustBeEmpty() {
        Instant early = FROM.minusSeconds(60);
        assertThat(Judge.judge(right(BookingStatus.CONFIRMED, true), PLACE, Direction.ENTRY, early)
                        .reason())
                .isEqualTo(AccessReason.TOO_EARLY);
        assertThat(Judge.judge(right(BookingStatus.CONFIRMED, true), PLACE, Direction.ENTRY, FROM)
                        .allow())
                .isTrue();
    }

    @Test
    void everyState_hasItsReason_atTheEntry() {
        Map<BookingStatus, @Nullable AccessReason> reasons = new EnumMap<>(BookingStatus.class);
        for (BookingStatus status : BookingStatus.values()) {
            AccessReason reason = entry(status, "09:00:00");
            if (reason != null) {
                reasons.put(status, reason);
            }
        }
        assertThat(reasons)
                .isEqualTo(Map.of(
                        BookingStatus.HELD, AccessReason.PAID_DUE,
                        BookingStatus.PENDING_HOST, AccessReason.NOT_CONFIRMED,
                        BookingStatus.COMPLETED, AccessReason.EXPIRED,
                        BookingStatus.NO_SHOW, AccessReason.EXPIRED,
                        BookingStatus.EXPIRED, AccessReason.CANCELLED,
                        BookingStatus.DECLINED, AccessReason.CANCELLED,
                        BookingStatus.CANCELLED_BY_DRIVER, AccessReason.CANCELLED,
                        BookingStatus.CANCELLED_BY_HOST, AccessReason.CANCELLED));
    }

    @Test
    void whoIsIn_isLetOut_alsoLate_andWhoWasNotSeenOnlyInTime() {
        Judge.Verdict inTime = Judge.judge(right(BookingStatus.ACTIVE, false), PLACE, Direction.EXIT, TO);
        assertThat(inTime).isEqualTo(new Judge.Verdict(true, null, null));
        Judge.Verdict late =
                Judge.judge(right(BookingStatus.ACTIVE, false), PLACE, Direction.EXIT, TO.plusSeconds(3_600));
        assertThat(late).isEqualTo(new Judge.Verdict(true, AccessReason.OVERSTAYED, AccessReason.EXPIRED));
        Judge.Verdict cancelled =
                Judge.judge(right(BookingStatus.CANCELLED_BY_HOST, false), PLACE, Direction.EXIT, FROM);
        assertThat(cancelled).isEqualTo(new Judge.Verdict(true, null, AccessReason.CANCELLED));
    }

    @Test
    void aRightToAnotherPlace_opensNothing() {
        for (Direction direction : Direction.values()) {
            Judge.Verdict verdict =
                    Judge.judge(right(BookingStatus.CONFIRMED, false), ListingId.next(), direction, FROM);
            assertThat(verdict.allow()).isFalse();
            assertThat(verdict.reason()).isEqualTo(AccessReason.WRONG_PLACE);
        }
    }

    @Test
    void aPass_saysByItself_whatSpeaksAgainstIt() {
        PassContent pass = new PassContent(BookingId.next(), PLACE, SlotId.next(), FROM, TO, 7);
        assertThat(Judge.offline(pass, ListingId.next(), Direction.EXIT, FROM)).isEqualTo(AccessReason.WRONG_PLACE);
        assertThat(Judge.offline(pass, PLACE, Direction.ENTRY, FROM.minusSeconds(1)))
                .isEqualTo(AccessReason.TOO_EARLY);
        assertThat(Judge.offline(pass, PLACE, Direction.ENTRY, FROM)).isNull();
        assertThat(Judge.offline(pass, PLACE, Direction.ENTRY, TO)).isEqualTo(AccessReason.EXPIRED);
        assertThat(Judge.offline(pass, PLACE, Direction.EXIT, TO)).isNull();
    }
}
