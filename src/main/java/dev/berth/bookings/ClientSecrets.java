package dev.berth.bookings;

import dev.berth.values.PaymentId;
import java.nio.charset.StandardCharsets;

/** Secrets that payment pages are given for one payment; computed, not stored. */
final class ClientSecrets {
    private final TokenSigner signer;

    ClientSecrets(TokenSigner signer) {
        this.signer = signer;
    }

    String of(PaymentId payment) {
        return signer.sign(payment.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
