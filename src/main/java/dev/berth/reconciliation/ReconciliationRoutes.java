package dev.berth.reconciliation;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.reconciliation.ReconciliationCommand.GetRun;
import dev.berth.reconciliation.ReconciliationCommand.ListRuns;
import dev.berth.reconciliation.ReconciliationCommand.Reconcile;
import dev.berth.values.Ids;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The HTTP side of the reconciliation: requests become commands. */
public final class ReconciliationRoutes {
    private final Bus bus;

    public ReconciliationRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("reconcile", this::reconcile);
        operations.on("listReconciliations", this::list);
        operations.on("getReconciliation", this::get);
    }

    private record ReconcileBody(String day) {}

    private Future<Response> reconcile(Request request) {
        return bus.ask(new Reconcile(
                        request.principal(),
                        day(request.body(ReconcileBody.class).day()),
                        Ids.next()))
                .map(run -> new Response(202, run, Map.of()));
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "there is no such day", "/day");
        }
    }

    private Future<Response> list(Request request) {
        return bus.ask(new ListRuns(request.principal(), cursor(request.query("cursor")), request.limit()))
                .map(page -> {
                    UUID next = page.next();
                    return Response.page(page.items(), next == null ? null : next.toString());
                });
    }

    private Future<Response> get(Request request) {
        return bus.ask(new GetRun(request.principal(), request.pathId("id"))).map(Response::ok);
    }

    private static @Nullable UUID cursor(@Nullable String text) {
        try {
            return text == null ? null : Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
