package dev.berth.values;

/** What an account may act as. Rights on single objects are checked beside this, in the capability that owns them. */
public enum Role {
    DRIVER,
    HOST,
    OPERATOR,
    ADMIN
}
