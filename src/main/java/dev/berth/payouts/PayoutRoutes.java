package dev.berth.payouts;

import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.GetAccount;
import dev.berth.payouts.PayoutCommand.GetEarnings;
import dev.berth.payouts.PayoutCommand.GetPayout;
import dev.berth.payouts.PayoutCommand.ListPayouts;
import dev.berth.payouts.PayoutCommand.ListingSums;
import dev.berth.payouts.PayoutCommand.Onboard;
import dev.berth.payouts.PayoutCommand.Period;
import dev.berth.payouts.PayoutCommand.PeriodSums;
import dev.berth.payouts.PayoutCommand.RequestPayout;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The HTTP side of payouts: requests become commands. */
public final class PayoutRoutes {
    private final Bus bus;

    public PayoutRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("getPayoutAccount", this::account);
        operations.on("openPayoutAccount", this::onboard);
        operations.on("listPayouts", this::list);
        operations.on("requestPayout", this::request);
        operations.on("getPayout", this::get);
        operations.on("getEarnings", this::earnings);
    }

    private record View(
            PayoutId id,
            Money amount,
            PayoutStatus status,
            @Nullable Money reversed,
            @Nullable LocalDate week,
            @Nullable String failure,
            Instant createdAt,
            @Nullable Instant settledAt) {
        static View of(Payout payout) {
            return new View(
                    payout.id(),
                    payout.amount(),
                    payout.status(),
                    payout.reversed().isZero() ? null : payout.reversed(),
                    payout.week(),
                    payout.failure(),
                    payout.createdAt(),
                    payout.settledAt());
        }
    }

    private record BalanceView(
            Money held, @Nullable Instant heldUntil, Money available, Money underWay, Money minimum) {}

    private record AccountView(
            AccountState state, String timeZone, Instant nextRunAt, int holdbackHours, List<BalanceView> balances) {}

    private Future<Response> account(Request request) {
        return bus.ask(new GetAccount(request.principal()))
                .map(account -> Response.ok(new AccountView(
                                account.state(),
                                account.timeZone(),
                                account.nextRunAt(),
                                account.holdbackHours(),
                                account.balances().stream()
                                        .map(each -> new BalanceView(
                                                each.held(),
                                                each.heldUntil(),
                                                each.available(),
                                                each.underWay(),
                                                each.minimum()))
                                        .toList()))
                        .with("Cache-Control", "private, no-store"));
    }

    private record OnboardBody(@Nullable String timeZone) {}

    private Future<Response> onboard(Request request) {
        return bus.ask(new Onboard(
                        request.principal(), request.body(OnboardBody.class).timeZone()))
                .map(Response::ok);
    }

    private Future<Response> list(Request request) {
        return bus.ask(new ListPayouts(request.principal(), cursor(request.query("cursor")), request.limit()))
                .map(page -> Response.page(
                        page.items().stream().map(View::of).toList(),
                        page.next() == null ? null : page.next().toString()));
    }

    private record RequestBody(String currency) {}

    private Future<Response> request(Request request) {
        String key = request.idempotencyKey();
        Once once = key == null ? null : new Once(key, HexFormat.of().formatHex(request.fingerprint()));
        return bus.ask(new RequestPayout(
                        request.principal(), request.body(RequestBody.class).currency(), once))
                .map(payout -> Response.created(View.of(payout), ContractRouter.BASE_PATH + "/payouts/" + payout.id()));
    }

    private Future<Response> get(Request request) {
        return bus.ask(new GetPayout(request.principal(), new PayoutId(request.pathId("id"))))
                .map(payout -> Response.ok(View.of(payout)));
    }

    private record Sums(LocalDate from, Money gross, Money refunds, Money commission, Money net) {
        static Sums of(PeriodSums each) {
            return new Sums(
                    each.from(),
                    each.sums().gross(),
                    each.sums().refunds(),
                    each.sums().commission(),
                    each.sums().net());
        }
    }

    private record OfListing(
            ListingId listingId, String title, Money gross, Money refunds, Money commission, Money net) {
        static OfListing of(ListingSums each) {
            return new OfListing(
                    each.listing(),
                    each.title(),
                    each.sums().gross(),
                    each.sums().refunds(),
                    each.sums().commission(),
                    each.sums().net());
        }
    }

    private record EarningsView(
            String timeZone, String by, LocalDate from, LocalDate to, List<Sums> periods, List<OfListing> listings) {}

    private Future<Response> earnings(Request request) {
        String listing = request.query("listingId");
        GetEarnings command = new GetEarnings(
                request.principal(),
                Period.valueOf(request.requiredQuery("by").toUpperCase(Locale.ROOT)),
                day(request.query("from")),
                day(request.query("to")),
                listing == null ? null : new ListingId(UUID.fromString(listing)));
        return bus.ask(command)
                .map(found -> Response.ok(new EarningsView(
                                found.timeZone(),
                                found.by().name().toLowerCase(Locale.ROOT),
                                found.from(),
                                found.to(),
                                found.periods().stream().map(Sums::of).toList(),
                                found.listings().stream().map(OfListing::of).toList()))
                        .with("Cache-Control", "private, no-store"));
    }

    private static @Nullable LocalDate day(@Nullable String text) {
        return text == null ? null : LocalDate.parse(text);
    }

    private static @Nullable PayoutId cursor(@Nullable String text) {
        try {
            return text == null ? null : PayoutId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
