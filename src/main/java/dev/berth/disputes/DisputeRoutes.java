package dev.berth.disputes;

import dev.berth.disputes.DisputeCommand.GetDispute;
import dev.berth.disputes.DisputeCommand.ListDisputes;
import dev.berth.disputes.DisputeCommand.SubmitEvidence;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.DisputeId;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The HTTP side of disputes: requests become commands. */
public final class DisputeRoutes {
    private final Bus bus;

    public DisputeRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listDisputes", this::list);
        operations.on("getDispute", this::get);
        operations.on("submitDisputeEvidence", this::submit);
    }

    private Future<Response> list(Request request) {
        String status = request.query("status");
        ListDisputes command = new ListDisputes(
                request.principal(),
                status == null ? null : DisputeStatus.valueOf(status),
                cursor(request.query("cursor")),
                request.limit());
        return bus.ask(command).map(page -> {
            DisputeId next = page.next();
            return Response.page(page.items(), next == null ? null : next.toString());
        });
    }

    private Future<Response> get(Request request) {
        return bus.ask(new GetDispute(request.principal(), dispute(request))).map(Response::ok);
    }

    private record EvidenceBody(String text) {}

    private Future<Response> submit(Request request) {
        String text = request.body(EvidenceBody.class).text();
        return bus.ask(new SubmitEvidence(request.principal(), dispute(request), text))
                .map(Response::ok);
    }

    private static DisputeId dispute(Request request) {
        return new DisputeId(request.pathId("id"));
    }

    private static @Nullable DisputeId cursor(@Nullable String text) {
        try {
            return text == null ? null : DisputeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
