package dev.berth.payments;

import dev.berth.ledger.Account;
import dev.berth.ledger.StatementEntry;
import dev.berth.payments.FinanceCommand.FindDifferences;
import dev.berth.payments.FinanceCommand.GetStatement;
import dev.berth.payments.PaymentCommand.GetTrialBalance;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.WalletCommand.GetWallet;
import dev.berth.payments.WalletCommand.ListWalletEntries;
import dev.berth.payments.WalletCommand.Position;
import dev.berth.payments.WalletCommand.TopUp;
import dev.berth.payments.WithdrawalCommand.PreviewWithdrawal;
import dev.berth.payments.WithdrawalCommand.Withdraw;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.CardId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The operations of the wallet and of the finance page. */
public final class WalletRoutes {
    private final Bus bus;
    private final String publicUrl;

    /** @param publicUrl of the web app, without a path */
    public WalletRoutes(Bus bus, String publicUrl) {
        this.bus = bus;
        this.publicUrl = publicUrl;
    }

    public void addTo(Operations operations) {
        operations.on("getWallet", this::getWallet);
        operations.on("topUpWallet", this::topUp);
        operations.on("withdrawFromWallet", this::withdraw);
        operations.on("previewWithdrawal", this::previewWithdrawal);
        operations.on("listWalletEntries", this::listEntries);
        operations.on("getTrialBalance", this::getTrialBalance);
        operations.on("getAccountStatement", this::getStatement);
        operations.on("findLedgerDifferences", this::findDifferences);
    }

    private Future<Response> getWallet(Request request) {
        return bus.ask(new GetWallet(request.principal().user())).map(Response::ok);
    }

    private record Card(
            String type,
            @Nullable String token,
            @Nullable CardId id,
            @Nullable Boolean save) {}

    private record TopUpBody(Money amount, Card paymentMethod) {}

    private record NextAction(String url) {}

    private record TopUpView(
            PaymentId id,
            PaymentStatus status,
            Money amount,
            @Nullable NextAction nextAction) {}

    private Future<Response> topUp(Request request) {
        TopUpBody body = request.body(TopUpBody.class);
        Card card = body.paymentMethod();
        UserId driver = request.principal().user();
        TopUp command = new TopUp(
                new PaymentId(named(driver, "top-up", request)),
                driver,
                body.amount(),
                CardMethod.of(card.token(), card.id(), card.save()),
                publicUrl + "/wallet");
        return bus.ask(command).map(payment -> answer(payment, body.amount()));
    }

    private static Response answer(Payment payment, Money amount) {
        if (payment.status() == PaymentStatus.DECLINED) {
            String code = payment.declineCode() == null ? "generic_decline" : payment.declineCode();
            String words = payment.declineMessage() == null ? code : payment.declineMessage();
            throw new Rejection(new Problem(ProblemType.PAYMENT_DECLINED, words).with("declineCode", code));
        }
        String url = payment.actionUrl();
        return new Response(
                201,
                new TopUpView(payment.id(), payment.status(), amount, url == null ? null : new NextAction(url)),
                Map.of());
    }

    private record WithdrawalBody(Money amount) {}

    private Future<Response> withdraw(Request request) {
        UserId driver = request.principal().user();
        Money amount = request.body(WithdrawalBody.class).amount();
        Withdraw command = new Withdraw(named(driver, "withdrawal", request), driver, amount);
        return bus.ask(command).map(withdrawal -> new Response(201, withdrawal, Map.of()));
    }

    private Future<Response> previewWithdrawal(Request request) {
        String amount = request.query("amount");
        return bus.ask(new PreviewWithdrawal(
                        request.principal().user(),
                        request.requiredQuery("currency"),
                        amount == null ? null : Long.valueOf(amount)))
                .map(Response::ok);
    }

    /** The same key is the same money, also where the first answer was never stored. */
    private static UUID named(UserId driver, String what, Request request) {
        String key = request.idempotencyKey();
        if (key == null) {
            throw new Rejection(ProblemType.IDEMPOTENCY_KEY_REQUIRED, "send an Idempotency-Key");
        }
        return UUID.nameUUIDFromBytes((driver + " " + what + " " + key).getBytes(StandardCharsets.UTF_8));
    }

    private Future<Response> listEntries(Request request) {
        long[] cursor = cursor(request.query("cursor"));
        ListWalletEntries command = new ListWalletEntries(
                request.principal().user(),
                request.requiredQuery("currency"),
                cursor == null ? null : new Position(cursor[0], cursor[1]),
                request.limit());
        return bus.ask(command).map(page -> {
            Position next = page.next();
            return Response.page(page.items(), next == null ? null : cursor(next.entry(), next.balance()));
        });
    }

    private Future<Response> getTrialBalance(Request request) {
        String day = request.query("day");
        return bus.ask(new GetTrialBalance(request.principal(), day == null ? null : day(day)))
                .map(Response::ok);
    }

    private Future<Response> getStatement(Request request) {
        long[] cursor = cursor(request.query("cursor"));
        String owner = request.query("owner");
        GetStatement command = new GetStatement(
                request.principal(),
                Account.valueOf(request.requiredQuery("account").toUpperCase(Locale.ROOT)),
                owner == null ? null : UserId.parse(owner),
                request.requiredQuery("currency"),
                cursor == null ? null : new StatementEntry.End(cursor[0], cursor[1]),
                request.limit());
        return bus.ask(command).map(page -> {
            StatementEntry.End next = page.next();
            return Response.page(page.items(), next == null ? null : cursor(next.entry(), next.balance()));
        });
    }

    private Future<Response> findDifferences(Request request) {
        return bus.ask(new FindDifferences(request.principal())).map(Response::ok);
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "there is no such day", "/query/day");
        }
    }

    private static String cursor(long entry, long balance) {
        return entry + "." + balance;
    }

    private static long @Nullable [] cursor(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int dot = text.indexOf('.');
        try {
            return new long[] {Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1))};
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
