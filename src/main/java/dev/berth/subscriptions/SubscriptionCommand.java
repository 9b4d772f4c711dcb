package dev.berth.subscriptions;

import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.PlanId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked of monthly passes and permits. What is somebody else's is NOT_FOUND. */
public sealed interface SubscriptionCommand<R extends Message> extends Command<R> {
    String ADDRESS = "subscriptions.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** What a place offers, for everybody. */
    record ListPlans(ListingId listing) implements SubscriptionCommand<PlanList> {}

    record PlanList(List<Plan> plans) implements Message {
        public PlanList {
            plans = List.copyOf(plans);
        }
    }

    /**
     * For the owner of the listing; FORBIDDEN for others. The currency is that of the listing's tariff: else UNPROCESSABLE, as
     * is one plan too many.
     *
     * @param places 1 to 10,000
     */
    record CreatePlan(
            Principal actor,
            ListingId listing,
            PassTerms terms,
            int places,
            @Nullable Once once) implements SubscriptionCommand<Plan> {}

    /**
     * Changes what is sold from now on, and nothing of what was.
     *
     * @param terms all of them; of the same kind, and currency
     * @param expectedVersion null for whatever it is now; else PRECONDITION_FAILED when it is another
     */
    record ChangePlan(
            Principal actor,
            PlanId plan,
            PassTerms terms,
            int places,
            @Nullable Long expectedVersion) implements SubscriptionCommand<Plan> {}

    /** One plan, as {@link ListPlans} shows it. */
    record GetPlan(PlanId plan) implements SubscriptionCommand<Plan> {}

    /** No more are sold; those that were go on. Repeatable. */
    record WithdrawPlan(Principal actor, PlanId plan) implements SubscriptionCommand<Done> {}

    /**
     * Buys a pass and pays its first month, and the deposit with it. Refused with QUOTE_STALE when it does not cost that any
     * more, PLAN_SOLD_OUT, SLOT_TAKEN when the place has too few free slots from then on, PAYMENT_DECLINED,
     * NO_FITTING_BAY for the vehicles; UNPROCESSABLE for a permit, which is given by the owner.
     *
     * @param vehicles the driver's own
     * @param from the first moment; null begins at once
     * @param price of the first payment, deposit included, as the driver was shown it
     * @param method the wallet, a saved card, or a token whose card is saved for that, as of {@link
     *     dev.berth.payments.PaymentCommand.Charge}; it pays the renewals too
     * @param vehiclesAtOnce how many, when each has its price; null for one of them, and for any other plan
     */
    record Buy(
            Principal actor,
            PlanId plan,
            List<VehicleId> vehicles,
            @Nullable Instant from,
            Money price,
            String method,
            @Nullable Integer vehiclesAtOnce,
            @Nullable Once once)
            implements SubscriptionCommand<Details> {
        /** For as many vehicles as the plan says. */
        public Buy(
                Principal actor,
                PlanId plan,
                List<VehicleId> vehicles,
                @Nullable Instant from,
                Money price,
                String method,
                @Nullable Once once) {
            this(actor, plan, vehicles, from, price, method, null, once);
        }

        public Buy {
            vehicles = List.copyOf(vehicles);
        }
    }

    /**
     * The owner of the place gives a permit, which begins at once. Refused as {@link Buy}.
     *
     * @param holder whom it is for, 1 to 100 characters
     * @param plates of the vehicles that it lets in, at least one
     * @param until null for as long as the owner wants
     */
    record Grant(
            Principal actor,
            PlanId plan,
            String holder,
            List<String> plates,
            @Nullable Instant until,
            @Nullable Once once)
            implements SubscriptionCommand<Details> {
        public Grant {
            plates = List.copyOf(plates);
        }
    }

    /** For its driver, its host and administrators. */
    record GetSubscription(Principal actor, SubscriptionId subscription) implements SubscriptionCommand<Details> {}

    /** Whose side somebody is on. */
    enum Side {
        DRIVER,
        HOST
    }

    /**
     * The actor's own, the latest first.
     *
     * @param before the last one of the page before, null for the first
     * @param limit 1 to 1,000
     */
    record ListSubscriptions(
            Principal actor,
            Side side,
            @Nullable ListingId listing,
            @Nullable SubscriptionId before,
            int limit) implements SubscriptionCommand<Page> {}

    /** @param next where the next page begins, null at the end */
    record Page(List<Item> items, @Nullable SubscriptionId next) implements Message {
        public Page {
            items = List.copyOf(items);
        }
    }

    /** @param method as of {@link Details}, for its driver; null for others */
    record Item(Subscription subscription, @Nullable String method) {}

    /**
     * Pays by hand what a renewal could not, or goes on with a first payment; ILLEGAL_STATE when nothing is due. The method
     * pays the renewals from then on.
     */
    record Pay(Principal actor, SubscriptionId subscription, String method) implements SubscriptionCommand<Details> {}

    /**
     * The months that follow are paid with something else: the wallet, or one of the driver's saved cards, as {@link
     * dev.berth.payments.CardMethod} names it; UNPROCESSABLE for a token, which nothing is known of when nobody is there.
     * ILLEGAL_STATE when something is due: {@link Pay} says what pays from then on.
     */
    record ChangeMethod(Principal actor, SubscriptionId subscription, String method)
            implements SubscriptionCommand<Details> {}

    /** When a change of a pass takes effect. The name is public. */
    enum TakesEffect {
        /** At once; the difference for the rest of the month is paid or goes back. */
        NOW,
        /** With the next month, which is paid as the new plan says. Not for more vehicles at once. */
        RENEWAL
    }

    /** What a change would cost; refused as {@link Change}, which it is asked with. */
    record QuoteChange(Change change) implements SubscriptionCommand<ChangeQuote> {}

    /**
     * @param terms the new ones; the price is that of a month
     * @param from when it takes effect
     * @param to the end of the month that is paid
     * @param days from that day to the end of the month, of {@code ofDays}, that the lines are for
     * @param lines what is credited, below zero, and what is charged; none when it takes effect with the next month
     * @param due their sum: what is to be paid now or, below zero, what goes back
     */
    record ChangeQuote(
            PlanId plan,
            PassTerms terms,
            TakesEffect takesEffect,
            Instant from,
            Instant to,
            int days,
            int ofDays,
            List<QuoteLine> lines,
            Money due)
            implements Message {
        public ChangeQuote {
            lines = List.copyOf(lines);
        }
    }

    record QuoteLine(QuoteLineKind kind, Money amount) {}

    /** The name is public. */
    enum QuoteLineKind {
        /** The rest of the month as it was. */
        UNUSED,
        /** The rest of the month as it will be, or the part of a calendar month that a pass begins in. */
        REST_OF_MONTH,
        /** A whole month. */
        MONTH,
        DEPOSIT
    }

    /**
     * Another plan of the same place, or another number of vehicles at once, for its driver. What is to be paid is paid with what
     * pays the pass, and may want a step at the bank; what goes back goes to what the month was paid with. A planned change takes
     * the place of another one. Refused with ILLEGAL_STATE unless the pass is paid and goes on, and while another change is being
     * paid; QUOTE_STALE when it does not cost that any more; PLAN_SOLD_OUT, SLOT_TAKEN, NO_FITTING_BAY, PAYMENT_DECLINED as
     * {@link Buy}; UNPROCESSABLE for what the plan does not sell.
     *
     * @param vehicles at once; null for what the plan says
     * @param due as the driver was shown it
     */
    record Change(
            Principal actor,
            SubscriptionId subscription,
            PlanId plan,
            @Nullable Integer vehicles,
            TakesEffect takesEffect,
            Money due,
            @Nullable Once once)
            implements SubscriptionCommand<Details> {}

    /** Gives up a change that is planned, or not paid yet. Repeatable; without effect when there is none. */
    record GiveUpChange(Principal actor, SubscriptionId subscription) implements SubscriptionCommand<Details> {}

    /**
     * For its driver: a change that is planned, or is being paid.
     *
     * @param at when it takes effect
     * @param payment when it is being paid
     */
    record OpenChange(
            PlanId plan,
            PassTerms terms,
            Instant at,
            @Nullable DuePayment payment) {}

    /** What the first payment of a pass consists of; NOT_FOUND when there is no such plan, UNPROCESSABLE as {@link Buy}. */
    record QuotePass(
            PlanId plan, @Nullable Instant from, @Nullable Integer vehicles)
            implements SubscriptionCommand<PassQuote> {}

    /**
     * @param to when the first month ends
     * @param days of the first month, of {@code ofDays}
     * @param monthly the price of the months that follow
     * @param total the sum of the lines
     */
    record PassQuote(Instant from, Instant to, int days, int ofDays, List<QuoteLine> lines, Money monthly, Money total)
            implements Message {
        public PassQuote {
            lines = List.copyOf(lines);
        }
    }

    /**
     * For its driver and its host. A pass that is paid ends with its month, or with the next one when that is too near; what
     * is not paid, and a permit, ends at once. Repeatable.
     */
    record Cancel(Principal actor, SubscriptionId subscription) implements SubscriptionCommand<Details> {}

    /**
     * @param payment how its last payment stands, when something is due; null otherwise
     * @param endsIfCancelled when it would end if it was cancelled now; null when it ends anyway
     * @param cards for whose it is; empty for others and when they open nothing
     * @param due what has to be paid now; null when nothing
     * @param method what pays the months that follow, for its driver: {@link dev.berth.payments.WalletCommand#METHOD}, or a card
     *     as {@link dev.berth.payments.CardMethod} names it
     * @param change that is planned or being paid, for its driver
     */
    record Details(
            Subscription subscription,
            @Nullable DuePayment payment,
            @Nullable Money due,
            @Nullable Instant endsIfCancelled,
            List<Car> vehicles,
            List<Pass> cards,
            @Nullable String method,
            @Nullable OpenChange change)
            implements Message {
        public Details {
            vehicles = List.copyOf(vehicles);
            cards = List.copyOf(cards);
        }
    }

    /** @param actionUrl where the driver has to go, when the status is REQUIRES_ACTION */
    record DuePayment(
            PaymentId id, PaymentStatus status, @Nullable String actionUrl) {}

    /** Either a vehicle of the driver's or a plate. */
    record Car(@Nullable VehicleId vehicle, @Nullable String plate) {}

    /** What opens the gate for one of its slots. */
    record Pass(String slot, String pin, String qr) {
        @Override
        public String toString() {
            return "Pass[]";
        }
    }

    /**
     * Between the capabilities: passes of a place, as its gates see them. One of card and PIN says which; with neither, those of
     * vehicles.
     *
     * @param at when somebody stands at the gate; null is the present, by the database's clock
     */
    record FindPasses(
            ListingId listing,
            @Nullable UUID card,
            @Nullable String pin,
            @Nullable Instant at) implements SubscriptionCommand<PassRights> {
        /** Rights in one answer. */
        public static final int MAX_RIGHTS = 10_000;

        @Override
        public String toString() {
            return "FindPasses[listing=" + listing + "]";
        }
    }

    record PassRights(List<PassRight> rights) implements Message {
        public PassRights {
            rights = List.copyOf(rights);
        }
    }

    /**
     * A pass as a gate sees it.
     *
     * @param key by which it is known who is inside: of the card, or of the vehicle
     * @param listing that it is for
     * @param concurrency how many may be inside at once
     * @param refusal why it does not let anybody in; null when it does
     * @param late whether whoever is inside has stayed too long
     * @param vehicle of the driver's, when it was asked for vehicles
     * @param plate as it was named, if it was
     * @param nonce of a card; null for a vehicle
     */
    record PassRight(
            UUID key,
            SubscriptionId pass,
            ListingId listing,
            UserId driver,
            int concurrency,
            @Nullable PassRefusal refusal,
            boolean late,
            @Nullable VehicleId vehicle,
            @Nullable String plate,
            @Nullable SlotId slot,
            @Nullable Long nonce) {}

    /** Why a pass lets nobody in. */
    enum PassRefusal {
        NOT_BEGUN,
        UNPAID,
        SUSPENDED,
        ENDED,
        OUTSIDE_HOURS
    }

    /** Between the capabilities: what a part of a payment was for; NOT_FOUND when it was for no pass. */
    record DescribePass(PaymentId part) implements SubscriptionCommand<DescribedPass> {}

    /** @param month that was paid for; null when it was the deposit, which buys nothing */
    record DescribedPass(Subscription subscription, SubscriptionEvent.@Nullable PaidMonth month) implements Message {}

    /** Between this capability's own parts: a payment's outcome is known. Repeatable. */
    record Settle(PaymentId payment) implements SubscriptionCommand<Done> {}
}
