package dev.berth.payouts;

import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.ListListings;
import dev.berth.payouts.ConnectGateway.GatewayException;
import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.Balance;
import dev.berth.payouts.PayoutCommand.Onboard;
import dev.berth.payouts.PayoutCommand.Onboarding;
import dev.berth.payouts.PayoutCommand.PayoutAccount;
import dev.berth.payouts.PayoutSql.HeldUntil;
import dev.berth.payouts.PayoutSql.Owed;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where hosts are paid, and what there is for them. Bank details are entered at the provider and stay there. */
final class PayoutAccounts {
    /** The page that the provider's leads back to. */
    static final String PAGE = "/host/earnings";

    private static final Logger LOG = LoggerFactory.getLogger(PayoutAccounts.class);
    private static final Set<AccountState> UNSETTLED = Set.of(AccountState.ONBOARDING, AccountState.RESTRICTED);

    private final Bus bus;
    private final PayoutSql sql;
    private final ConnectGateway gateway;
    private final URI publicUrl;
    private final PayoutConfig config;

    PayoutAccounts(Bus bus, PayoutSql sql, ConnectGateway gateway, URI publicUrl, PayoutConfig config) {
        this.bus = bus;
        this.sql = sql;
        this.gateway = gateway;
        this.publicUrl = publicUrl;
        this.config = config;
    }

    PayoutAccount view(UserId host) {
        Optional<AccountRow> known = sql.account(host).map(this::fresh);
        ZoneId zone = known.map(AccountRow::zone).orElseGet(() -> otherZone(host, null));
        Instant nextRun = known.map(AccountRow::nextRunAt).orElseGet(() -> PayoutWeek.next(sql.now(), zone));
        return new PayoutAccount(
                known.map(AccountRow::state).orElse(AccountState.NONE),
                zone.getId(),
                nextRun,
                Math.toIntExact(config.holdback().toHours()),
                balances(host));
    }

    /** An account that cannot be paid may be able to by now: the host looks, so the provider is asked. */
    private AccountRow fresh(AccountRow row) {
        String account = row.account();
        Instant checkedAt = row.checkedAt();
        boolean isOld =
                checkedAt == null || Duration.between(checkedAt, row.now()).compareTo(config.refreshAfter()) >= 0;
        if (account == null || !isOld || !UNSETTLED.contains(row.state())) {
            return row;
        }
        check(row, account);
        return sql.account(row.host()).orElse(row);
    }

    /** Asks the provider whether an account can be paid; when there is no answer, it stays as it was. */
    void check(AccountRow row) {
        String account = row.account();
        if (account != null) {
            check(row, account);
        }
    }

    private void check(AccountRow row, String account) {
        try {
            sql.setState(row.host(), gateway.account(account).await());
        } catch (GatewayException failure) {
            LOG.warn("the account of host {} stays {}: {}", row.host(), row.state(), failure.getMessage());
        }
    }

    private List<Balance> balances(UserId host) {
        Map<String, Map<String, Money>> byKind = new HashMap<>();
        Set<String> currencies = new TreeSet<>();
        for (Owed owed : sql.balances(host)) {
            byKind.computeIfAbsent(owed.kind(), kind -> new HashMap<>())
                    .put(owed.amount().currency(), owed.amount());
            currencies.add(owed.amount().currency());
        }
        Map<String, Instant> until = new HashMap<>();
        for (HeldUntil held : sql.heldUntil(host, config.holdback())) {
            until.put(held.currency(), held.until());
        }
        List<Balance> balances = new ArrayList<>();
        for (String currency : currencies) {
            Money none = Money.zero(currency);
            balances.add(new Balance(
                    byKind.getOrDefault("host_payable", Map.of()).getOrDefault(currency, none),
                    until.get(currency),
                    byKind.getOrDefault("host_available", Map.of()).getOrDefault(currency, none),
                    byKind.getOrDefault("payouts_under_way", Map.of()).getOrDefault(currency, none),
                    config.minimumOf(currency)));
        }
        balances.sort(Comparator.comparingLong((Balance each) ->
                        each.held().amount() + each.available().amount())
                .reversed());
        return balances;
    }

    Onboarding onboard(Onboard command) {
        UserId host = command.actor().user();
        AccountRow row = sql.account(host).orElseGet(() -> {
            ZoneId zone = otherZone(host, command.timeZone());
            sql.addAccount(host, zone, PayoutWeek.next(sql.now(), zone));
            return sql.account(host).orElseThrow();
        });
        try {
            String account = row.account();
            if (account == null) {
                sql.setProviderAccount(
                        host, gateway.createAccount(host, config.country()).await());
                // Another ask may have been faster.
                account = sql.account(host).map(AccountRow::account).orElseThrow();
            }
            Onboarding link = gateway.onboarding(account, publicUrl.resolve(PAGE + "?onboarding=returned"))
                    .await();
            // Should what the provider tells of it be lost.
            sql.checkAccountIn(host, config.backoffLimit());
            return link;
        } catch (GatewayException failure) {
            LOG.warn("host {} cannot be led to the provider: {}", host, failure.getMessage());
            throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "nothing has been changed; try again");
        }
    }

    /** In which a host's days and weeks begin. */
    ZoneId zone(UserId host) {
        return sql.account(host).map(AccountRow::zone).orElseGet(() -> otherZone(host, null));
    }

    /** Of a host who has no account yet. */
    private ZoneId otherZone(UserId host, @Nullable String wanted) {
        if (wanted != null) {
            try {
                return ZoneId.of(wanted);
            } catch (DateTimeException e) {
                throw new Rejection(ProblemType.UNPROCESSABLE, "there is no such time zone", "/timeZone");
            }
        }
        return sql.zoneOf(host).orElseGet(() -> {
            List<Listing> listings =
                    bus.ask(new ListListings(host, null, 1)).await().listings();
            return listings.isEmpty()
                    ? ZoneOffset.UTC
                    : ZoneId.of(listings.getFirst().timeZone());
        });
    }
}
