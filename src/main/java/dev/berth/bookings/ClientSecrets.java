package dev.berth.bookings;

import dev.berth.values.PaymentId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Secrets that payment pages are given for one payment; computed, not stored. */
final class ClientSecrets {
    private static final String PURPOSE = "berth.payment-secret.1:";
    private static final int BYTES = 18;

    private final TokenSigner signer;

    ClientSecrets(TokenSigner signer) {
        this.signer = signer;
    }

    String of(PaymentId payment) {
        byte[] mac = signer.sign((PURPOSE + payment).getBytes(StandardCharsets.US_ASCII));
        return payment + "_secret_" + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac, BYTES));
    }
}
