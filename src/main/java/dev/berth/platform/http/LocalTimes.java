package dev.berth.platform.http;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;

/** Times as clients write them (RULES 2). */
public final class LocalTimes {
    private LocalTimes() {}

    /**
     * The instant of an RFC 3339 text, to the microsecond (what the database keeps).
     *
     * <p>An offset says which instant is meant, with one exception (RULES 2): a time that the clocks of the place skip,
     * written with the offset that the place has just before or after, is a slip of whoever put date, time and offset
     * together. {@code Z} and offsets of other places name instants and are taken by their word.
     *
     * @throws Rejection NONEXISTENT_LOCAL_TIME for such a time, INVALID_REQUEST when the text is none
     */
    public static Instant instant(String text, ZoneId zone, String pointer) {
        OffsetDateTime written;
        try {
            written = OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "is not a date and time with an offset", pointer);
        }
        ZoneOffsetTransition gap = zone.getRules().getTransition(written.toLocalDateTime());
        boolean universal = text.endsWith("Z") || text.endsWith("z");
        ZoneOffset offset = written.getOffset();
        if (gap != null
                && gap.isGap()
                && !universal
                && (offset.equals(gap.getOffsetBefore()) || offset.equals(gap.getOffsetAfter()))) {
            String detail = "the clocks in %s go from %s to %s"
                    .formatted(zone, gap.getDateTimeBefore(), gap.getDateTimeAfter());
            throw new Rejection(ProblemType.NONEXISTENT_LOCAL_TIME, detail, pointer);
        }
        return written.toInstant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * As {@link #instant}, and also the place's own time without an offset.
     *
     * @throws Rejection NONEXISTENT_LOCAL_TIME when the clocks of the place skip it, AMBIGUOUS_LOCAL_TIME when they show it
     *     twice and no offset says which one is meant, INVALID_REQUEST when the text is none
     */
    public static Instant instantOrLocal(String text, ZoneId zone, String pointer) {
        LocalDateTime local;
        try {
            local = LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            return instant(text, zone, pointer);
        }
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        if (change != null) {
            String detail = "the clocks in %s go from %s to %s"
                    .formatted(zone, change.getDateTimeBefore(), change.getDateTimeAfter());
            throw change.isGap()
                    ? new Rejection(ProblemType.NONEXISTENT_LOCAL_TIME, detail, pointer)
                    : new Rejection(ProblemType.AMBIGUOUS_LOCAL_TIME, detail + ": say which with an offset", pointer);
        }
        return local.atZone(zone).toInstant();
    }
}
