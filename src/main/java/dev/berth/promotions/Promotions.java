package dev.berth.promotions;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.DiscountPostings.Standing;
import dev.berth.promotions.PromotionCommand.AdjustDiscount;
import dev.berth.promotions.PromotionCommand.CodePage;
import dev.berth.promotions.PromotionCommand.Codes;
import dev.berth.promotions.PromotionCommand.CreatePromotion;
import dev.berth.promotions.PromotionCommand.GenerateCodes;
import dev.berth.promotions.PromotionCommand.ListCodes;
import dev.berth.promotions.PromotionCommand.ListPromotions;
import dev.berth.promotions.PromotionCommand.PriceCode;
import dev.berth.promotions.PromotionCommand.PromotionPage;
import dev.berth.promotions.PromotionCommand.WithdrawPromotion;
import dev.berth.promotions.PromotionEvent.DiscountChanged;
import dev.berth.promotions.PromotionSql.Listed;
import dev.berth.promotions.PromotionSql.Locked;
import dev.berth.promotions.PromotionSql.Usable;
import dev.berth.promotions.PromotionSql.Used;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.PromotionId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What promotions are worth, who may make them, and what becomes of discounts when their bookings change. */
final class Promotions {
    private final PromotionSql sql;
    private final LedgerSql ledger;
    private final Outbox outbox;
    private final OnceSql once;
    private final Merchants merchants;
    private final PromotionConfig config;
    private final PromotionMetrics metrics;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Promotions(
            PromotionSql sql,
            LedgerSql ledger,
            Outbox outbox,
            OnceSql once,
            Merchants merchants,
            PromotionConfig config,
            PromotionMetrics metrics,
            Clock clock) {
        this.sql = sql;
        this.ledger = ledger;
        this.outbox = outbox;
        this.once = once;
        this.merchants = merchants;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    Discount price(PriceCode command) {
        String code = PromoCodes.normal(command.code());
        Usable usable = code == null
                ? null
                : sql.usable(code, command.host(), command.driver()).orElse(null);
        long off = usable == null ? 0 : usable.terms().off(command.price());
        if (usable == null || off < 1) {
            metrics.refused.increment();
            throw refused();
        }
        return new Discount(
                usable.promotion(),
                usable.code(),
                usable.shown(),
                usable.terms().payer(),
                usable.terms().payer() == Payer.PLATFORM ? null : usable.owner(),
                usable.terms().percent(),
                command.price(),
                new Money(off, command.price().currency()));
    }

    /** The same for whatever reason, so that nobody learns which codes there are. */
    private static Rejection refused() {
        return new Rejection(
                ProblemType.PROMO_CODE_REFUSED,
                "there is no such code, or it is not for this stay, or it has been used",
                "/promoCode");
    }

    void adjust(AdjustDiscount command) {
        if (command.ended()) {
            sql.giveBack(command.booking());
        }
        outbox.inTransaction(changes -> {
            Used used = sql.lockUse(changes.connection(), command.booking()).orElse(null);
            if (used == null) {
                return false;
            }
            Standing wanted = DiscountPostings.standing(
                    used.payer(), used.price(), used.discount(), command.kept(), used.commission());
            if (!used.host().equals(command.host())) {
                // What the first host was to get of it is not the other one's, who gets the share of their own price.
                wanted = new Standing(wanted.borne(), Money.zero(used.price().currency()));
            }
            List<Line> lines =
                    DiscountPostings.lines(used.payer(), used.account(), used.host(), used.standing(), wanted);
            if (lines.isEmpty()) {
                return false;
            }
            Transfer transfer =
                    new Transfer(Ids.next(), TransferKind.PROMOTION_REVERSED, null, command.booking(), null, lines);
            ledger.post(changes.connection(), transfer);
            sql.setStanding(changes.connection(), command.booking(), wanted);
            changes.record(new DiscountChanged(command.booking()));
            return true;
        });
    }

    Promotion create(CreatePromotion command) {
        PromotionTerms terms = command.terms();
        UserId owner = command.actor().user();
        requirePayer(command.actor(), terms.payer());
        check(terms, command.code() != null, owner);
        String typed = command.code();
        String code = typed == null ? null : PromoCodes.chosen(typed);
        return outbox.inTransaction(changes -> once.once(
                changes.connection(), command.actor(), "createPromotion", command.once(), Promotion.class, () -> {
                    PromotionId id = PromotionId.next();
                    sql.insert(changes.connection(), id, owner, terms);
                    if (typed != null && code != null) {
                        List<String> shown = List.of(typed.strip());
                        if (sql.insertCodes(changes.connection(), id, List.of(code), shown, false)
                                .isEmpty()) {
                            throw new Rejection(ProblemType.CONFLICT, "choose another code", "/code");
                        }
                    }
                    return sql.find(changes.connection(), id);
                }));
    }

    /** Who may spend whose money. */
    private void requirePayer(Principal actor, Payer payer) {
        if (actor.isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "who makes promotions has an account");
        }
        switch (payer) {
            case PLATFORM -> {
                if (!actor.isAdmin()) {
                    throw new Rejection(ProblemType.FORBIDDEN, "what the platform pays administrators decide");
                }
            }
            case MERCHANT -> merchants.require(actor.user());
            case HOST -> {
                // For their own places: see check.
            }
        }
    }

    private void check(PromotionTerms terms, boolean shared, UserId owner) {
        if ((terms.percent() == null) == (terms.amount() == null)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "either a percentage or an amount", "/percent");
        }
        Instant now = clock.instant();
        if (!terms.validFrom().isBefore(terms.validUntil())
                || !terms.validUntil().isAfter(now)) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "it ends after it begins, and not in the past", "/validUntil");
        }
        if (Duration.between(now, terms.validUntil()).compareTo(config.longest()) > 0) {
            String detail =
                    "valid for at most %d days".formatted(config.longest().toDays());
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/validUntil");
        }
        switch (terms.payer()) {
            case HOST -> {
                if (!owner.equals(terms.host())) {
                    throw new Rejection(
                            ProblemType.UNPROCESSABLE, "a host's codes are for their own places", "/hostId");
                }
            }
            case MERCHANT -> {
                if (shared) {
                    throw new Rejection(
                            ProblemType.UNPROCESSABLE, "a merchant's codes are made, one for each customer", "/code");
                }
                if (terms.most() == null) {
                    throw new Rejection(ProblemType.UNPROCESSABLE, "say what one validation takes off at most", "/cap");
                }
                if (!merchants.require(owner).limit().currency().equals(terms.currency())) {
                    throw new Rejection(ProblemType.UNPROCESSABLE, "another currency than the merchant's", "/currency");
                }
            }
            case PLATFORM -> {
                // For any places.
            }
        }
    }

    PromotionPage list(ListPromotions command) {
        UserId owner = command.actor().isAdmin() && command.payer() != null
                ? null
                : command.actor().user();
        List<Promotion> found = sql.list(owner, command.payer(), command.before(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Promotion> page = more ? found.subList(0, command.limit()) : found;
        return new PromotionPage(page, more ? page.getLast().id() : null);
    }

    Promotion withdraw(WithdrawPromotion command) {
        require(command.actor(), command.promotion());
        sql.withdraw(command.promotion());
        return require(command.actor(), command.promotion());
    }

    private Promotion require(Principal actor, PromotionId id) {
        return sql.find(id)
                .filter(found -> found.owner().equals(actor.user()) || actor.isAdmin())
                .orElseThrow(Promotions::unknown);
    }

    private static Rejection unknown() {
        return new Rejection(ProblemType.NOT_FOUND, "you have no such promotion");
    }

    Codes generate(GenerateCodes command) {
        if (command.count() < 1 || command.count() > config.batchMax()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "1 to %d codes at once".formatted(config.batchMax()), "/count");
        }
        require(command.actor(), command.promotion());
        return outbox.inTransaction(changes -> once.once(
                changes.connection(),
                command.actor(),
                "generateCodes",
                command.once(),
                Codes.class,
                () -> generate(changes.connection(), command)));
    }

    private Codes generate(SqlConnection connection, GenerateCodes command) {
        Locked locked = sql.lock(connection, command.promotion()).orElseThrow(Promotions::unknown);
        PromotionTerms terms = locked.terms();
        if (locked.withdrawn() || !terms.validUntil().isAfter(locked.now())) {
            throw new Rejection(ProblemType.CONFLICT, "the promotion is over");
        }
        if (locked.codes() + command.count() > config.codesMax()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "at most %d codes in all".formatted(config.codesMax()), "/count");
        }
        Long most = terms.most();
        if (terms.payer() == Payer.MERCHANT && most != null) {
            merchants.requireRoom(connection, locked.owner(), Math.multiplyExact(most, (long) command.count()));
        }
        List<String> made = new ArrayList<>();
        while (made.size() < command.count()) {
            Set<String> shown = new LinkedHashSet<>();
            while (made.size() + shown.size() < command.count()) {
                shown.add(PromoCodes.generate(random));
            }
            made.addAll(sql.insertCodes(
                    connection,
                    command.promotion(),
                    shown.stream().map(PromoCodes::chosen).toList(),
                    List.copyOf(shown),
                    true));
        }
        metrics.made.increment(made.size());
        return new Codes(terms, made);
    }

    CodePage codes(ListCodes command) {
        require(command.actor(), command.promotion());
        List<Listed> found = sql.codes(command.promotion(), command.after(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Listed> page = more ? found.subList(0, command.limit()) : found;
        @Nullable String next = more ? page.getLast().code() : null;
        return new CodePage(page.stream().map(Listed::use).toList(), next);
    }
}
