package dev.berth.listings;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.SlotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * How the slots of a listing become those that are wanted. A slot keeps its id as long as it can be the same bay: a
 * wanted slot is the one with its id, else the one with its name, even when that one has been retired. Otherwise two
 * slots could stand for one bay, and both be booked.
 *
 * @param slots the slots afterwards, in order of position
 * @param added those that have not existed before
 * @param changed those whose name, kind or position is new, or which come back
 * @param retired those that are no longer offered
 */
record SlotPlan(List<Slot> slots, List<Slot> added, List<Slot> changed, List<SlotId> retired) {
    /** A slot as it is stored; retired ones have no meaningful position. */
    record Stored(Slot slot, boolean retired) {}

    boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && retired.isEmpty();
    }

    /**
     * @param present all slots the listing has ever had
     * @param wanted in order of position
     * @throws Rejection when a wanted id is none of the listing's, or names are not unique
     */
    static SlotPlan of(List<Stored> present, List<SlotDraft> wanted, Supplier<UUID> ids) {
        FieldCheck check = new FieldCheck();
        check.slots("/slots", wanted);
        Map<SlotId, Stored> byId = new HashMap<>();
        Map<String, Stored> byName = new HashMap<>();
        for (Stored stored : present) {
            byId.put(stored.slot().id(), stored);
            byName.put(stored.slot().name(), stored);
        }
        Set<SlotId> taken = new HashSet<>();
        for (int i = 0; i < wanted.size(); i++) {
            SlotId id = wanted.get(i).id();
            if (id != null && !byId.containsKey(id)) {
                check.wrong("/slots/" + i + "/id", "is no slot of this listing");
            } else if (id != null && !taken.add(id)) {
                check.wrong("/slots/" + i + "/id", "is there twice");
            }
        }
        check.done();

        List<Slot> slots = new ArrayList<>();
        List<Slot> added = new ArrayList<>();
        List<Slot> changed = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            SlotDraft draft = wanted.get(i);
            Stored stored = draft.id() != null ? byId.get(draft.id()) : byName.get(draft.name());
            if (stored != null
                    && draft.id() == null
                    && taken.contains(stored.slot().id())) {
                stored = null; // Another draft means that one by its id, and gives it another name.
            }
            SlotId id = stored == null ? new SlotId(ids.get()) : stored.slot().id();
            taken.add(id);
            Slot slot = new Slot(id, draft.name(), draft.kind(), i, draft.bay());
            slots.add(slot);
            if (stored == null) {
                added.add(slot);
            } else if (stored.retired() || !stored.slot().equals(slot)) {
                changed.add(slot);
            }
        }
        List<SlotId> retired = new ArrayList<>();
        Set<String> names = new HashSet<>(wanted.stream().map(SlotDraft::name).toList());
        for (Stored stored : present) {
            if (!taken.contains(stored.slot().id())) {
                if (!stored.retired()) {
                    retired.add(stored.slot().id());
                }
                if (names.contains(stored.slot().name())) {
                    throw new Rejection(
                            ProblemType.CONFLICT,
                            "the name " + stored.slot().name()
                                    + " is that of a retired slot of this listing: bring that one back instead");
                }
            }
        }
        return new SlotPlan(List.copyOf(slots), List.copyOf(added), List.copyOf(changed), List.copyOf(retired));
    }

    /** The slots of a listing with another capacity: the first stay, new ones have the next free numbers. */
    static List<SlotDraft> resized(List<Slot> active, int capacity) {
        List<SlotDraft> wanted = new ArrayList<>(
                active.stream().limit(capacity).map(SlotDraft::of).toList());
        Set<String> names = new HashSet<>(wanted.stream().map(SlotDraft::name).toList());
        for (int number = wanted.size() + 1; wanted.size() < capacity; number++) {
            if (names.add(Integer.toString(number))) {
                wanted.add(new SlotDraft(null, Integer.toString(number), SlotKind.STANDARD));
            }
        }
        return wanted;
    }
}
