package dev.berth.subscriptions;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionCommand.ChangePlan;
import dev.berth.subscriptions.SubscriptionCommand.CreatePlan;
import dev.berth.subscriptions.SubscriptionCommand.GetPlan;
import dev.berth.subscriptions.SubscriptionCommand.ListPlans;
import dev.berth.subscriptions.SubscriptionCommand.QuoteLine;
import dev.berth.subscriptions.SubscriptionCommand.QuotePass;
import dev.berth.subscriptions.SubscriptionCommand.WithdrawPlan;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PlanId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP side of what owners of places offer by the month: requests become commands. */
final class PlanRoutes {
    private final Bus bus;

    PlanRoutes(Bus bus) {
        this.bus = bus;
    }

    void addTo(Operations operations) {
        operations.on("listPlans", this::listPlans);
        operations.on("createPlan", this::createPlan);
        operations.on("changePlan", this::changePlan);
        operations.on("withdrawPlan", this::withdrawPlan);
        operations.on("quotePlan", this::quote);
    }

    private record PlanView(
            PlanId id,
            ListingId listingId,
            String title,
            PlanKind kind,
            Money price,
            @Nullable Money deposit,
            int concurrency,
            HoursView hours,
            MonthKind months,
            PricePer per,
            int places,
            int left,
            long version) {
        static PlanView of(Plan plan) {
            PassTerms terms = plan.terms();
            return new PlanView(
                    plan.id(),
                    plan.listing(),
                    terms.title(),
                    terms.kind(),
                    terms.price(),
                    terms.deposit().isZero() ? null : terms.deposit(),
                    terms.concurrency(),
                    HoursView.of(terms.hours()),
                    terms.months(),
                    terms.per(),
                    plan.places(),
                    plan.left(),
                    plan.version());
        }
    }

    private record ListView(List<PlanView> items) {}

    private Future<Response> listPlans(Request request) {
        ListingId listing = new ListingId(UUID.fromString(request.requiredQuery("listing")));
        return bus.ask(new ListPlans(listing))
                .map(found -> Response.ok(
                        new ListView(found.plans().stream().map(PlanView::of).toList())));
    }

    private record PlanBody(
            String title,
            PlanKind kind,
            @Nullable Money price,
            @Nullable Money deposit,
            @Nullable Integer concurrency,
            @Nullable HoursView hours,
            @Nullable MonthKind months,
            @Nullable PricePer per,
            @Nullable Integer places) {
        PassTerms terms() {
            Money monthly = price == null ? Money.zero("EUR") : price;
            return made(() -> new PassTerms(
                    title,
                    kind,
                    monthly,
                    deposit == null ? Money.zero(monthly.currency()) : deposit,
                    concurrency == null ? 1 : concurrency,
                    hours == null ? AccessHours.ALWAYS : hours.hours(),
                    months == null ? MonthKind.ROLLING : months,
                    per == null ? PricePer.PASS : per));
        }
    }

    private Future<Response> createPlan(Request request) {
        PlanBody body = request.body(PlanBody.class);
        CreatePlan command = new CreatePlan(
                request.principal(),
                new ListingId(request.pathId("id")),
                body.terms(),
                body.places() == null ? 1 : body.places(),
                SubscriptionRoutes.once(request));
        return bus.ask(command)
                .map(plan -> Response.created(PlanView.of(plan), ContractRouter.BASE_PATH + "/plans/" + plan.id()));
    }

    private record PlanChange(
            @Nullable String title,
            @Nullable Money price,
            @Nullable Money deposit,
            @Nullable Integer concurrency,
            @Nullable HoursView hours,
            @Nullable Integer places) {
        PassTerms of(PassTerms before) {
            return made(() -> new PassTerms(
                    title == null ? before.title() : title,
                    before.kind(),
                    price == null ? before.price() : price,
                    deposit == null ? before.deposit() : deposit,
                    concurrency == null ? before.concurrency() : concurrency,
                    hours == null ? before.hours() : hours.hours(),
                    before.months(),
                    before.per()));
        }
    }

    /** What is not said stays: as of the version that was read, so that two who change at once do not undo each other. */
    private Future<Response> changePlan(Request request) {
        PlanChange body = request.body(PlanChange.class);
        PlanId id = new PlanId(request.pathId("id"));
        Long expected = request.ifMatch();
        return bus.ask(new GetPlan(id))
                .compose(plan -> bus.ask(new ChangePlan(
                        request.principal(),
                        id,
                        body.of(plan.terms()),
                        body.places() == null ? plan.places() : body.places(),
                        expected == null ? Long.valueOf(plan.version()) : expected)))
                .map(plan -> Response.ok(PlanView.of(plan)));
    }

    private Future<Response> withdrawPlan(Request request) {
        return bus.ask(new WithdrawPlan(request.principal(), new PlanId(request.pathId("id"))))
                .map(done -> Response.noContent());
    }

    private static <T> T made(Supplier<T> terms) {
        try {
            return terms.get();
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, e.getMessage() == null ? "these terms make no sense" : e.getMessage());
        }
    }

    private record QuoteView(
            Instant from, Instant to, int days, int ofDays, List<QuoteLine> lines, Money monthly, Money total) {}

    private Future<Response> quote(Request request) {
        String from = request.query("from");
        String vehicles = request.query("vehiclesAtOnce");
        QuotePass command = new QuotePass(
                new PlanId(request.pathId("id")),
                from == null ? null : Instant.parse(from),
                vehicles == null ? null : Integer.valueOf(vehicles));
        return bus.ask(command)
                .map(quote -> Response.ok(new QuoteView(
                        quote.from(),
                        quote.to(),
                        quote.days(),
                        quote.ofDays(),
                        quote.lines(),
                        quote.monthly(),
                        quote.total())));
    }
}
