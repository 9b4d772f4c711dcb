package dev.berth.subscriptions;

/** How a pass or permit stands. The name is public. */
public enum SubscriptionStatus {
    /** Its first month is not paid yet; its slots are kept for some minutes. */
    PENDING,
    ACTIVE,
    /** A renewal could not be paid: the right stays for a grace (RULES 34). */
    PAST_DUE,
    /** The grace is over: gates stay shut. The slots are kept for some time more, in which it can still be paid. */
    SUSPENDED,
    ENDED,
    /** It has never begun. */
    FAILED;

    /** Whether it is over. */
    public boolean isOver() {
        return this == ENDED || this == FAILED;
    }
}
