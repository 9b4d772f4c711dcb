package dev.berth.billing;

import dev.berth.billing.BillingCommand.BillingDetails;
import dev.berth.billing.BillingCommand.Form;
import dev.berth.billing.BillingCommand.GetDetails;
import dev.berth.billing.BillingCommand.GetInvoice;
import dev.berth.billing.BillingCommand.ListInvoices;
import dev.berth.billing.BillingCommand.PrintInvoice;
import dev.berth.billing.BillingCommand.SetDetails;
import dev.berth.billing.BillingCommand.Side;
import dev.berth.billing.Invoice.Corrected;
import dev.berth.billing.Invoice.Kind;
import dev.berth.billing.Invoice.Party;
import dev.berth.billing.Invoice.Purpose;
import dev.berth.billing.Invoice.Total;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.InvoiceId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP side of billing: requests become commands. */
public final class BillingRoutes {
    private final Bus bus;

    public BillingRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listInvoices", this::list);
        operations.on("getInvoice", this::get);
        operations.on("getInvoiceDocument", request -> document(request, Form.PDF));
        operations.on("getInvoicePage", request -> document(request, Form.HTML));
        operations.on("getBillingDetails", request -> details(new GetDetails(request.principal())));
        operations.on("setBillingDetails", this::setDetails);
    }

    /** A document, as the API shows it. */
    private record View(
            InvoiceId id,
            Kind kind,
            String number,
            LocalDate issuedOn,
            Instant issuedAt,
            Party seller,
            Party buyer,
            @Nullable String agent,
            @Nullable Corrected corrects,
            BookingId bookingId,
            PaymentId paymentId,
            Purpose purpose,
            String title,
            String slotName,
            Instant from,
            Instant to,
            String timeZone,
            List<TaxedLine> lines,
            List<Total> taxes,
            Money net,
            Money tax,
            Money total) {
        static View of(Invoice invoice) {
            Invoice.Content content = invoice.content();
            String currency = content.currency();
            return new View(
                    invoice.id(),
                    invoice.kind(),
                    invoice.number(),
                    invoice.issuedOn(),
                    invoice.issuedAt(),
                    content.seller(),
                    content.buyer(),
                    content.agent(),
                    content.corrects(),
                    invoice.bookingId(),
                    invoice.paymentId(),
                    content.purpose(),
                    content.title(),
                    content.slotName(),
                    content.from(),
                    content.to(),
                    content.timeZone(),
                    content.lines(),
                    content.totals(),
                    new Money(content.gross() - content.tax(), currency),
                    new Money(content.tax(), currency),
                    new Money(content.gross(), currency));
        }
    }

    private Future<Response> list(Request request) {
        String kind = request.query("kind");
        String booking = request.query("bookingId");
        ListInvoices command = new ListInvoices(
                request.principal(),
                request.requiredQuery("as").equals("seller") ? Side.SELLER : Side.BUYER,
                kind == null ? null : Kind.valueOf(kind),
                booking == null ? null : BookingId.parse(booking),
                request.queryInstant("from"),
                request.queryInstant("to"),
                cursor(request.query("cursor")),
                request.limit());
        return bus.ask(command).map(page -> {
            InvoiceId next = page.next();
            return Response.page(page.items().stream().map(View::of).toList(), next == null ? null : next.toString());
        });
    }

    private Future<Response> get(Request request) {
        return bus.ask(new GetInvoice(request.principal(), id(request))).map(invoice -> Response.ok(View.of(invoice)));
    }

    private Future<Response> document(Request request, Form form) {
        return bus.ask(new PrintInvoice(request.principal(), id(request), form)).map(printed -> {
            String type = form == Form.PDF ? "application/pdf" : "text/html; charset=utf-8";
            String name = printed.number().replaceAll("[^A-Za-z0-9._-]", "_") + (form == Form.PDF ? ".pdf" : ".html");
            return Response.bytes(type, Buffer.buffer(Base64.getDecoder().decode(printed.bytes())))
                    .with("content-disposition", "inline; filename=\"" + name + "\"");
        });
    }

    private record DetailsBody(
            String name, @Nullable String address, @Nullable String vatId) {}

    private Future<Response> setDetails(Request request) {
        DetailsBody body = request.body(DetailsBody.class);
        return details(new SetDetails(
                request.principal(),
                body.name(),
                body.address() == null ? "" : body.address(),
                body.vatId(),
                request.ifMatch()));
    }

    /** How somebody is named, as the API shows it; the version is its ETag. */
    private record DetailsView(
            String name, String address, @Nullable String vatId) {}

    private Future<Response> details(Command<BillingDetails> command) {
        return bus.ask(command)
                .map(details -> Response.ok(new DetailsView(details.name(), details.address(), details.vatId()))
                        .etag(details.version()));
    }

    private static InvoiceId id(Request request) {
        return new InvoiceId(request.pathId("id"));
    }

    private static @Nullable InvoiceId cursor(@Nullable String text) {
        try {
            return text == null ? null : InvoiceId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
