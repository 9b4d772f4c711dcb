package dev.berth.values;

/** What an account may act as. Rights on single objects are checked beside this, in the capability that owns them. */
public enum Role {
    /** Who books without an account: may do what their own bookings need, and nothing else. */
    GUEST,
    DRIVER,
    HOST,
    OPERATOR,
    ADMIN
}
