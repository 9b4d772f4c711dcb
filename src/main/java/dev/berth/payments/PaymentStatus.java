package dev.berth.payments;

/** Where a payment stands, as the public API calls it. */
public enum PaymentStatus {
    REQUIRES_PAYMENT_METHOD,
    REQUIRES_ACTION,
    /** The money is set aside on the card and not collected (RULES 12). */
    AUTHORISED,
    PROCESSING,
    SUCCEEDED,
    DECLINED,
    CANCELLED,
    REFUNDED
}
