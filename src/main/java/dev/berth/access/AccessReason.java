package dev.berth.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a gate stays shut, or what is remarkable about one that opens (RULES 24); lower case on the wire. */
public enum AccessReason {
    /** The right begins later. */
    TOO_EARLY,
    /** The right is over. */
    EXPIRED,
    /** The right is one to another place. */
    WRONG_PLACE,
    /** No right of this place and time has this plate. */
    PLATE_MISMATCH,
    /** Several rights of different drivers have a plate that looks like this one. */
    AMBIGUOUS_PLATE,
    /** The camera is not sure of the plate. */
    UNCERTAIN,
    /** There is something to be paid first. */
    PAID_DUE,
    /** The host has not said yes yet. */
    NOT_CONFIRMED,
    /** The booking has been called off. */
    CANCELLED,
    /** The credential is inside already. */
    ALREADY_INSIDE,
    /** The credential is outside already. */
    ALREADY_OUTSIDE,
    /** The right was used and does not let its holder in again. */
    USED,
    /** The monthly pass is not paid, and its grace is over. */
    SUSPENDED,
    /** The monthly pass lets nobody in at this time. */
    OUTSIDE_HOURS,
    /** As many vehicles as the monthly pass lets in are inside. */
    ALL_INSIDE,
    /** The place lets nobody in now. */
    CLOSED,
    /** The code is none of ours, or of a pass that has been replaced. */
    INVALID_CREDENTIAL,
    /** Nobody has this credential here. */
    UNKNOWN_CREDENTIAL,
    /** The device has had too many wrong PINs lately. */
    TOO_MANY_TRIES,
    /** Opens, although the gate has not seen this credential come in. */
    NO_ENTRY_SEEN,
    /** Opens, after the right was over. */
    OVERSTAYED,
    /** Opens, because nobody could be asked. */
    FAIL_OPEN,
    /** Stays shut, because nobody could be asked. */
    FAIL_CLOSED;

    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when no reason has that code */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static AccessReason of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
