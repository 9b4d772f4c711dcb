package dev.berth.billing;

import dev.berth.platform.config.Default;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who sells, and how documents are numbered and made (RULES 31).
 *
 * @param seller whose sale a stay is: the host's, in whose name the platform writes the documents, or the platform's own
 * @param platformName of the platform, on documents
 * @param platformAddress of the platform, parts separated by commas; null for none
 * @param platformVatId of the platform; null for none
 * @param invoicePrefix before an invoice's number
 * @param creditNotePrefix before a credit note's number; not the same as that of invoices
 * @param numberDigits at least so many, filled up with zeros
 * @param renderThreads how many documents a node makes at once
 * @param renderTimeout how long one may take
 */
public record BillingConfig(
        @Default("HOST") Seller seller,
        @Default("Berth") String platformName,
        @Nullable String platformAddress,
        @Nullable String platformVatId,
        @Default("BI-") String invoicePrefix,
        @Default("BC-") String creditNotePrefix,
        @Default("6") int numberDigits,
        @Default("2") int renderThreads,
        @Default("20s") Duration renderTimeout) {
    private static final int MAX_DIGITS = 18;

    /** Whose sale a stay is. */
    public enum Seller {
        HOST,
        PLATFORM
    }

    public BillingConfig {
        if (platformName.isBlank()) {
            throw new IllegalArgumentException("platformName is empty");
        }
        if (invoicePrefix.equals(creditNotePrefix)) {
            throw new IllegalArgumentException("invoicePrefix and creditNotePrefix are the same");
        }
        if (numberDigits < 1 || numberDigits > MAX_DIGITS) {
            throw new IllegalArgumentException("numberDigits is 1 to " + MAX_DIGITS);
        }
        if (renderThreads < 1) {
            throw new IllegalArgumentException("renderThreads starts at 1");
        }
        if (!renderTimeout.isPositive()) {
            throw new IllegalArgumentException("renderTimeout is positive");
        }
    }
}
