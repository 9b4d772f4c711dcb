package dev.berth.bookings;

/** Where a booking stands (RULES 13). */
public enum BookingStatus {
    HELD(true),
    PENDING_HOST(false),
    CONFIRMED(true),
    ACTIVE(true),
    COMPLETED(false),
    EXPIRED(false),
    DECLINED(false),
    CANCELLED_BY_DRIVER(false),
    CANCELLED_BY_HOST(false),
    NO_SHOW(false);

    private final boolean live;

    BookingStatus(boolean live) {
        this.live = live;
    }

    /** Whether a booking in this state keeps its slot from others. */
    public boolean live() {
        return live;
    }
}
