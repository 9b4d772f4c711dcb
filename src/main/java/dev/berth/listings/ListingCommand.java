package dev.berth.listings;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the listings capability can be asked to do. */
public sealed interface ListingCommand<R extends Message> extends Command<R>
        permits ListingCommand.GetListing, ListingCommand.ExportListings {
    String ADDRESS = "listings.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** A listing with all its slots; NOT_FOUND when there is none or it has been deleted. */
    record GetListing(ListingId listing) implements ListingCommand<Listing> {}

    /**
     * All listings in the order of their ids, page by page: how a search node loads its index.
     *
     * @param after the last id of the page before, null for the first
     * @param limit at most {@value #MAX_EXPORT}
     */
    record ExportListings(@Nullable ListingId after, int limit) implements ListingCommand<ListingPage> {
        public static final int MAX_EXPORT = 2_000;
    }

    /** @param listings empty at the end */
    record ListingPage(List<Listing> listings) implements Message {
        public ListingPage {
            listings = List.copyOf(listings);
        }
    }
}
