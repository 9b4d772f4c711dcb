package dev.berth.subscriptions;

/** What a plan offers. The name is public. */
public enum PlanKind {
    /** A monthly pass, which drivers buy. */
    PASS,
    /** A permit, which the owner of the place gives to whom they want, for nothing. */
    PERMIT
}
