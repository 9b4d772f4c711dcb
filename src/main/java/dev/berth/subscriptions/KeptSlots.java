package dev.berth.subscriptions;

import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.bookings.PassSlotCommand.EndPass;
import dev.berth.bookings.PassSlotCommand.KeepSlots;
import dev.berth.bookings.PassSlotCommand.ReleaseSlots;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.events.Outbox;
import dev.berth.subscriptions.SubscriptionCommand.Car;
import dev.berth.subscriptions.SubscriptionSql.Stored;
import dev.berth.values.ListingId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The slots that passes keep, with their cards, and what bookings are told of them. Everything here is repeatable. */
final class KeptSlots {
    private final Bus bus;
    private final SubscriptionSql sql;
    private final PassCardSql cards;
    private final Outbox outbox;

    KeptSlots(Bus bus, SubscriptionSql sql, PassCardSql cards, Outbox outbox) {
        this.bus = bus;
        this.sql = sql;
        this.cards = cards;
        this.outbox = outbox;
    }

    /**
     * Keeps slots from an instant on.
     *
     * @param block the pass, or the change that adds them
     */
    List<Card> keep(Stored stored, UUID block, int count, Instant from) {
        Subscription subscription = stored.subscription();
        List<VehicleId> vehicles = new ArrayList<>();
        for (Car car : sql.cars(stored.id())) {
            VehicleId vehicle = car.vehicle();
            if (vehicle != null) {
                vehicles.add(vehicle);
            }
        }
        return bus.ask(new KeepSlots(
                        new SubscriptionId(block),
                        subscription.listing(),
                        subscription.driver(),
                        vehicles,
                        count,
                        from))
                .await()
                .cards();
    }

    /** Those that open something. */
    List<Card> cards(SubscriptionId id) {
        return cards.of(id);
    }

    /** Writes down what was kept for the pass itself. */
    void add(Subscription to, List<Card> kept) {
        cards.add(to.id(), to.listing(), kept);
    }

    /** @param block the change that they were kept for */
    void add(Outbox.Changes changes, Subscription to, List<Card> kept, UUID block) {
        cards.add(changes.connection(), to, kept, block);
    }

    /** What was kept for a change that is not made is free, and opens nothing. */
    void giveUp(UUID block, ListingId listing) {
        cards.endOf(block);
        free(new SubscriptionId(block), listing, Instant.EPOCH);
    }

    /** How long the slots are needed, once that is known. */
    void tell(Stored stored) {
        Instant end = stored.subscription().endsAt();
        if (end != null && !end.equals(stored.slotsUntil())) {
            free(stored, end);
            sql.slotsTold(stored.id(), end);
        }
    }

    /** None is needed beyond that. */
    void free(Stored stored, Instant until) {
        ListingId listing = stored.subscription().listing();
        free(stored.id(), listing, until);
        cards.blocks(stored.id()).forEach(block -> free(block, listing, until));
    }

    /** @param block a pass or a change */
    void free(SubscriptionId block, ListingId listing, Instant until) {
        bus.ask(new EndPass(block, listing, until)).await();
    }

    /** A pass that has become one for fewer vehicles needs fewer slots, and fewer cards open its gate: the last ones go. */
    void trim(SubscriptionId id) {
        Stored now = outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            cards.endSurplus(
                    changes.connection(), id, stored.subscription().terms().concurrency());
            return stored;
        });
        List<UUID> surplus = cards.toFree(id);
        if (!surplus.isEmpty()) {
            bus.ask(new ReleaseSlots(now.subscription().listing(), surplus, now.now()))
                    .await();
            cards.freed(surplus);
        }
    }
}
