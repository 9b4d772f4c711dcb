package dev.berth.fees;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked of fee policies (RULES 27). */
public sealed interface FeeCommand<R extends Message> extends Command<R>
        permits FeeCommand.GetCommission,
                FeeCommand.CalculateFees,
                FeeCommand.AddPolicy,
                FeeCommand.ListPolicies,
                FeeCommand.GetTax,
                FeeCommand.AddTax,
                FeeCommand.ListTaxes {
    String ADDRESS = "fees.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * What counts for a host now: their own policy, else the platform's, else what is configured. Nothing is checked.
     *
     * @param timeZone of the place, by which its tax is known; null when that is not asked for
     */
    record GetCommission(UserId host, @Nullable String timeZone) implements FeeCommand<Commission> {
        /** Wherever it is. */
        public GetCommission(UserId host) {
            this(host, null);
        }
    }

    /**
     * @param basisPoints the platform's share of a price, of 10,000
     * @param serviceFee what drivers pay beside it, at the place's standard rate of tax; null for nothing
     * @param tax of the place; null where none is known
     */
    record Commission(
            int basisPoints,
            @Nullable ServiceFeeTerms serviceFee,
            @Nullable PlaceTax tax) implements Message {
        /** Without a service fee, where no tax is known. */
        public Commission(int basisPoints) {
            this(basisPoints, null, null);
        }

        Commission at(@Nullable PlaceTax place) {
            return place == null
                    ? this
                    : new Commission(basisPoints, serviceFee == null ? null : serviceFee.at(place), place);
        }
    }

    /**
     * The tax of a place (RULES 31). Nothing is checked.
     *
     * @param timeZone of the place
     * @param at when; null for the moment of asking
     */
    record GetTax(String timeZone, @Nullable Instant at) implements FeeCommand<TaxOfPlace> {}

    /** @param tax null where none is known: then there is none */
    record TaxOfPlace(@Nullable PlaceTax tax) implements Message {}

    /**
     * Adds a version of a place's tax; for administrators: FORBIDDEN otherwise. What was sold before keeps what it was sold with.
     * UNPROCESSABLE when a time zone is unknown, or the time has passed.
     *
     * @param place ISO 3166-1 country, or 3166-2 subdivision
     * @param basisPoints 0 to 10,000
     * @param inclusive whether it is in the prices there
     * @param zones at most {@value #MAX_ZONES}; none to end what the place has
     * @param validFrom not in the past; null for at once
     */
    record AddTax(
            Principal actor,
            String place,
            String name,
            int basisPoints,
            boolean inclusive,
            List<String> zones,
            @Nullable Instant validFrom,
            String reason,
            @Nullable Once once)
            implements FeeCommand<TaxVersion> {
        public static final int MAX_ZONES = 40;

        public AddTax {
            zones = List.copyOf(zones);
        }
    }

    /**
     * The history, the latest that was added first; for administrators: FORBIDDEN otherwise.
     *
     * @param place whose; null for all there are
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListTaxes(
            Principal actor,
            @Nullable String place,
            @Nullable UUID before,
            int limit) implements FeeCommand<TaxPage> {}

    /** @param next where the next page begins, null at the end */
    record TaxPage(List<TaxVersion> items, @Nullable UUID next) implements Message {
        public TaxPage {
            items = List.copyOf(items);
        }
    }

    /**
     * What a price of parking becomes for the driver, and who gets what of it (PY6); for everybody.
     *
     * @param host whose policy counts; null for everybody's who has none of their own
     * @param parking zero or more
     * @param timeZone of the place, by which the tax of the fee is known; null for none
     */
    record CalculateFees(
            @Nullable UserId host, Money parking, @Nullable String timeZone) implements FeeCommand<FeeCalculation> {}

    /**
     * @param serviceFee what the driver pays beside the parking, with its tax; null for nothing
     * @param total what the driver pays: it is what host, platform and the tax of the fee add up to
     * @param host the parking less the commission
     * @param platform the rest
     * @param commissionBasisPoints of the parking, of 10,000
     */
    record FeeCalculation(
            Money parking,
            @Nullable BookedFee serviceFee,
            Money total,
            Money host,
            Money platform,
            int commissionBasisPoints)
            implements Message {}

    /**
     * Adds a version; for administrators: FORBIDDEN otherwise. What was quoted or booked before keeps what it was promised.
     *
     * @param host whom it is for; null for everybody who has none of their own
     * @param commissionBasisPoints 0 to 10,000; null, for a host only, to have the platform's count again
     * @param serviceFee what drivers pay beside the parking, at most what {@link FeeConfig} allows; null, for a host, to have the
     *     platform's count; for the platform, to have none
     * @param validFrom not in the past; null for at once
     */
    record AddPolicy(
            Principal actor,
            @Nullable UserId host,
            @Nullable Integer commissionBasisPoints,
            @Nullable ServiceFeeRate serviceFee,
            @Nullable Instant validFrom,
            String reason,
            @Nullable Once once)
            implements FeeCommand<FeePolicy> {
        /** Without a service fee of its own. */
        public AddPolicy(
                Principal actor,
                @Nullable UserId host,
                @Nullable Integer commissionBasisPoints,
                @Nullable Instant validFrom,
                String reason,
                @Nullable Once once) {
            this(actor, host, commissionBasisPoints, null, validFrom, reason, once);
        }
    }

    /**
     * The history, the latest that was added first; for administrators: FORBIDDEN otherwise.
     *
     * @param host whose; null for all there are
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListPolicies(
            Principal actor,
            @Nullable UserId host,
            @Nullable UUID before,
            int limit) implements FeeCommand<PolicyPage> {}

    /**
     * @param configuredBasisPoints what counts where there is no policy at all
     * @param next where the next page begins, null at the end
     */
    record PolicyPage(
            List<FeePolicy> items,
            int configuredBasisPoints,
            @Nullable UUID next) implements Message {
        public PolicyPage {
            items = List.copyOf(items);
        }
    }
}
