package dev.berth.fees;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.fees.FeeCommand.AddPolicy;
import dev.berth.fees.FeeCommand.AddTax;
import dev.berth.fees.FeeCommand.CalculateFees;
import dev.berth.fees.FeeCommand.Commission;
import dev.berth.fees.FeeCommand.FeeCalculation;
import dev.berth.fees.FeeCommand.GetCommission;
import dev.berth.fees.FeeCommand.GetTax;
import dev.berth.fees.FeeCommand.ListPolicies;
import dev.berth.fees.FeeCommand.ListTaxes;
import dev.berth.fees.FeeCommand.PolicyPage;
import dev.berth.fees.FeeCommand.TaxOfPlace;
import dev.berth.fees.FeeCommand.TaxPage;
import dev.berth.fees.FeeEvent.PolicyAdded;
import dev.berth.fees.FeeEvent.TaxAdded;
import dev.berth.fees.FeeSql.Counting;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Serves {@link FeeCommand}s. Deploy on a virtual thread, on any number of nodes. */
public final class FeeVerticle extends VerticleBase {
    /** A clock that is a little behind is no reason to be refused. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private final Bus bus;
    private final Outbox outbox;
    private final OnceSql once;
    private final FeeSql sql;
    private final TaxSql taxSql;
    private final Taxes taxes;
    private final FeeConfig config;
    private final int configured;
    private final Clock clock;
    private final FeeCache cache;

    /** @param configured basis points that count where there is no policy */
    public FeeVerticle(Bus bus, Db db, Outbox outbox, JsonMapper json, FeeConfig config, int configured, Clock clock) {
        this.bus = bus;
        this.outbox = outbox;
        this.once = new OnceSql(json);
        this.sql = new FeeSql(db);
        this.taxSql = new TaxSql(db);
        this.taxes = new Taxes(taxSql, config.cacheTime());
        this.config = config;
        this.configured = configured;
        this.clock = clock;
        this.cache = new FeeCache(config.cacheTime(), config.cacheSize());
    }

    @Override
    public Future<?> start() {
        return bus.subscribe(FeeEvent.ADDRESS, FeeEvent.class, event -> {
                    switch (event) {
                        case PolicyAdded(FeePolicy policy) -> cache.forget(policy.host());
                        case TaxAdded(TaxVersion tax) -> taxes.forget();
                    }
                })
                .compose(ignored -> bus.<FeeCommand<?>>serve(FeeCommand.ADDRESS, FeeCommand.class, this::handle));
    }

    private Message handle(FeeCommand<?> command) {
        return switch (command) {
            case GetCommission c -> c.reply(commission(c.host()).at(tax(c.timeZone())));
            case CalculateFees c -> c.reply(calculate(c));
            case AddPolicy c -> c.reply(add(c));
            case ListPolicies c -> c.reply(list(c));
            case GetTax c -> c.reply(new TaxOfPlace(tax(c)));
            case AddTax c -> c.reply(add(c));
            case ListTaxes c -> c.reply(list(c));
        };
    }

    private Commission commission(UserId host) {
        Commission known = cache.get(host);
        if (known != null) {
            return known;
        }
        long asked = cache.changes();
        Counting counting = sql.counting(host);
        Commission commission = commission(counting);
        Duration counts = counting.forMillis()
                .map(millis -> Duration.ofMillis(
                        Math.min(Math.round(millis), config.cacheTime().toMillis())))
                .orElse(config.cacheTime());
        cache.remember(host, commission, counts, asked);
        return commission;
    }

    private Commission commission(Counting counting) {
        return new Commission(
                counting.basisPoints().orElse(configured), counting.serviceFee().orElse(null), null);
    }

    private FeeCalculation calculate(CalculateFees command) {
        Money parking = command.parking();
        if (parking.amount() < 0) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a price is not less than nothing", "/query/amount");
        }
        UserId host = command.host();
        Commission counts =
                (host == null ? commission(sql.counting(null)) : commission(host)).at(tax(command.timeZone()));
        ServiceFeeTerms terms = counts.serviceFee();
        BookedFee fee = terms == null ? null : terms.of(parking);
        ServiceFee part = BookedFee.part(fee, parking.currency());
        Money total = parking.plus(part.amount());
        Postings.Split split = Postings.split(total, counts.basisPoints(), part);
        return new FeeCalculation(parking, fee, total, split.host(), split.platform(), counts.basisPoints());
    }

    private FeePolicy add(AddPolicy command) {
        requireAdmin(command.actor());
        Integer basisPoints = command.commissionBasisPoints();
        if (basisPoints == null ? command.host() == null : basisPoints < 0 || basisPoints > Postings.BASIS_POINTS) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "between 0 and 10,000", "/commissionBasisPoints");
        }
        requireAllowed(command.serviceFee());
        Instant from = command.validFrom();
        requireFuture(from);
        return outbox.inTransaction(changes -> once.once(
                changes.connection(), command.actor(), "addFeePolicy", command.once(), FeePolicy.class, () -> {
                    FeePolicy added = sql.add(
                            changes.connection(),
                            Ids.next(),
                            command.host(),
                            basisPoints,
                            command.serviceFee(),
                            from,
                            command.reason(),
                            command.actor().user());
                    changes.record(new PolicyAdded(added));
                    return added;
                }));
    }

    private @Nullable PlaceTax tax(@Nullable String timeZone) {
        return timeZone == null ? null : taxes.now(timeZone);
    }

    private @Nullable PlaceTax tax(GetTax command) {
        Instant at = command.at();
        return at == null ? tax(command.timeZone()) : taxes.at(command.timeZone(), at);
    }

    private TaxVersion add(AddTax command) {
        requireAdmin(command.actor());
        requireFuture(command.validFrom());
        if (command.basisPoints() < 0 || command.basisPoints() > Postings.BASIS_POINTS) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "between 0 and 10,000", "/basisPoints");
        }
        if (command.zones().size() > AddTax.MAX_ZONES
                || !ZoneId.getAvailableZoneIds().containsAll(command.zones())) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "at most %d IANA time zones".formatted(AddTax.MAX_ZONES), "/zones");
        }
        return outbox.inTransaction(changes ->
                once.once(changes.connection(), command.actor(), "addTax", command.once(), TaxVersion.class, () -> {
                    TaxVersion added = taxSql.add(changes.connection(), Ids.next(), command);
                    changes.record(new TaxAdded(added));
                    return added;
                }));
    }

    private TaxPage list(ListTaxes command) {
        requireAdmin(command.actor());
        List<TaxVersion> found = taxSql.list(command.place(), command.before(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<TaxVersion> page = more ? found.subList(0, command.limit()) : found;
        return new TaxPage(page, more ? page.getLast().id() : null);
    }

    private void requireFuture(@Nullable Instant from) {
        if (from != null && from.isBefore(clock.instant().minus(TOLERANCE))) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "what was sold stays as it was sold: not in the past", "/validFrom");
        }
    }

    private void requireAllowed(@Nullable ServiceFeeRate fee) {
        if (fee == null) {
            return;
        }
        if (fee.basisPoints() > config.maxServiceFeeBasisPoints()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "at most %d".formatted(config.maxServiceFeeBasisPoints()),
                    "/serviceFee/basisPoints");
        }
        Money fixed = fee.fixed();
        if (fixed != null && fixed.amount() > config.maxServiceFeeFixed()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "at most %d minor units".formatted(config.maxServiceFeeFixed()),
                    "/serviceFee/fixed/amount");
        }
    }

    private PolicyPage list(ListPolicies command) {
        requireAdmin(command.actor());
        List<FeePolicy> found = sql.list(command.host(), command.before(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<FeePolicy> page = more ? found.subList(0, command.limit()) : found;
        return new PolicyPage(page, configured, more ? page.getLast().id() : null);
    }

    private static void requireAdmin(Principal actor) {
        if (!actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "for administrators");
        }
    }
}
