package dev.berth.subscriptions;

import dev.berth.payments.CardMethod;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.AccessHours.Window;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.ChangeMethod;
import dev.berth.subscriptions.SubscriptionCommand.ChangePlan;
import dev.berth.subscriptions.SubscriptionCommand.CreatePlan;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.GetPlan;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.Grant;
import dev.berth.subscriptions.SubscriptionCommand.ListPlans;
import dev.berth.subscriptions.SubscriptionCommand.ListSubscriptions;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.subscriptions.SubscriptionCommand.Side;
import dev.berth.subscriptions.SubscriptionCommand.WithdrawPlan;
import dev.berth.values.CardId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PlanId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP side of monthly passes: requests become commands. */
public final class SubscriptionRoutes {
    private static final String PATH = ContractRouter.BASE_PATH + "/subscriptions/";

    private final Bus bus;

    public SubscriptionRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listPlans", this::listPlans);
        operations.on("createPlan", this::createPlan);
        operations.on("changePlan", this::changePlan);
        operations.on("withdrawPlan", this::withdrawPlan);
        operations.on("grantPermit", this::grant);
        operations.on("listSubscriptions", this::list);
        operations.on("createSubscription", this::buy);
        operations.on("getSubscription", this::get);
        operations.on("paySubscription", this::pay);
        operations.on("changeSubscriptionMethod", this::changeMethod);
        operations.on("cancelSubscription", this::cancel);
    }

    /** @param days from Monday on, in their order */
    private record WindowView(List<DayOfWeek> days, String from, String to) {
        static WindowView of(Window window) {
            return new WindowView(
                    List.copyOf(EnumSet.copyOf(window.days())),
                    window.from().toString(),
                    window.to().toString());
        }

        Window window() {
            return new Window(Set.copyOf(days), LocalTime.parse(from), LocalTime.parse(to));
        }
    }

    private record HoursView(List<WindowView> windows, int entryGraceMinutes, int exitGraceMinutes) {
        static HoursView of(AccessHours hours) {
            return new HoursView(
                    hours.windows().stream().map(WindowView::of).toList(),
                    hours.entryGraceMinutes(),
                    hours.exitGraceMinutes());
        }

        AccessHours hours() {
            return new AccessHours(
                    windows.stream().map(WindowView::window).toList(), entryGraceMinutes, exitGraceMinutes);
        }
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
            @Nullable Integer places) {
        PassTerms terms() {
            Money monthly = price == null ? Money.zero("EUR") : price;
            return made(() -> new PassTerms(
                    title,
                    kind,
                    monthly,
                    deposit == null ? Money.zero(monthly.currency()) : deposit,
                    concurrency == null ? 1 : concurrency,
                    hours == null ? AccessHours.ALWAYS : hours.hours()));
        }
    }

    private Future<Response> createPlan(Request request) {
        PlanBody body = request.body(PlanBody.class);
        CreatePlan command = new CreatePlan(
                request.principal(),
                new ListingId(request.pathId("id")),
                body.terms(),
                body.places() == null ? 1 : body.places(),
                once(request));
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
                    hours == null ? before.hours() : hours.hours()));
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

    private record GrantBody(
            String holder, List<String> plates, @Nullable Instant until) {}

    private Future<Response> grant(Request request) {
        GrantBody body = request.body(GrantBody.class);
        Grant command = new Grant(
                request.principal(),
                new PlanId(request.pathId("id")),
                body.holder(),
                body.plates(),
                body.until(),
                once(request));
        return bus.ask(command).map(SubscriptionRoutes::created);
    }

    private record MethodBody(
            String type,
            @Nullable String token,
            @Nullable CardId id,
            @Nullable Boolean save) {
        String method() {
            if (type.equals(WalletCommand.METHOD)) {
                return WalletCommand.METHOD;
            } else if (token != null && Boolean.FALSE.equals(save)) {
                throw new Rejection(
                        ProblemType.UNPROCESSABLE,
                        "a pass is renewed with its card: it is saved",
                        "/paymentMethod/save");
            }
            return CardMethod.of(token, id, token != null);
        }
    }

    private record BuyBody(
            PlanId planId,
            @Nullable List<VehicleId> vehicleIds,
            @Nullable Instant from,
            Money price,
            MethodBody paymentMethod) {}

    private Future<Response> buy(Request request) {
        BuyBody body = request.body(BuyBody.class);
        Buy command = new Buy(
                request.principal(),
                body.planId(),
                body.vehicleIds() == null ? List.of() : body.vehicleIds(),
                body.from(),
                body.price(),
                body.paymentMethod().method(),
                once(request));
        return bus.ask(command).map(SubscriptionRoutes::created);
    }

    private record VehicleView(
            @Nullable VehicleId vehicleId, @Nullable String plate) {}

    private record CardView(String slot, String pin, String qr) {}

    private record NextAction(String url) {}

    private record MethodView(String type, @Nullable CardId id) {
        static @Nullable MethodView of(@Nullable String method) {
            return method == null
                    ? null
                    : method.equals(WalletCommand.METHOD)
                            ? new MethodView(WalletCommand.METHOD, null)
                            : new MethodView("card", CardMethod.savedIn(method).orElse(null));
        }
    }

    private record PaymentView(
            PaymentStatus status, @Nullable NextAction nextAction) {}

    /** As lists show it; the rest is for one alone. */
    private record View(
            SubscriptionId id,
            PlanId planId,
            ListingId listingId,
            SubscriptionStatus status,
            PlanKind kind,
            String title,
            String placeTitle,
            String address,
            String timeZone,
            String slots,
            Money price,
            @Nullable Money deposit,
            int concurrency,
            HoursView hours,
            @Nullable String holder,
            Instant from,
            @Nullable Instant paidUntil,
            @Nullable Instant renewsAt,
            @Nullable Instant endsAt,
            @Nullable Instant graceUntil,
            @Nullable Instant slotsKeptUntil,
            @Nullable String endReason,
            @Nullable Instant endedAt,
            Instant createdAt,
            @Nullable Money due,
            @Nullable Instant endsIfCancelled,
            @Nullable PaymentView payment,
            @Nullable List<VehicleView> vehicles,
            @Nullable List<CardView> cards,
            @Nullable MethodView paymentMethod) {
        static View of(Subscription pass) {
            return of(pass, null, null, null, null, null, null);
        }

        static View of(Details details) {
            var payment = details.payment();
            return of(
                    details.subscription(),
                    details.due(),
                    details.endsIfCancelled(),
                    payment == null
                            ? null
                            : new PaymentView(
                                    payment.status(),
                                    payment.actionUrl() == null ? null : new NextAction(payment.actionUrl())),
                    details.vehicles().stream()
                            .map(car -> new VehicleView(car.vehicle(), car.plate()))
                            .toList(),
                    details.cards().stream()
                            .map(card -> new CardView(card.slot(), card.pin(), card.qr()))
                            .toList(),
                    MethodView.of(details.method()));
        }

        private static View of(
                Subscription pass,
                @Nullable Money due,
                @Nullable Instant endsIfCancelled,
                @Nullable PaymentView payment,
                @Nullable List<VehicleView> vehicles,
                @Nullable List<CardView> cards,
                @Nullable MethodView method) {
            PassTerms terms = pass.terms();
            Instant ends = pass.endsAt();
            Instant paid = pass.paidUntil();
            boolean renews =
                    pass.status() == SubscriptionStatus.ACTIVE && paid != null && (ends == null || ends.isAfter(paid));
            return new View(
                    pass.id(),
                    pass.plan(),
                    pass.listing(),
                    pass.status(),
                    terms.kind(),
                    terms.title(),
                    pass.title(),
                    pass.locationText(),
                    pass.timeZone(),
                    pass.slotNames(),
                    terms.price(),
                    terms.deposit().isZero() ? null : terms.deposit(),
                    terms.concurrency(),
                    HoursView.of(terms.hours()),
                    pass.holder(),
                    pass.startsAt(),
                    paid,
                    renews ? paid : null,
                    ends,
                    pass.graceUntil(),
                    pass.keepUntil(),
                    pass.endReason(),
                    pass.endedAt(),
                    pass.createdAt(),
                    due,
                    endsIfCancelled,
                    payment,
                    vehicles,
                    cards,
                    method);
        }
    }

    private static Response created(Details details) {
        return Response.created(View.of(details), PATH + details.subscription().id())
                .with("Cache-Control", "private, no-store");
    }

    private static Response shown(Details details) {
        return Response.ok(View.of(details)).with("Cache-Control", "private, no-store");
    }

    private Future<Response> list(Request request) {
        String role = request.query("role");
        String listing = request.query("listing");
        ListSubscriptions command = new ListSubscriptions(
                request.principal(),
                role == null ? Side.DRIVER : Side.valueOf(role.toUpperCase(Locale.ROOT)),
                listing == null ? null : new ListingId(UUID.fromString(listing)),
                cursor(request.query("cursor")),
                request.limit());
        return bus.ask(command)
                .map(page -> Response.page(
                        page.items().stream().map(View::of).toList(),
                        page.next() == null ? null : page.next().toString()));
    }

    private Future<Response> get(Request request) {
        return bus.ask(new GetSubscription(request.principal(), new SubscriptionId(request.pathId("id"))))
                .map(SubscriptionRoutes::shown);
    }

    private record PayBody(MethodBody paymentMethod) {}

    private Future<Response> pay(Request request) {
        String method = request.body(PayBody.class).paymentMethod().method();
        return bus.ask(new Pay(request.principal(), new SubscriptionId(request.pathId("id")), method))
                .map(SubscriptionRoutes::shown);
    }

    private Future<Response> changeMethod(Request request) {
        String method = request.body(PayBody.class).paymentMethod().method();
        return bus.ask(new ChangeMethod(request.principal(), new SubscriptionId(request.pathId("id")), method))
                .map(SubscriptionRoutes::shown);
    }

    private Future<Response> cancel(Request request) {
        return bus.ask(new Cancel(request.principal(), new SubscriptionId(request.pathId("id"))))
                .map(SubscriptionRoutes::shown);
    }

    private static @Nullable Once once(Request request) {
        String key = request.idempotencyKey();
        return key == null ? null : new Once(key, HexFormat.of().formatHex(request.fingerprint()));
    }

    private static @Nullable SubscriptionId cursor(@Nullable String text) {
        try {
            return text == null ? null : SubscriptionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
