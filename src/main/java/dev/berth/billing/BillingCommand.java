package dev.berth.billing;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.InvoiceId;
import dev.berth.values.Principal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of billing. A document is for its buyer, its seller and administrators; to anybody else it is NOT_FOUND.
 * Nothing can be asked to be written: that follows from payments' events.
 */
public sealed interface BillingCommand<R extends Message> extends Command<R>
        permits BillingCommand.ListInvoices,
                BillingCommand.GetInvoice,
                BillingCommand.PrintInvoice,
                BillingCommand.GetDetails,
                BillingCommand.SetDetails {
    String ADDRESS = "billing.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** In which part somebody looks at documents. The name is public. */
    enum Side {
        BUYER,
        SELLER
    }

    /**
     * The actor's documents, the latest first.
     *
     * @param kind null for both
     * @param booking null for all
     * @param from issued at that time or later; null for any
     * @param to issued before; null for any
     * @param before the last document of the page before, null for the first
     * @param limit 1 to 100
     */
    record ListInvoices(
            Principal actor,
            Side side,
            Invoice.@Nullable Kind kind,
            @Nullable BookingId booking,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable InvoiceId before,
            int limit)
            implements BillingCommand<InvoicePage> {}

    /** @param next where the next page begins, null at the end */
    record InvoicePage(
            List<Invoice> items,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            InvoiceId next) implements Message {
        public InvoicePage {
            items = List.copyOf(items);
        }
    }

    record GetInvoice(Principal actor, InvoiceId id) implements BillingCommand<Invoice> {}

    /** A document to be looked at or kept. UNAVAILABLE when too many are made at the moment. */
    record PrintInvoice(Principal actor, InvoiceId id, Form form) implements BillingCommand<PrintedInvoice> {}

    /** What a document is made as. */
    enum Form {
        HTML,
        PDF
    }

    /**
     * @param number of the document, for a name of the file
     * @param bytes in Base64
     */
    record PrintedInvoice(String number, String bytes) implements Message {}

    /** How the actor is named on documents from now on. */
    record GetDetails(Principal actor) implements BillingCommand<BillingDetails> {}

    /**
     * Replaces how the actor is named. Documents that were issued stay as they are.
     *
     * @param name 1 to 200 characters
     * @param postal the address, lines separated by line feeds; may be empty
     * @param vatId null for none
     * @param version refused with PRECONDITION_FAILED when it is not the present one; null for whatever it is
     */
    record SetDetails(
            Principal actor,
            String name,
            String postal,
            @Nullable String vatId,
            @Nullable Long version) implements BillingCommand<BillingDetails> {}

    /**
     * @param name the account's while nothing was said
     * @param version 0 while nothing was said
     */
    record BillingDetails(
            String name, String address, @Nullable String vatId, long version) implements Message {}
}
