package dev.berth.fees;

import dev.berth.fees.FeeCommand.AddPolicy;
import dev.berth.fees.FeeCommand.AddTax;
import dev.berth.fees.FeeCommand.CalculateFees;
import dev.berth.fees.FeeCommand.ListPolicies;
import dev.berth.fees.FeeCommand.ListTaxes;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The HTTP side of fee policies: requests become commands. */
public final class FeeRoutes {
    private final Bus bus;

    public FeeRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listFeePolicies", this::list);
        operations.on("addFeePolicy", this::add);
        operations.on("calculateFees", this::calculate);
        operations.on("listTaxes", this::listTaxes);
        operations.on("addTax", this::addTax);
    }

    private record View(
            UUID id,
            @Nullable UserId hostId,
            @Nullable Integer commissionBasisPoints,
            @Nullable ServiceFeeRate serviceFee,
            Instant validFrom,
            String reason,
            UserId createdBy,
            Instant createdAt) {
        static View of(FeePolicy policy) {
            return new View(
                    policy.id(),
                    policy.host(),
                    policy.commissionBasisPoints(),
                    policy.serviceFee(),
                    policy.validFrom(),
                    policy.reason(),
                    policy.createdBy(),
                    policy.createdAt());
        }
    }

    private record PageView(
            List<View> items,
            int configuredBasisPoints,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.ALWAYS)
            @Nullable
            String next) {}

    private Future<Response> list(Request request) {
        String host = request.query("hostId");
        return bus.ask(new ListPolicies(
                        request.principal(),
                        host == null ? null : UserId.parse(host),
                        cursor(request.query("cursor")),
                        request.limit()))
                .map(page -> Response.ok(new PageView(
                        page.items().stream().map(View::of).toList(),
                        page.configuredBasisPoints(),
                        page.next() == null ? null : page.next().toString())));
    }

    private record Body(
            @Nullable UserId hostId,
            @Nullable Integer commissionBasisPoints,
            @Nullable ServiceFeeRate serviceFee,
            @Nullable Instant validFrom,
            String reason) {}

    private Future<Response> add(Request request) {
        Body body = request.body(Body.class);
        AddPolicy command = new AddPolicy(
                request.principal(),
                body.hostId(),
                body.commissionBasisPoints(),
                body.serviceFee(),
                body.validFrom(),
                body.reason(),
                once(request));
        return bus.ask(command).map(policy -> new Response(201, View.of(policy), Map.of()));
    }

    private record FeeView(
            Money amount,
            Money tax,
            int basisPoints,
            @Nullable Money fixed) {
        static @Nullable FeeView of(@Nullable BookedFee fee) {
            return fee == null
                    ? null
                    : new FeeView(
                            fee.amount(),
                            fee.tax(),
                            fee.terms().rate().basisPoints(),
                            fee.terms().rate().fixed());
        }
    }

    private record CalculationView(
            Money parking,
            @Nullable FeeView serviceFee,
            Money total,
            Money host,
            Money platform,
            int commissionBasisPoints) {}

    private Future<Response> calculate(Request request) {
        String host = request.query("hostId");
        return bus.ask(new CalculateFees(
                        host == null ? null : UserId.parse(host), parking(request), request.query("timeZone")))
                .map(found -> Response.ok(new CalculationView(
                        found.parking(),
                        FeeView.of(found.serviceFee()),
                        found.total(),
                        found.host(),
                        found.platform(),
                        found.commissionBasisPoints())));
    }

    private static Money parking(Request request) {
        try {
            return new Money(
                    Long.parseLong(String.valueOf(request.query("amount"))), String.valueOf(request.query("currency")));
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "an ISO 4217 currency is needed", "/query/currency");
        }
    }

    private Future<Response> listTaxes(Request request) {
        return bus.ask(new ListTaxes(
                        request.principal(), request.query("place"), cursor(request.query("cursor")), request.limit()))
                .map(page -> Response.page(
                        page.items(), page.next() == null ? null : page.next().toString()));
    }

    private record TaxBody(
            String place,
            String name,
            int basisPoints,
            boolean inclusive,
            List<String> zones,
            @Nullable Instant validFrom,
            String reason) {}

    private Future<Response> addTax(Request request) {
        TaxBody body = request.body(TaxBody.class);
        AddTax command = new AddTax(
                request.principal(),
                body.place(),
                body.name(),
                body.basisPoints(),
                body.inclusive(),
                body.zones(),
                body.validFrom(),
                body.reason(),
                once(request));
        return bus.ask(command).map(tax -> new Response(201, tax, Map.of()));
    }

    private static @Nullable Once once(Request request) {
        String key = request.idempotencyKey();
        return key == null ? null : new Once(key, HexFormat.of().formatHex(request.fingerprint()));
    }

    private static @Nullable UUID cursor(@Nullable String text) {
        try {
            return text == null ? null : Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
