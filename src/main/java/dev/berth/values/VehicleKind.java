package dev.berth.values;

/** What a vehicle is: which bays are meant for it (RULES 11). */
public enum VehicleKind {
    CAR,
    MOTORCYCLE,
    TRUCK
}
