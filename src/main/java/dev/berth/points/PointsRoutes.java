package dev.berth.points;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.ledger.StatementEntry;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.points.PointsCommand.GetPoints;
import dev.berth.points.PointsCommand.Points;
import dev.berth.points.PointsCommand.PointsBalance;
import dev.berth.points.PointsCommand.PointsEntry;
import dev.berth.points.PointsCommand.PointsTerms;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP side of points. */
public final class PointsRoutes {
    private final Bus bus;

    public PointsRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("getPoints", this::get);
    }

    private record View(
            List<PointsBalance> balances,
            PointsTerms terms,
            List<PointsEntry> items,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String next) {
        static View of(Points points) {
            StatementEntry.End next = points.next();
            return new View(
                    points.balances(),
                    points.terms(),
                    points.items(),
                    next == null ? null : next.entry() + "." + next.balance());
        }
    }

    private Future<Response> get(Request request) {
        GetPoints command = new GetPoints(
                request.principal().user(),
                request.query("currency"),
                cursor(request.query("cursor")),
                request.limit());
        return bus.ask(command).map(points -> Response.ok(View.of(points)));
    }

    private static StatementEntry.@Nullable End cursor(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int dot = text.indexOf('.');
        try {
            return new StatementEntry.End(
                    Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
