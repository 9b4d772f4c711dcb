package dev.berth.subscriptions;

/** What the price and the deposit of a plan are for. The name is public. */
public enum PricePer {
    /** The pass as it is offered. */
    PASS,
    /** Each vehicle that may be inside at once; the driver says how many, up to those of the plan. */
    VEHICLE
}
