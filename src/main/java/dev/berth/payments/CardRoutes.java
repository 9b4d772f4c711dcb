package dev.berth.payments;

import dev.berth.payments.CardCommand.AddCard;
import dev.berth.payments.CardCommand.Card;
import dev.berth.payments.CardCommand.ListCards;
import dev.berth.payments.CardCommand.RemoveCard;
import dev.berth.payments.CardCommand.SetDefaultCard;
import dev.berth.payments.CardCommand.SetUp;
import dev.berth.payments.CardCommand.Setup;
import dev.berth.payments.CardCommand.SetupStatus;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.values.CardId;
import dev.berth.values.Ids;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations of saved cards. */
public final class CardRoutes {
    private static final String NO_STORE = "private, no-store";

    private final Bus bus;
    private final String publicUrl;

    /** @param publicUrl of the web app, without a path */
    public CardRoutes(Bus bus, String publicUrl) {
        this.bus = bus;
        this.publicUrl = publicUrl;
    }

    public void addTo(Operations operations) {
        operations.on("createSetupIntent", this::setUp);
        operations.on("listPaymentMethods", this::list);
        operations.on("addPaymentMethod", this::add);
        operations.on("setDefaultPaymentMethod", this::setDefault);
        operations.on("removePaymentMethod", this::remove);
    }

    private record SetupBody(@Nullable String token) {}

    private record NextAction(String url) {}

    private record SetupView(
            String id,
            String clientSecret,
            SetupStatus status,
            @Nullable NextAction nextAction,
            @Nullable Card method) {}

    private Future<Response> setUp(Request request) {
        String token = request.body(SetupBody.class).token();
        String given = request.idempotencyKey();
        String key = given == null ? Ids.next().toString() : given;
        return bus.ask(new SetUp(request.principal(), token, key, publicUrl + "/cards"))
                .map(CardRoutes::answer);
    }

    private static Response answer(Setup setup) {
        if (setup.status() == SetupStatus.DECLINED) {
            throw SavedCards.declined(setup);
        }
        String url = setup.actionUrl();
        SetupView view = new SetupView(
                setup.id(),
                setup.clientSecret(),
                setup.status(),
                url == null ? null : new NextAction(url),
                setup.card());
        return new Response(201, view, Map.of("Cache-Control", NO_STORE));
    }

    private Future<Response> list(Request request) {
        return bus.ask(new ListCards(request.principal()))
                .map(cards -> Response.ok(cards).with("Cache-Control", NO_STORE));
    }

    private record AddBody(String setupIntentId) {}

    private Future<Response> add(Request request) {
        return bus.ask(new AddCard(
                        request.principal(), request.body(AddBody.class).setupIntentId()))
                .map(card -> new Response(201, card, Map.of("Cache-Control", NO_STORE)));
    }

    private Future<Response> setDefault(Request request) {
        return bus.ask(new SetDefaultCard(request.principal(), card(request))).map(Response::ok);
    }

    private Future<Response> remove(Request request) {
        return bus.ask(new RemoveCard(request.principal(), card(request))).map(ignored -> Response.noContent());
    }

    private static CardId card(Request request) {
        return new CardId(request.pathId("id"));
    }
}
