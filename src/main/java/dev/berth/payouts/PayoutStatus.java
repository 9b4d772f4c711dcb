package dev.berth.payouts;

/** How a payout stands. */
public enum PayoutStatus {
    /** It is written down, and the provider is asked for it until it has answered. */
    PENDING,
    /** The money is in the host's account at the provider, which brings it to their bank by its own schedule. */
    SENT,
    /** The provider has refused it: the money is available again. */
    FAILED,
    /** The provider has taken all of it back: the money is available again. */
    REVERSED
}
