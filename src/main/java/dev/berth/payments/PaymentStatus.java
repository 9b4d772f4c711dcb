package dev.berth.payments;

/** Where a payment stands, as the public API calls it. */
public enum PaymentStatus {
    REQUIRES_PAYMENT_METHOD,
    REQUIRES_ACTION,
    PROCESSING,
    SUCCEEDED,
    DECLINED,
    CANCELLED,
    REFUNDED
}
