package dev.berth.listings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.values.SlotId;
import org.jspecify.annotations.Nullable;

/**
 * One bay.
 *
 * @param name what is painted on it, unique within the listing, 1 to 20 characters
 * @param position its order within the listing, from 0: lower is nearer to the entrance
 * @param bay what is special about it; null when nothing is
 */
public record Slot(
        SlotId id,
        String name,
        SlotKind kind,
        int position,
        @Nullable Bay bay) {
    public Slot {
        bay = Bay.PLAIN.equals(bay) ? null : bay;
    }

    /** A bay like others. */
    public Slot(SlotId id, String name, SlotKind kind, int position) {
        this(id, name, kind, position, null);
    }

    @JsonIgnore
    public Bay bayOrPlain() {
        return bay == null ? Bay.PLAIN : bay;
    }
}
