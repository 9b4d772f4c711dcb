package dev.berth.payments;

import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Csv;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The payment operations of the HTTP contract: one operation, one command. */
public final class PaymentRoutes {
    private final Bus bus;

    public PaymentRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("receivePaymentWebhook", this::receiveWebhook);
        operations.on("listTransactions", this::listTransactions);
        operations.on("exportTransactions", this::exportTransactions);
    }

    private Future<Response> receiveWebhook(Request request) {
        String signature = request.header("Stripe-Signature");
        return bus.ask(new ReceiveWebhook(
                        request.rawBody().toString(StandardCharsets.UTF_8), signature == null ? "" : signature))
                .map(ignored -> Response.ok(Map.of("received", true)));
    }

    private Future<Response> listTransactions(Request request) {
        return bus.ask(transactions(request)).map(page -> {
            UUID next = page.next();
            return Response.page(page.items(), next == null ? null : next.toString());
        });
    }

    private Future<Response> exportTransactions(Request request) {
        return bus.ask(transactions(request)).map(page -> {
            Csv table = new Csv(List.of(
                    "date",
                    "kind",
                    "amount",
                    "currency",
                    "description",
                    "bookingId",
                    "paymentId",
                    "id",
                    "subscriptionId",
                    "serviceFee"));
            page.items().forEach(each -> table.row(cells(each)));
            Response answer = Response.bytes(Csv.MEDIA_TYPE, table.toBuffer())
                    .with("content-disposition", "attachment; filename=\"berth-transactions.csv\"");
            return page.next() == null ? answer : answer.with("link", nextLink(request, page.next()));
        });
    }

    private static List<String> cells(Transaction each) {
        return List.of(
                each.createdAt().toString(),
                each.kind().name(),
                decimal(each.amount()),
                each.amount().currency(),
                each.description(),
                each.bookingId() == null ? "" : each.bookingId().toString(),
                each.paymentId().toString(),
                each.id().toString(),
                each.subscriptionId() == null ? "" : each.subscriptionId().toString(),
                each.serviceFee() == null ? "" : decimal(each.serviceFee()));
    }

    /** In the currency's own unit, exact. */
    private static String decimal(Money money) {
        int digits = Math.max(0, Currency.getInstance(money.currency()).getDefaultFractionDigits());
        return BigDecimal.valueOf(money.amount(), digits).toPlainString();
    }

    /** The same question from there on; relative to what was asked. */
    private static String nextLink(Request request, UUID cursor) {
        StringBuilder link = new StringBuilder("<?cursor=").append(cursor);
        for (String name : List.of("kind", "from", "to", "limit")) {
            String value = request.query(name);
            if (value != null) {
                link.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        return link.append(">; rel=\"next\"").toString();
    }

    private static ListTransactions transactions(Request request) {
        String kind = request.query("kind");
        return new ListTransactions(
                request.principal().user(),
                kind == null ? null : TransactionKind.valueOf(kind),
                request.queryInstant("from"),
                request.queryInstant("to"),
                cursor(request.query("cursor")),
                request.limit());
    }

    private static @Nullable UUID cursor(@Nullable String text) {
        try {
            return text == null ? null : Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
