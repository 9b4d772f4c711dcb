package dev.berth.availability;

/** Why a stay cannot be booked at a place, whoever else has booked. */
public enum Hindrance {
    /** It begins sooner than the host can be ready. */
    TOO_SOON,
    TOO_FAR_AHEAD,
    TOO_SHORT,
    TOO_LONG,
    CLOSED_AT_START,
    CLOSED_AT_END;

    /** Whether it is about the hours of the place: the last that is looked for. */
    public boolean isClosed() {
        return this == CLOSED_AT_START || this == CLOSED_AT_END;
    }
}
