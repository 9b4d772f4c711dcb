package dev.berth.listings;

import dev.berth.values.SlotId;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A slot as it is wanted.
 *
 * @param id of the slot of the listing that is meant; null means the one of that name, or a new one
 * @param name unique within the listing, 1 to {@value #MAX_NAME_LENGTH} characters
 * @param bay what is special about it; null when nothing is
 */
public record SlotDraft(
        @Nullable SlotId id,
        String name,
        SlotKind kind,
        @Nullable Bay bay) {
    public static final int MAX_NAME_LENGTH = 20;

    public SlotDraft {
        name = name.strip();
        bay = Bay.PLAIN.equals(bay) ? null : bay;
    }

    /** A bay like others. */
    public SlotDraft(@Nullable SlotId id, String name, SlotKind kind) {
        this(id, name, kind, null);
    }

    /** New standard slots, named by their numbers from 1. */
    public static List<SlotDraft> numbered(int capacity) {
        return IntStream.rangeClosed(1, capacity)
                .mapToObj(number -> new SlotDraft(null, Integer.toString(number), SlotKind.STANDARD))
                .toList();
    }

    static SlotDraft of(Slot slot) {
        return new SlotDraft(slot.id(), slot.name(), slot.kind(), slot.bay());
    }
}
