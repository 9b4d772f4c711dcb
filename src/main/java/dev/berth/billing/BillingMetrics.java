package dev.berth.billing;

import dev.berth.billing.BillingSql.Draft;
import dev.berth.billing.Invoice.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What is written and made. */
final class BillingMetrics {
    final Counter contradictions;
    final Timer rendered;
    private final Counter invoices;
    private final Counter creditNotes;

    BillingMetrics(MeterRegistry meters) {
        invoices = issued(meters, Kind.INVOICE);
        creditNotes = issued(meters, Kind.CREDIT_NOTE);
        contradictions = Counter.builder("berth.billing.contradictions")
                .description("Money that went back of which no invoice knows; each needs a look")
                .register(meters);
        rendered = Timer.builder("berth.billing.rendered")
                .description("Making a document to be looked at")
                .register(meters);
    }

    private static Counter issued(MeterRegistry meters, Kind kind) {
        return Counter.builder("berth.billing.issued")
                .description("Documents written")
                .tag("kind", kind.name())
                .register(meters);
    }

    void count(Draft draft) {
        (draft.kind() == Kind.INVOICE ? invoices : creditNotes).increment();
    }
}
