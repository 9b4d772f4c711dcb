package dev.berth.notifications;

/** What people are told about. Its key leads to its texts in the message files. */
enum Occasion {
    DRIVER_CONFIRMED("driver.confirmed", Notification.Type.BOOKING),
    HOST_CONFIRMED("host.confirmed", Notification.Type.BOOKING),
    DRIVER_CANCELLED("driver.cancelled", Notification.Type.BOOKING),
    DRIVER_CANCELLED_BY_HOST("driver.cancelledByHost", Notification.Type.BOOKING),
    HOST_CANCELLED("host.cancelled", Notification.Type.BOOKING),
    HOST_CANCELLED_BY_HOST("host.cancelledByHost", Notification.Type.BOOKING),
    HOST_REQUESTED("host.requested", Notification.Type.BOOKING),
    /** The driver wants another time before the host has answered. */
    HOST_REQUEST_CHANGED("host.requestChanged", Notification.Type.BOOKING),
    /** What is set aside for a request ends, and the bank does not set it aside anew. */
    DRIVER_HOLD_ENDING("driver.holdEnding", Notification.Type.PAYMENT),
    DRIVER_DECLINED("driver.declined", Notification.Type.BOOKING),
    /** A request that has ended without being accepted. */
    DRIVER_UNANSWERED("driver.unanswered", Notification.Type.BOOKING),
    /** The host has accepted, but the money could not be had. */
    DRIVER_CARD_DECLINED("driver.cardDeclined", Notification.Type.BOOKING),
    DRIVER_CHANGED("driver.changed", Notification.Type.BOOKING),
    HOST_CHANGED("host.changed", Notification.Type.BOOKING),
    DRIVER_ENDING_SOON("driver.endingSoon", Notification.Type.BOOKING),
    DRIVER_ENDED("driver.ended", Notification.Type.BOOKING),
    /** The grace is over, and a gate would have seen the driver leave. */
    DRIVER_OVERSTAYED("driver.overstayed", Notification.Type.BOOKING),
    HOST_OVERSTAYED("host.overstayed", Notification.Type.BOOKING),
    /** The grace is over, and nobody knows whether the driver is still there. */
    DRIVER_STILL_THERE("driver.stillThere", Notification.Type.BOOKING),
    DRIVER_OVERSTAY_CHARGED("driver.overstayCharged", Notification.Type.PAYMENT),
    HOST_OVERSTAY_CHARGED("host.overstayCharged", Notification.Type.PAYMENT),
    DRIVER_FEE_WAIVED("driver.feeWaived", Notification.Type.PAYMENT),
    DRIVER_MISSED("driver.missed", Notification.Type.BOOKING),
    HOST_MISSED("host.missed", Notification.Type.BOOKING),
    DRIVER_RESCUED("driver.rescued", Notification.Type.BOOKING),
    DRIVER_RESCUED_ELSEWHERE("driver.rescuedElsewhere", Notification.Type.BOOKING),
    /** The host whose slot was not empty. */
    HOST_BLOCKED("host.blocked", Notification.Type.BOOKING),
    DRIVER_DISPLACED("driver.displaced", Notification.Type.BOOKING),
    HOST_DISPLACED("host.displaced", Notification.Type.BOOKING),
    /** One who waited for it. */
    DRIVER_SLOT_FREE("driver.slotFree", Notification.Type.BOOKING),
    DRIVER_REFUNDED("driver.refunded", Notification.Type.PAYMENT),
    /** The money came after the hold had ended, and the slot was gone. */
    DRIVER_REFUNDED_LATE("driver.refundedLate", Notification.Type.PAYMENT),
    DRIVER_PASS_BEGUN("driver.passBegun", Notification.Type.BOOKING),
    HOST_PASS_BEGUN("host.passBegun", Notification.Type.BOOKING),
    DRIVER_PASS_RENEWED("driver.passRenewed", Notification.Type.PAYMENT),
    /** A month could not be paid: until when that can be mended. */
    DRIVER_PASS_UNPAID("driver.passUnpaid", Notification.Type.PAYMENT),
    DRIVER_PASS_SUSPENDED("driver.passSuspended", Notification.Type.PAYMENT),
    DRIVER_PASS_CHANGED("driver.passChanged", Notification.Type.BOOKING),
    DRIVER_PASS_CANCELLED("driver.passCancelled", Notification.Type.BOOKING),
    HOST_PASS_CANCELLED("host.passCancelled", Notification.Type.BOOKING),
    DRIVER_PASS_ENDED("driver.passEnded", Notification.Type.BOOKING),
    HOST_PASS_ENDED("host.passEnded", Notification.Type.BOOKING),
    DRIVER_WALLET_PAID_OUT("driver.walletPaidOut", Notification.Type.PAYMENT),
    /** The card does not take it: it has never left the wallet. */
    DRIVER_WALLET_NOT_PAID_OUT("driver.walletNotPaidOut", Notification.Type.PAYMENT),
    /** It had gone to the card, and has come back. */
    DRIVER_WALLET_RETURNED("driver.walletReturned", Notification.Type.PAYMENT),
    HOST_PAYOUT_SENT("host.payoutSent", Notification.Type.PAYMENT),
    HOST_PAYOUT_FAILED("host.payoutFailed", Notification.Type.PAYMENT),
    /** What had been sent was taken back. */
    HOST_PAYOUT_REVERSED("host.payoutReversed", Notification.Type.PAYMENT);

    private final String key;
    private final Notification.Type type;

    Occasion(String key, Notification.Type type) {
        this.key = key;
        this.type = type;
    }

    String key() {
        return key;
    }

    Notification.Type type() {
        return type;
    }

    /** Whether a driver's money has moved, so that there is an invoice or a credit note. */
    boolean hasReceipt() {
        return this == DRIVER_CONFIRMED
                || this == DRIVER_OVERSTAY_CHARGED
                || this == DRIVER_REFUNDED
                || this == DRIVER_REFUNDED_LATE;
    }
}
