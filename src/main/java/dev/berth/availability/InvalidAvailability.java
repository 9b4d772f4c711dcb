package dev.berth.availability;

import org.jspecify.annotations.Nullable;

/** Rules that contradict themselves, or opening hours that nobody here understands. */
public final class InvalidAvailability extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String detail;
    private final @Nullable Integer position;

    /**
     * @param pointer JSON pointer to what is wrong, within the rules
     * @param detail for whoever wrote it
     */
    public InvalidAvailability(String pointer, String detail) {
        this(pointer, detail, null);
    }

    /** @param position of the first character that is not understood, from 1; null where no text is meant */
    InvalidAvailability(String pointer, String detail, @Nullable Integer position) {
        super(detail);
        this.pointer = pointer;
        this.detail = detail;
        this.position = position;
    }

    InvalidAvailability within(String place) {
        return new InvalidAvailability(place + pointer, detail, position);
    }

    public String pointer() {
        return pointer;
    }

    public String detail() {
        return detail;
    }

    public @Nullable Integer position() {
        return position;
    }

    static void require(boolean right, String pointer, String detail) {
        if (!right) {
            throw new InvalidAvailability(pointer, detail);
        }
    }
}
