package dev.berth.payouts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.Principal;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of payouts: each host about their own money. Guests are refused with ACCOUNT_REQUIRED. */
public sealed interface PayoutCommand<R extends Message> extends Command<R> {
    String ADDRESS = "payouts.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** How the actor's money stands, and whether it can be sent. */
    record GetAccount(Principal actor) implements PayoutCommand<PayoutAccount> {}

    /**
     * Where the actor tells the provider who they are and where their money goes. PAYMENT_PROVIDER_UNAVAILABLE when there is
     * no such place at the moment.
     *
     * @param timeZone for the weekly run, IANA name; null for the one of their listings
     */
    record Onboard(Principal actor, @Nullable String timeZone) implements PayoutCommand<Onboarding> {}

    /**
     * Sends all that is available. ILLEGAL_STATE when the actor's account cannot be paid, UNPROCESSABLE when less than the
     * minimum is available.
     *
     * @param currency ISO 4217 code
     * @param once makes it repeatable
     */
    record RequestPayout(
            Principal actor, String currency, @Nullable Once once) implements PayoutCommand<Payout> {}

    /**
     * The actor's payouts, the latest first.
     *
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListPayouts(Principal actor, @Nullable PayoutId before, int limit) implements PayoutCommand<PayoutPage> {}

    /** NOT_FOUND when it is not the actor's; administrators see everybody's. */
    record GetPayout(Principal actor, PayoutId payout) implements PayoutCommand<Payout> {}

    /**
     * What the actor has earned, by the days on which it was booked in the ledger, in their zone.
     *
     * @param from the first day; null for the last twelve periods. It is moved to the beginning of its period
     * @param to the day after the last; null for after today
     * @param listing of one listing only; null for all
     */
    record GetEarnings(
            Principal actor,
            Period by,
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable ListingId listing) implements PayoutCommand<Earnings> {}

    /** What earnings are summed up by; weeks begin on Mondays. */
    enum Period {
        DAY,
        WEEK,
        MONTH
    }

    /** Whether the provider sends money to an account. */
    enum AccountState {
        /** There is none. */
        NONE,
        /** The host has not told the provider everything that it asks for. */
        ONBOARDING,
        ENABLED,
        /** The host has told all, and the provider does not pay all the same, or not yet. */
        RESTRICTED
    }

    /**
     * A host's money in one currency.
     *
     * @param held earned, and not to be had yet (RULES 30)
     * @param heldUntil when the next of it is released, about; null when none is held by a stay that is known
     * @param available negative when more has been given back to drivers since it was paid out
     * @param underWay in payouts that the provider has not answered
     * @param minimum the least that is paid out
     */
    record Balance(
            Money held,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Instant heldUntil,

            Money available,
            Money underWay,
            Money minimum) {}

    /**
     * How a host is paid.
     *
     * @param timeZone IANA name, of the weekly run and of earnings
     * @param nextRunAt of the weekly run
     * @param holdbackHours after the end of a stay
     * @param balances one for each currency in which there is or was something, the largest first
     */
    record PayoutAccount(
            AccountState state, String timeZone, Instant nextRunAt, int holdbackHours, List<Balance> balances)
            implements Message {
        public PayoutAccount {
            balances = List.copyOf(balances);
        }
    }

    /** @param url the provider's page, which works once and until {@code expiresAt} */
    record Onboarding(URI url, Instant expiresAt) implements Message {}

    /** @param next where the next page begins, null at the end */
    record PayoutPage(
            List<Payout> items,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            PayoutId next) implements Message {
        public PayoutPage {
            items = List.copyOf(items);
        }
    }

    /**
     * Sums of one currency: {@code gross - refunds - commission = net}.
     *
     * @param gross what drivers have paid for stays, without taxes on top
     * @param refunds what of it was given back to them
     * @param commission the platform's share of the rest
     * @param net the host's
     */
    record Sums(Money gross, Money refunds, Money commission, Money net) {}

    /** @param from its first day */
    record PeriodSums(LocalDate from, Sums sums) {}

    /** @param title the listing's, as it was last booked */
    record ListingSums(ListingId listing, String title, Sums sums) {}

    /**
     * @param from the first day, of a period's beginning
     * @param to the day after the last
     * @param periods those in which there is something, the earliest first
     * @param listings the ones with the largest net first
     */
    record Earnings(
            String timeZone,
            Period by,
            LocalDate from,
            LocalDate to,
            List<PeriodSums> periods,
            List<ListingSums> listings)
            implements Message {
        public Earnings {
            periods = List.copyOf(periods);
            listings = List.copyOf(listings);
        }
    }
}
