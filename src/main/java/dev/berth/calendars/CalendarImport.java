package dev.berth.calendars;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.ImportId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A calendar elsewhere whose busy times are kept as blocks of a listing (LI9), as its host sees it.
 *
 * @param slot the only slot that is blocked; null for all of the listing
 * @param site the host of its address; the rest of the address is its secret
 * @param refreshing whether it is being read, or will be in a moment
 * @param readAt when it was last read without a failure; null for never
 * @param nextAt when it will be read again
 * @param error why the last reading failed; null when it did not
 * @param busy times that it had
 * @param skipped times and repetitions that could not be read or were too many
 * @param conflicts busy times in which somebody has booked; the bookings stand
 */
public record CalendarImport(
        ImportId id,
        ListingId listing,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable SlotId slot,
        String site,
        Instant createdAt,
        boolean refreshing,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant readAt,
        Instant nextAt,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Failure error,
        int busy,
        int skipped,
        List<Conflict> conflicts)
        implements Message {
    public CalendarImport {
        conflicts = List.copyOf(conflicts);
    }

    /** Why a calendar could not be read. It says no more than its host needs: what answers there is nobody's business. */
    public enum Failure {
        /** No such name, nobody there, or an address within a private network. */
        UNREACHABLE,
        TIMED_OUT,
        /** The server answered something else than a calendar: 404, 500. */
        REFUSED,
        TOO_MANY_REDIRECTS,
        TOO_LARGE,
        NOT_A_CALENDAR,
        /** The listing or the slot is gone, or not the host's any more. */
        LISTING_GONE,
        /** It was not the calendar's fault. */
        INTERNAL
    }

    /**
     * @param summary what the calendar calls it, perhaps shortened
     * @param bookings that overlap
     */
    public record Conflict(Instant from, Instant to, String summary, List<BookingId> bookings) {
        public Conflict {
            bookings = List.copyOf(bookings);
        }
    }
}
