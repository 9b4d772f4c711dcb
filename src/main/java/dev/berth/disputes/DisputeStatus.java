package dev.berth.disputes;

/** How a dispute stands, in the order in which it goes on. */
public enum DisputeStatus {
    /** We may say why the charge is right. */
    NEEDS_RESPONSE,
    UNDER_REVIEW,
    /** The money comes back. */
    WON,
    LOST,
    /** It has come to nothing: no money has moved, or it was given up by the card's holder. */
    CLOSED;

    public boolean isOver() {
        return this == WON || this == LOST || this == CLOSED;
    }
}
