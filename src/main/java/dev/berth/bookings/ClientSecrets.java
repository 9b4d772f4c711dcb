package dev.berth.bookings;

import dev.berth.platform.security.Signer;
import dev.berth.values.PaymentId;

/** Secrets that payment pages are given for one payment; computed, not stored. */
final class ClientSecrets {
    private final Signer signer;

    ClientSecrets(Signer signer) {
        this.signer = signer;
    }

    String of(PaymentId payment) {
        return signer.sign(payment.toString());
    }
}
