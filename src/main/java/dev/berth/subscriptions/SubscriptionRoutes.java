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
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.Change;
import dev.berth.subscriptions.SubscriptionCommand.ChangeMethod;
import dev.berth.subscriptions.SubscriptionCommand.ChangeQuote;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.DuePayment;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.GiveUpChange;
import dev.berth.subscriptions.SubscriptionCommand.Grant;
import dev.berth.subscriptions.SubscriptionCommand.Item;
import dev.berth.subscriptions.SubscriptionCommand.ListSubscriptions;
import dev.berth.subscriptions.SubscriptionCommand.OpenChange;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.subscriptions.SubscriptionCommand.QuoteChange;
import dev.berth.subscriptions.SubscriptionCommand.QuoteLine;
import dev.berth.subscriptions.SubscriptionCommand.Side;
import dev.berth.subscriptions.SubscriptionCommand.TakesEffect;
import dev.berth.values.CardId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PlanId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The HTTP side of monthly passes: requests become commands. */
public final class SubscriptionRoutes {
    private static final String PATH = ContractRouter.BASE_PATH + "/subscriptions/";

    private final Bus bus;

    public SubscriptionRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        new PlanRoutes(bus).addTo(operations);
        operations.on("grantPermit", this::grant);
        operations.on("listSubscriptions", this::list);
        operations.on("createSubscription", this::buy);
        operations.on("getSubscription", this::get);
        operations.on("paySubscription", this::pay);
        operations.on("changeSubscriptionMethod", this::changeMethod);
        operations.on("quoteSubscriptionChange", this::quoteChange);
        operations.on("changeSubscription", this::change);
        operations.on("giveUpSubscriptionChange", this::giveUpChange);
        operations.on("cancelSubscription", this::cancel);
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
            @Nullable Integer vehiclesAtOnce,
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
                body.vehiclesAtOnce(),
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
            PaymentStatus status, @Nullable NextAction nextAction) {
        static @Nullable PaymentView of(@Nullable DuePayment payment) {
            return payment == null
                    ? null
                    : new PaymentView(
                            payment.status(), payment.actionUrl() == null ? null : new NextAction(payment.actionUrl()));
        }
    }

    private record ChangeView(
            PlanId planId,
            String title,
            int concurrency,
            Money price,
            Instant takesEffectAt,
            @Nullable PaymentView payment) {
        static @Nullable ChangeView of(@Nullable OpenChange change) {
            return change == null
                    ? null
                    : new ChangeView(
                            change.plan(),
                            change.terms().title(),
                            change.terms().concurrency(),
                            change.terms().price(),
                            change.at(),
                            PaymentView.of(change.payment()));
        }
    }

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
            @Nullable MethodView paymentMethod,
            @Nullable ChangeView change) {
        static View of(Item item) {
            return of(item.subscription(), null, null, null, null, null, MethodView.of(item.method()), null);
        }

        static View of(Details details) {
            return of(
                    details.subscription(),
                    details.due(),
                    details.endsIfCancelled(),
                    PaymentView.of(details.payment()),
                    details.vehicles().stream()
                            .map(car -> new VehicleView(car.vehicle(), car.plate()))
                            .toList(),
                    details.cards().stream()
                            .map(card -> new CardView(card.slot(), card.pin(), card.qr()))
                            .toList(),
                    MethodView.of(details.method()),
                    ChangeView.of(details.change()));
        }

        private static View of(
                Subscription pass,
                @Nullable Money due,
                @Nullable Instant endsIfCancelled,
                @Nullable PaymentView payment,
                @Nullable List<VehicleView> vehicles,
                @Nullable List<CardView> cards,
                @Nullable MethodView method,
                @Nullable ChangeView change) {
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
                    method,
                    change);
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

    private record ChangeBody(
            PlanId planId,
            @Nullable Integer vehiclesAtOnce,
            @Nullable TakesEffect takesEffect,
            @Nullable Money due) {
        Change command(Request request) {
            return new Change(
                    request.principal(),
                    new SubscriptionId(request.pathId("id")),
                    planId,
                    vehiclesAtOnce,
                    takesEffect == null ? TakesEffect.NOW : takesEffect,
                    due == null ? Money.zero("EUR") : due,
                    once(request));
        }
    }

    private record ChangeQuoteView(
            PlanId planId,
            String title,
            int concurrency,
            Money price,
            TakesEffect takesEffect,
            Instant from,
            Instant to,
            int days,
            int ofDays,
            List<QuoteLine> lines,
            Money due) {
        static ChangeQuoteView of(ChangeQuote quote) {
            return new ChangeQuoteView(
                    quote.plan(),
                    quote.terms().title(),
                    quote.terms().concurrency(),
                    quote.terms().price(),
                    quote.takesEffect(),
                    quote.from(),
                    quote.to(),
                    quote.days(),
                    quote.ofDays(),
                    quote.lines(),
                    quote.due());
        }
    }

    private Future<Response> quoteChange(Request request) {
        return bus.ask(new QuoteChange(request.body(ChangeBody.class).command(request)))
                .map(quote -> Response.ok(ChangeQuoteView.of(quote)).with("Cache-Control", "private, no-store"));
    }

    private Future<Response> change(Request request) {
        return bus.ask(request.body(ChangeBody.class).command(request)).map(SubscriptionRoutes::shown);
    }

    private Future<Response> giveUpChange(Request request) {
        return bus.ask(new GiveUpChange(request.principal(), new SubscriptionId(request.pathId("id"))))
                .map(SubscriptionRoutes::shown);
    }

    private Future<Response> cancel(Request request) {
        return bus.ask(new Cancel(request.principal(), new SubscriptionId(request.pathId("id"))))
                .map(SubscriptionRoutes::shown);
    }

    static @Nullable Once once(Request request) {
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
