package dev.berth.billing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.InvoiceId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An invoice or a credit note as it was issued.
 *
 * @param number unique among the seller's documents of its kind, without a gap before it
 * @param issuedOn the day at the place
 * @param sellerId null where the platform sells
 * @param content all that is printed
 */
public record Invoice(
        InvoiceId id,
        Kind kind,
        String number,
        Instant issuedAt,
        LocalDate issuedOn,
        @Nullable UserId sellerId,
        UserId buyerId,
        BookingId bookingId,
        PaymentId paymentId,
        Content content)
        implements Message {
    /** What a document is. The name is public. */
    public enum Kind {
        INVOICE,
        CREDIT_NOTE
    }

    /** What the money was for. The name is public. */
    public enum Purpose {
        STAY,
        CHANGE,
        OVERSTAY,
        /** A month of a pass. */
        PASS,
        /** The platform's fee for a booking. */
        SERVICE_FEE
    }

    /**
     * Somebody who is named on a document.
     *
     * @param address lines separated by line feeds; empty when none is known
     */
    public record Party(
            String name, String address, @Nullable String vatId) {}

    /** The invoice that a credit note corrects. */
    public record Corrected(InvoiceId id, String number) {}

    /**
     * What is printed, in minor units of the currency. Amounts of a credit note are what goes back, and positive as well.
     *
     * @param language a language tag, the buyer's
     * @param agent in whose hands the sale was, when that is not the seller; null otherwise
     * @param corrects null for an invoice
     * @param timeZone of the place
     */
    public record Content(
            String language,
            Party seller,
            Party buyer,
            @Nullable String agent,
            @Nullable Corrected corrects,
            Purpose purpose,
            String title,
            String address,
            String slotName,
            Instant from,
            Instant to,
            String timeZone,
            String currency,
            List<TaxedLine> lines) {
        public Content {
            lines = List.copyOf(lines);
        }

        Content correcting(Corrected invoice, List<TaxedLine> back) {
            return new Content(
                    language, seller, buyer, agent, invoice, purpose, title, address, slotName, from, to, timeZone,
                    currency, back);
        }

        /** What of the total is at which rate, the lowest first. */
        List<Total> totals() {
            Map<Integer, Total> byRate = new TreeMap<>();
            for (TaxedLine line : lines) {
                Integer rate = line.taxBasisPoints();
                if (rate != null) {
                    byRate.merge(rate, new Total(rate, line.net(), line.tax(), line.gross()), Total::plus);
                }
            }
            return new ArrayList<>(byRate.values());
        }

        @JsonIgnore
        long gross() {
            return lines.stream().mapToLong(TaxedLine::gross).sum();
        }

        @JsonIgnore
        long tax() {
            return lines.stream().mapToLong(TaxedLine::tax).sum();
        }
    }

    /** What is at one rate of tax. */
    public record Total(int basisPoints, long net, long tax, long gross) {
        Total plus(Total other) {
            return new Total(
                    basisPoints,
                    Math.addExact(net, other.net),
                    Math.addExact(tax, other.tax),
                    Math.addExact(gross, other.gross));
        }
    }

    @JsonIgnore
    Money total() {
        return new Money(content.gross(), content.currency());
    }
}
