package dev.berth.bookings;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bookings capability can be asked to do. */
public sealed interface BookingCommand<R extends Message> extends Command<R>
        permits BookingCommand.GetCalendar, BookingCommand.ExportCalendars {
    String ADDRESS = "bookings.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** The calendar of one listing, from now on; an unknown listing has an empty one of version 0. */
    record GetCalendar(ListingId listing) implements BookingCommand<Calendar> {}

    /**
     * All calendars that have ever changed, in the order of their listings' ids: how a search node loads its index.
     *
     * @param after the last listing of the page before, null for the first
     * @param limit at most {@value #MAX_EXPORT}
     */
    record ExportCalendars(@Nullable ListingId after, int limit) implements BookingCommand<CalendarPage> {
        public static final int MAX_EXPORT = 2_000;
    }

    /** @param occupancies live ones that have not ended */
    record Calendar(ListingId listing, long calendarVersion, List<Occupancy> occupancies) implements Message {
        public Calendar {
            occupancies = List.copyOf(occupancies);
        }
    }

    /** @param calendars empty at the end */
    record CalendarPage(List<Calendar> calendars) implements Message {
        public CalendarPage {
            calendars = List.copyOf(calendars);
        }
    }
}
