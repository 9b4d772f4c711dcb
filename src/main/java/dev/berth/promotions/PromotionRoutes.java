package dev.berth.promotions;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.Csv;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.PromotionCommand.AppointMerchant;
import dev.berth.promotions.PromotionCommand.CreatePromotion;
import dev.berth.promotions.PromotionCommand.GenerateCodes;
import dev.berth.promotions.PromotionCommand.GetMerchant;
import dev.berth.promotions.PromotionCommand.ListCodes;
import dev.berth.promotions.PromotionCommand.ListMerchants;
import dev.berth.promotions.PromotionCommand.ListPromotions;
import dev.berth.promotions.PromotionCommand.Merchant;
import dev.berth.promotions.PromotionCommand.ReadMerchantStatement;
import dev.berth.promotions.PromotionCommand.SettleValidations;
import dev.berth.promotions.PromotionCommand.StatementEnd;
import dev.berth.promotions.PromotionCommand.WithdrawPromotion;
import dev.berth.values.Money;
import dev.berth.values.PromotionId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP side of promotions: requests become commands. */
public final class PromotionRoutes {
    private static final String PRIVATE = "private, no-store";

    private final Bus bus;

    public PromotionRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listPromotions", this::list);
        operations.on("createPromotion", this::create);
        operations.on("withdrawPromotion", this::withdraw);
        operations.on("generateCodes", this::generate);
        operations.on("listCodes", this::codes);
        operations.on("exportCodes", this::export);
        operations.on("getMerchant", this::merchant);
        operations.on("readMerchantStatement", this::statement);
        operations.on("settleValidations", this::settle);
        operations.on("listMerchants", this::merchants);
        operations.on("appointMerchant", this::appoint);
    }

    private record View(
            PromotionId id,
            String name,
            Payer payer,
            UserId ownerId,
            @Nullable Integer percent,
            @Nullable Money amount,
            String currency,
            Money minimumPrice,
            @Nullable Money cap,
            Instant validFrom,
            Instant validUntil,
            @Nullable UserId hostId,
            @Nullable Integer uses,
            @Nullable Integer usesPerDriver,
            @Nullable String code,
            int codes,
            int reserved,
            int consumed,
            Money given,
            @Nullable Instant withdrawnAt,
            Instant createdAt) {
        static View of(Promotion promotion) {
            PromotionTerms terms = promotion.terms();
            return new View(
                    promotion.id(),
                    terms.name(),
                    terms.payer(),
                    promotion.owner(),
                    terms.percent(),
                    money(terms.amount(), terms.currency()),
                    terms.currency(),
                    new Money(terms.minimumPrice(), terms.currency()),
                    money(terms.cap(), terms.currency()),
                    terms.validFrom(),
                    terms.validUntil(),
                    terms.host(),
                    terms.uses(),
                    terms.usesPerDriver(),
                    promotion.code(),
                    promotion.codes(),
                    promotion.reserved(),
                    promotion.consumed(),
                    promotion.given(),
                    promotion.withdrawnAt(),
                    promotion.createdAt());
        }

        private static @Nullable Money money(@Nullable Long amount, String currency) {
            return amount == null ? null : new Money(amount, currency);
        }
    }

    private Future<Response> list(Request request) {
        String payer = request.query("payer");
        ListPromotions command = new ListPromotions(
                request.principal(),
                payer == null ? null : Payer.valueOf(payer),
                cursor(request.query("cursor"), PromotionId::parse),
                request.limit());
        return bus.ask(command)
                .map(page -> Response.page(
                        page.items().stream().map(View::of).toList(),
                        page.next() == null ? null : page.next().toString()));
    }

    private record CreateBody(
            String name,
            Payer payer,
            @Nullable String code,
            @Nullable Integer percent,
            @Nullable Long amount,
            String currency,
            @Nullable Long minimumPrice,
            @Nullable Long cap,
            @Nullable Instant validFrom,
            Instant validUntil,
            @Nullable UserId hostId,
            @Nullable Integer uses,
            @Nullable Integer usesPerDriver) {}

    private Future<Response> create(Request request) {
        CreateBody body = request.body(CreateBody.class);
        UserId self = request.principal().user();
        PromotionTerms terms = new PromotionTerms(
                body.name(),
                body.payer(),
                body.percent(),
                body.amount(),
                body.currency(),
                body.minimumPrice() == null ? 0 : body.minimumPrice(),
                body.cap(),
                body.validFrom() == null ? Instant.EPOCH : body.validFrom(),
                body.validUntil(),
                body.hostId() == null && body.payer() == Payer.HOST ? self : body.hostId(),
                body.uses(),
                body.usesPerDriver());
        return bus.ask(new CreatePromotion(request.principal(), terms, body.code(), once(request)))
                .map(made -> Response.created(View.of(made), ContractRouter.BASE_PATH + "/promotions/" + made.id()));
    }

    private Future<Response> withdraw(Request request) {
        return bus.ask(new WithdrawPromotion(request.principal(), id(request)))
                .map(promotion -> Response.ok(View.of(promotion)));
    }

    private record GenerateBody(int count) {}

    private Future<Response> generate(Request request) {
        GenerateCodes command = new GenerateCodes(
                request.principal(),
                id(request),
                request.body(GenerateBody.class).count(),
                once(request));
        return bus.ask(command)
                .map(made -> Response.ok(new CodesView(made.codes())).with("cache-control", PRIVATE));
    }

    private record CodesView(List<String> codes) {}

    private Future<Response> codes(Request request) {
        return bus.ask(codesOf(request))
                .map(page -> Response.page(page.items(), page.next()).with("cache-control", PRIVATE));
    }

    private static ListCodes codesOf(Request request) {
        return new ListCodes(request.principal(), id(request), request.query("cursor"), request.limit());
    }

    private Future<Response> export(Request request) {
        ListCodes command = codesOf(request);
        return bus.ask(command).map(page -> {
            Csv table = new Csv(List.of("code", "uses", "usable"));
            page.items()
                    .forEach(each -> table.row(
                            List.of(each.code(), Integer.toString(each.uses()), Boolean.toString(each.usable()))));
            Response answer = Response.bytes(Csv.MEDIA_TYPE, table.toBuffer())
                    .with("cache-control", PRIVATE)
                    .with("content-disposition", "attachment; filename=\"berth-codes.csv\"");
            return page.next() == null
                    ? answer
                    : answer.with(
                            "link",
                            "<%s/promotions/%s/codes.csv?limit=%d&cursor=%s>; rel=\"next\""
                                    .formatted(
                                            ContractRouter.BASE_PATH,
                                            command.promotion(),
                                            command.limit(),
                                            page.next()));
        });
    }

    private record MerchantView(UserId accountId, String name, Money limit, Money owed, Money open) {
        static MerchantView of(Merchant merchant) {
            return new MerchantView(
                    merchant.account(), merchant.name(), merchant.limit(), merchant.owed(), merchant.open());
        }
    }

    private Future<Response> merchant(Request request) {
        return bus.ask(new GetMerchant(request.principal()))
                .map(found -> Response.ok(MerchantView.of(found)).with("cache-control", PRIVATE));
    }

    private Future<Response> statement(Request request) {
        return bus.ask(new ReadMerchantStatement(request.principal(), end(request.query("cursor")), request.limit()))
                .map(page -> {
                    StatementEnd next = page.next();
                    return Response.page(page.items(), next == null ? null : next.entry() + "." + next.balance())
                            .with("cache-control", PRIVATE);
                });
    }

    private record SettleBody(Money amount) {}

    private Future<Response> settle(Request request) {
        return bus.ask(new SettleValidations(
                        request.principal(), request.body(SettleBody.class).amount(), once(request)))
                .map(merchant -> Response.ok(MerchantView.of(merchant)));
    }

    private Future<Response> merchants(Request request) {
        return bus.ask(new ListMerchants(
                        request.principal(), cursor(request.query("cursor"), UserId::parse), request.limit()))
                .map(page -> Response.page(
                        page.items().stream().map(MerchantView::of).toList(),
                        page.next() == null ? null : page.next().toString()));
    }

    private record AppointBody(String name, Money limit) {}

    private Future<Response> appoint(Request request) {
        AppointBody body = request.body(AppointBody.class);
        return bus.ask(new AppointMerchant(
                        request.principal(), new UserId(request.pathId("id")), body.name(), body.limit()))
                .map(merchant -> Response.ok(MerchantView.of(merchant)));
    }

    private static PromotionId id(Request request) {
        return new PromotionId(request.pathId("id"));
    }

    private static @Nullable Once once(Request request) {
        String key = request.idempotencyKey();
        return key == null ? null : new Once(key, HexFormat.of().formatHex(request.fingerprint()));
    }

    private static <T> @Nullable T cursor(@Nullable String text, java.util.function.Function<String, T> read) {
        try {
            return text == null ? null : read.apply(text);
        } catch (IllegalArgumentException e) {
            throw notOurs();
        }
    }

    private static @Nullable StatementEnd end(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int dot = text.indexOf('.');
        try {
            return new StatementEnd(Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw notOurs();
        }
    }

    private static Rejection notOurs() {
        return new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
    }
}
