package dev.berth.promotions;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.PromotionId;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked of promotions (PY12). */
public sealed interface PromotionCommand<R extends Message> extends Command<R>
        permits PromotionCommand.PriceCode,
                PromotionCommand.AdjustDiscount,
                PromotionCommand.CreatePromotion,
                PromotionCommand.ListPromotions,
                PromotionCommand.WithdrawPromotion,
                PromotionCommand.GenerateCodes,
                PromotionCommand.ListCodes,
                PromotionCommand.AppointMerchant,
                PromotionCommand.ListMerchants,
                PromotionCommand.GetMerchant,
                PromotionCommand.ReadMerchantStatement,
                PromotionCommand.SettleValidations {
    String ADDRESS = "promotions.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * What a code takes off a price. Nothing is kept: that is done with the booking. PROMO_CODE_REFUSED when it takes nothing
     * off, for whatever reason: the answer does not tell whether there is such a code.
     *
     * @param driver null for a visitor
     * @param code as it was typed
     * @param host whose place it is
     */
    record PriceCode(@Nullable UserId driver, String code, UserId host, Money price)
            implements PromotionCommand<Discount> {}

    /**
     * A booking with a code has ended unpaid, or something of its money has gone back, or it is another host's now. Repeatable:
     * what counts is how it is to be in the end. A booking without a code is left alone.
     *
     * @param ended whether it has ended before it was paid
     * @param host whose place it is now
     * @param kept what is kept of what the driver has paid with it; of a stay that cost the driver nothing, what is kept of the
     *     price
     */
    record AdjustDiscount(BookingId booking, boolean ended, UserId host, Money kept)
            implements PromotionCommand<Done> {}

    /**
     * Makes a promotion: of the platform for administrators, a host's own for their own places, a merchant's for merchants,
     * whose codes are made one for each. FORBIDDEN otherwise, CONFLICT when the code is there already, UNPROCESSABLE for terms
     * that make no sense.
     *
     * @param code that everybody shares; null when each gets one of their own
     */
    record CreatePromotion(
            Principal actor,
            PromotionTerms terms,
            @Nullable String code,
            @Nullable Once once) implements PromotionCommand<Promotion> {}

    /**
     * The actor's own, or for administrators all of a payer's, the latest first.
     *
     * @param payer whose; null for any
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListPromotions(
            Principal actor,
            @Nullable Payer payer,
            @Nullable PromotionId before,
            int limit) implements PromotionCommand<PromotionPage> {}

    /** @param next where the next page begins, null at the end */
    record PromotionPage(List<Promotion> items, @Nullable PromotionId next) implements Message {
        public PromotionPage {
            items = List.copyOf(items);
        }
    }

    /** From now on nobody books with it. Repeatable. Quotes made before are refused, bookings made before stand. NOT_FOUND. */
    record WithdrawPromotion(Principal actor, PromotionId promotion) implements PromotionCommand<Promotion> {}

    /**
     * Makes codes that can be used once each. UNPROCESSABLE for too many, or for more than a merchant may come to owe, CONFLICT
     * when the promotion is withdrawn or over.
     *
     * @param count 1 to the configured number
     */
    record GenerateCodes(
            Principal actor,
            PromotionId promotion,
            int count,
            @Nullable Once once) implements PromotionCommand<Codes> {}

    /** @param codes as they are printed */
    record Codes(PromotionTerms terms, List<String> codes) implements Message {
        public Codes {
            codes = List.copyOf(codes);
        }
    }

    /**
     * The codes of a promotion in their order, and what has become of them. NOT_FOUND.
     *
     * @param after the last one of the page before, null for the first page
     * @param limit 1 to 1,000
     */
    record ListCodes(
            Principal actor,
            PromotionId promotion,
            @Nullable String after,
            int limit) implements PromotionCommand<CodePage> {}

    /** @param next where the next page begins, null at the end */
    record CodePage(List<CodeUse> items, @Nullable String next) implements Message {
        public CodePage {
            items = List.copyOf(items);
        }
    }

    /**
     * @param uses how many bookings have it now, those that wait for their money included
     * @param usable whether somebody can still book with it
     */
    record CodeUse(String code, boolean single, int uses, boolean usable) {}

    /** Makes an account a merchant, or gives it another name or limit; for administrators. The currency stays. */
    record AppointMerchant(Principal actor, UserId account, String name, Money limit)
            implements PromotionCommand<Merchant> {}

    /** For administrators. */
    record ListMerchants(Principal actor, @Nullable UserId after, int limit)
            implements PromotionCommand<MerchantPage> {}

    /** @param next where the next page begins, null at the end */
    record MerchantPage(List<Merchant> items, @Nullable UserId next) implements Message {
        public MerchantPage {
            items = List.copyOf(items);
        }
    }

    /** The actor as a merchant. NOT_FOUND when they are none. */
    record GetMerchant(Principal actor) implements PromotionCommand<Merchant> {}

    /**
     * @param limit what it owes and what its open codes may come to is not more than that
     * @param owed for validations that were used
     * @param open what its codes that were not used may still come to
     */
    record Merchant(UserId account, String name, Money limit, Money owed, Money open) implements Message {}

    /**
     * What stands in the merchant's account, the latest first. NOT_FOUND when the actor is none.
     *
     * @param after where the page before has ended; null for the first
     * @param limit 1 to 100
     */
    record ReadMerchantStatement(Principal actor, @Nullable StatementEnd after, int limit)
            implements PromotionCommand<MerchantStatement> {}

    /** Where a page has ended. */
    record StatementEnd(long entry, long balance) {}

    /** @param next where the next page begins, null at the end */
    record MerchantStatement(
            List<MerchantEntry> items, @Nullable StatementEnd next) implements Message {
        public MerchantStatement {
            items = List.copyOf(items);
        }
    }

    /** Why a merchant owes more or less. The name is public. */
    enum MerchantEntryKind {
        VALIDATION,
        RETURNED,
        PAID
    }

    /**
     * @param booking null for what was paid
     * @param amount what is owed more; negative when less
     * @param balance what was owed after it
     */
    record MerchantEntry(
            UUID id,
            MerchantEntryKind kind,
            @Nullable BookingId booking,
            Money amount,
            Money balance,
            Instant createdAt) {}

    /**
     * Pays what is owed with the merchant's wallet: at most that. PAYMENT_DECLINED when the wallet has less.
     *
     * @param amount at least one minor unit, in the merchant's currency
     */
    record SettleValidations(
            Principal actor, Money amount, @Nullable Once once) implements PromotionCommand<Merchant> {}
}
