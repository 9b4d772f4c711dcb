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

/** What bookings are told of the slots that passes keep. Everything here is repeatable. */
final class KeptSlots {
    private final Bus bus;
    private final SubscriptionSql sql;
    private final Outbox outbox;

    KeptSlots(Bus bus, SubscriptionSql sql, Outbox outbox) {
        this.bus = bus;
        this.sql = sql;
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
        sql.blocks(stored.id()).forEach(block -> free(block, listing, until));
    }

    /** @param block a pass or a change */
    void free(SubscriptionId block, ListingId listing, Instant until) {
        bus.ask(new EndPass(block, listing, until)).await();
    }

    /** A pass that has become one for fewer vehicles needs fewer slots, and fewer cards open its gate: the last ones go. */
    void trim(SubscriptionId id) {
        Stored now = outbox.inTransaction(changes -> {
            Stored stored = sql.lock(changes.connection(), id);
            sql.endSurplus(
                    changes.connection(), id, stored.subscription().terms().concurrency());
            return stored;
        });
        List<UUID> surplus = sql.cardsToFree(id);
        if (!surplus.isEmpty()) {
            bus.ask(new ReleaseSlots(now.subscription().listing(), surplus, now.now()))
                    .await();
            sql.freed(surplus);
        }
    }
}
