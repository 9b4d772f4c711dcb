package dev.berth.bookings;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Between the capabilities: slots that monthly passes keep, against bookings, blocks and other passes (PY7). */
public sealed interface PassSlotCommand<R extends Message> extends Command<R> {
    String ADDRESS = "bookings.passes";

    /** The most slots that one pass keeps. */
    int MAX_SLOTS = 100;

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Keeps slots from an instant on until {@link EndPass}. Repeatable by the pass. Refused with SLOT_TAKEN when fewer are free
     * from then on, however far ahead a booking lies; with NO_FITTING_BAY when one of the vehicles can stand in none; with
     * NOT_FOUND when there is no such listing or vehicle.
     *
     * @param count 1 to {@value #MAX_SLOTS}
     * @param vehicles of the driver; empty for cars of which nothing is known
     */
    record KeepSlots(
            SubscriptionId pass, ListingId listing, UserId driver, List<VehicleId> vehicles, int count, Instant from)
            implements PassSlotCommand<Cards> {
        public KeepSlots {
            vehicles = List.copyOf(vehicles);
        }
    }

    /** One for each slot, in the order of the slots. */
    record Cards(List<Card> cards) implements Message {
        public Cards {
            cards = List.copyOf(cards);
        }
    }

    /**
     * What opens the place for who stands in a slot.
     *
     * @param id also the booking that the QR code names
     * @param pin six digits, unlike any other of the place on each of its days
     * @param nonce goes into the QR code
     */
    record Card(UUID id, SlotId slot, String slotName, int pin, long nonce) {
        @Override
        public String toString() {
            return "Card[" + id + "]";
        }
    }

    /**
     * Slots are not kept beyond an instant; none at all when it is not after the first. Repeatable, also before any are kept:
     * then none will be. They are never kept longer again.
     */
    record EndPass(SubscriptionId pass, ListingId listing, Instant until) implements PassSlotCommand<Done> {}

    /**
     * Some of a pass's slots are not kept beyond an instant; the others are. Repeatable.
     *
     * @param cards of the slots, which open nothing from then on
     */
    record ReleaseSlots(ListingId listing, List<UUID> cards, Instant until) implements PassSlotCommand<Done> {
        public ReleaseSlots {
            cards = List.copyOf(cards);
        }
    }

    /** The texts of QR codes, which gates read as those of bookings. */
    record SignCards(ListingId listing, List<Card> cards, Instant notBefore, Instant notAfter)
            implements PassSlotCommand<SignedCards> {
        public SignCards {
            cards = List.copyOf(cards);
        }
    }

    /** In the order of what was asked. */
    record SignedCards(List<String> qrs) implements Message {
        public SignedCards {
            qrs = List.copyOf(qrs);
        }

        @Override
        public String toString() {
            return "SignedCards[" + qrs.size() + "]";
        }
    }
}
