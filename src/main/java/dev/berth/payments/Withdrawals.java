package dev.berth.payments;

import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.WithdrawalCommand.CardFace;
import dev.berth.payments.WithdrawalCommand.PreviewWithdrawal;
import dev.berth.payments.WithdrawalCommand.Withdraw;
import dev.berth.payments.WithdrawalCommand.Withdrawal;
import dev.berth.payments.WithdrawalCommand.WithdrawalPart;
import dev.berth.payments.WithdrawalCommand.WithdrawalPreview;
import dev.berth.payments.WithdrawalPlan.Share;
import dev.berth.payments.WithdrawalPlan.Source;
import dev.berth.payments.WithdrawalSql.Stored;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paying wallets out to the cards that have filled them. A withdrawal is written down with its refunds, and its money set aside,
 * in one transaction; then the provider is asked for each refund, as for any other.
 */
final class Withdrawals {
    private static final Logger LOG = LoggerFactory.getLogger(Withdrawals.class);
    private static final String POINTER = "/amount/amount";

    private final WithdrawalSql sql;
    private final Outbox outbox;
    private final WithdrawalBooks books;
    private final Refunds refunds;
    private final CardGateway cards;
    private final WalletConfig config;
    private final PaymentConfig payments;

    Withdrawals(
            WithdrawalSql sql,
            Outbox outbox,
            WithdrawalBooks books,
            Refunds refunds,
            CardGateway cards,
            WalletConfig config,
            PaymentConfig payments) {
        this.sql = sql;
        this.outbox = outbox;
        this.books = books;
        this.refunds = refunds;
        this.cards = cards;
        this.config = config;
        this.payments = payments;
    }

    Withdrawal withdraw(Withdraw command) {
        if (command.amount().amount() < 1) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "at least one minor unit", POINTER);
        }
        Begun begun = outbox.inTransaction(changes -> begin(changes, command));
        if (!begun.known() && begun.refunds().isEmpty()) {
            throw tooMuch(named(begun.plan()));
        }
        for (RefundRow refund : begun.refunds()) {
            if (!refunds.ask(refund)) {
                // The provider does not answer now: the others are asked for together with it, later.
                break;
            }
        }
        named(begun.plan());
        Stored stored = sql.find(command.withdrawal()).orElseThrow();
        if (!stored.driver().equals(command.driver())
                || !stored.withdrawal().amount().equals(command.amount())) {
            throw new Rejection(ProblemType.CONFLICT, "the withdrawal is of something else");
        }
        return stored.withdrawal();
    }

    /**
     * @param known whether it was written down before
     * @param refunds that the provider is to be asked for; none when it was known, or cannot be paid out
     */
    private record Begun(boolean known, WithdrawalPlan plan, List<RefundRow> refunds) {}

    private Begun begin(Outbox.Changes changes, Withdraw command) {
        SqlConnection connection = changes.connection();
        String currency = command.amount().currency();
        // Two withdrawals of a driver wait for each other here, and one that is asked for twice finds itself.
        List<Source> sources = sql.lockSources(connection, command.driver(), currency, config);
        if (sql.isKnown(connection, command.withdrawal())) {
            return new Begun(true, new WithdrawalPlan(Money.zero(currency), List.of()), List.of());
        }
        WithdrawalPlan plan =
                WithdrawalPlan.of(books.available(connection, command.driver(), currency), sources, command.amount());
        if (!plan.amount().equals(command.amount())) {
            return new Begun(false, plan, List.of());
        }
        if (sql.ofLastDay(connection, command.driver()) >= config.withdrawalsPerDay()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "%d times a day are enough; try again tomorrow".formatted(config.withdrawalsPerDay()));
        }
        sql.insert(connection, command);
        List<RefundRow> wanted = new ArrayList<>();
        for (Share share : plan.shares()) {
            RefundRow refund = sql.insertPart(
                    connection,
                    command.withdrawal(),
                    wanted.size(),
                    share.source().payment(),
                    share.amount(),
                    payments.resolveAfter());
            books.setAside(connection, command.driver(), refund);
            wanted.add(refund);
        }
        return new Begun(false, plan, wanted);
    }

    private static Rejection tooMuch(WithdrawalPlan plan) {
        String detail = plan.payable().isZero()
                ? "nothing in the wallet can be paid back to a card"
                : "%d minor units can be paid back: %s"
                        .formatted(
                                plan.payable().amount(),
                                plan.shares().stream().map(Withdrawals::words).collect(Collectors.joining(", ")));
        List<WithdrawalPart> parts = plan.shares().stream().map(Share::part).toList();
        return new Rejection(new Problem(
                ProblemType.UNPROCESSABLE,
                detail,
                List.of(new FieldError(POINTER, detail)),
                Map.of("payable", plan.payable(), "parts", parts)));
    }

    private static String words(Share share) {
        CardFace card = share.source().card();
        return share.amount().amount()
                + (card == null ? " to a card" : " to " + card.brand() + " ending in " + card.last4());
    }

    WithdrawalPreview preview(PreviewWithdrawal command) {
        Long amount = command.amount();
        WithdrawalPlan plan = named(WithdrawalPlan.of(
                books.available(command.driver(), command.currency()),
                sql.sources(command.driver(), command.currency(), config),
                amount == null ? null : new Money(amount, command.currency())));
        return new WithdrawalPreview(
                plan.payable(),
                plan.amount(),
                plan.shares().stream().map(Share::part).toList());
    }

    /** With the cards that nobody has asked for yet, all asked for at once. */
    private WithdrawalPlan named(WithdrawalPlan plan) {
        List<Future<Optional<CardFace>>> asked = plan.shares().stream()
                .map(share -> share.source().card() == null
                        ? cards.paidWith(share.source().intent())
                        : Future.succeededFuture(Optional.<CardFace>empty()))
                .toList();
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Share share = plan.shares().get(i);
            Source source = share.source();
            Optional<CardFace> face = answer(asked.get(i));
            face.ifPresent(card -> sql.rememberCard(source.payment(), card));
            shares.add(face.map(card -> new Share(source.with(card), share.amount()))
                    .orElse(share));
        }
        return new WithdrawalPlan(plan.payable(), shares);
    }

    private static Optional<CardFace> answer(Future<Optional<CardFace>> asked) {
        try {
            return asked.await();
        } catch (GatewayException failure) {
            LOG.warn("a card that has topped a wallet up is shown without its name: {}", failure.getMessage());
            return Optional.empty();
        }
    }
}
