package dev.berth.calendars;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.FeedId;
import dev.berth.values.ImportId;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of calendars (BK13, LI9), those that are told and those that are read: each user about their own. */
public sealed interface CalendarCommand<R extends Message> extends Command<R> {
    String ADDRESS = "calendars.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Makes a feed with a new secret, which is told this once. FORBIDDEN when the listing is not the actor's; UNPROCESSABLE
     * for who has too many.
     *
     * @param listing null for what the actor has booked as a driver
     */
    record CreateFeed(Principal actor, @Nullable ListingId listing) implements CalendarCommand<CreatedFeed> {}

    /** All of the actor's, the oldest first. */
    record ListFeeds(Principal actor) implements CalendarCommand<Feeds> {}

    /** From now on the secret leads nowhere. NOT_FOUND when it is not the actor's. */
    record DeleteFeed(Principal actor, FeedId feed) implements CalendarCommand<Done> {}

    /** NOT_FOUND when no feed has this secret. */
    record ReadFeed(String secret) implements CalendarCommand<CalendarFile> {}

    /**
     * Begins to keep the busy times of a calendar elsewhere as blocks. FORBIDDEN when the listing is not the actor's;
     * UNPROCESSABLE for a slot that it has not, an address that is none, and for who has too many. Whether the address answers
     * is seen when it is read, a moment later.
     *
     * @param slot the only one that is blocked; null for all
     * @param url http, https or webcal; a secret
     */
    record CreateImport(
            Principal actor, ListingId listing, @Nullable SlotId slot, String url)
            implements CalendarCommand<CalendarImport> {
        /** Never with the URL: it is the calendar's secret. */
        @Override
        public String toString() {
            return "CreateImport[listing=" + listing + "]";
        }
    }

    /** All of the actor's, the oldest first. */
    record ListImports(Principal actor) implements CalendarCommand<Imports> {}

    /** Its blocks go in a moment. NOT_FOUND when it is not the actor's. */
    record DeleteImport(Principal actor, ImportId calendar) implements CalendarCommand<Done> {}

    /** Has it read in a moment, unless that was a moment ago. NOT_FOUND when it is not the actor's. */
    record RefreshImport(Principal actor, ImportId calendar) implements CalendarCommand<CalendarImport> {}

    record Imports(List<CalendarImport> items) implements Message {
        public Imports {
            items = List.copyOf(items);
        }
    }

    /** @param secret base64url, 22 characters; only its digest is stored */
    record CreatedFeed(Feed feed, String secret) implements Message {
        /** Never with the secret: what is logged stays. */
        @Override
        public String toString() {
            return "CreatedFeed[" + feed + "]";
        }
    }

    record Feeds(List<Feed> items) implements Message {
        public Feeds {
            items = List.copyOf(items);
        }
    }

    /**
     * @param text iCalendar
     * @param tag an ETag: the same for the same text
     */
    record CalendarFile(String text, String tag) implements Message {}
}
