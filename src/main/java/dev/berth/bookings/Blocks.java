package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.AddBlock;
import dev.berth.bookings.BookingCommand.Block;
import dev.berth.bookings.BookingCommand.BlockPage;
import dev.berth.bookings.BookingCommand.ListBlocks;
import dev.berth.bookings.BookingCommand.RemoveBlock;
import dev.berth.bookings.BookingSql.BlockOutcome;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BlockId;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Slots kept from drivers (LI9): for the owner of the listing. */
final class Blocks {
    /** Slots of one block: its event has to fit into a record of Kafka. */
    private static final int MAX_SLOTS = 5_000;

    private final ListingCache listings;
    private final BookingSql sql;
    private final Outbox outbox;
    private final Clock clock;

    Blocks(ListingCache listings, BookingSql sql, Outbox outbox, Clock clock) {
        this.listings = listings;
        this.sql = sql;
        this.outbox = outbox;
        this.clock = clock;
    }

    BlockPage list(ListBlocks command) {
        own(command.actor(), command.listing());
        return sql.blocks(command.listing(), command.after(), command.limit());
    }

    Block add(AddBlock command) {
        ListingCache.Known known = own(command.actor(), command.listing());
        if (!command.from().isBefore(command.to())) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a block ends after it begins", "/to");
        }
        if (!command.to().isAfter(clock.instant())) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the block lies in the past", "/to");
        }
        List<Slot> slots = slots(known, command.slots());
        TimeRange stay = new TimeRange(
                command.from().truncatedTo(ChronoUnit.MICROS), command.to().truncatedTo(ChronoUnit.MICROS));
        BlockId id = command.id() == null ? BlockId.next() : command.id();
        BookingSql.BlockChange change = sql.addBlock(
                id,
                command.listing(),
                slots,
                stay,
                command.reason(),
                command.actor().user());
        change.changed().events().forEach(outbox::committed);
        if (change.changed().outcome() != BlockOutcome.ADDED) {
            throw new Rejection(new Problem(ProblemType.CONFLICT, "there are bookings or blocks in that time")
                    .with("bookings", change.bookings())
                    .with("blocks", change.blocks()));
        }
        List<SlotId> ids = slots.stream().map(Slot::id).toList();
        return new Block(id, command.listing(), ids, stay, command.reason(), change.createdAt());
    }

    Done remove(RemoveBlock command) {
        own(command.actor(), command.listing());
        BookingSql.Changed<BlockOutcome> changed = sql.removeBlock(command.block(), command.listing());
        changed.events().forEach(outbox::committed);
        if (changed.outcome() != BlockOutcome.REMOVED) {
            throw new Rejection(ProblemType.NOT_FOUND, "the listing has no such block");
        }
        return Done.DONE;
    }

    private static List<Slot> slots(ListingCache.Known known, List<SlotId> wanted) {
        List<Slot> slots = new ArrayList<>();
        if (wanted.isEmpty()) {
            slots.addAll(known.listing().slots());
        }
        Set<SlotId> distinct = new LinkedHashSet<>(wanted);
        for (SlotId id : distinct) {
            Slot slot = known.slots().get(id);
            if (slot == null) {
                throw new Rejection(ProblemType.UNPROCESSABLE, "the listing has no slot " + id, "/slots");
            }
            slots.add(slot);
        }
        if (slots.size() > MAX_SLOTS) {
            String detail = "a block has at most %d slots: name them in several".formatted(MAX_SLOTS);
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/slots");
        }
        // The order in which they are told and locked is the same, however they were named.
        slots.sort(Comparator.comparing(slot -> slot.id().value()));
        return slots;
    }

    private ListingCache.Known own(Principal actor, ListingId id) {
        ListingCache.Known known = listings.get(id);
        Listing listing = known.listing();
        if (!listing.owner().equals(actor.user()) && !actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the owner of the listing may do this");
        }
        return known;
    }
}
