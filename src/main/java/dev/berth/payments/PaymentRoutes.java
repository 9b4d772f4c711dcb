package dev.berth.payments;

import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
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
    }

    private Future<Response> receiveWebhook(Request request) {
        String signature = request.header("Stripe-Signature");
        return bus.ask(new ReceiveWebhook(
                        request.rawBody().toString(StandardCharsets.UTF_8), signature == null ? "" : signature))
                .map(ignored -> Response.ok(Map.of("received", true)));
    }

    private Future<Response> listTransactions(Request request) {
        UUID before = cursor(request.query("cursor"));
        return bus.ask(new ListTransactions(request.principal().user(), before, request.limit()))
                .map(page -> {
                    UUID next = page.next();
                    return Response.page(page.items(), next == null ? null : next.toString());
                });
    }

    private static @Nullable UUID cursor(@Nullable String text) {
        try {
            return text == null ? null : Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
