package dev.berth.payments;

import dev.berth.values.Money;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Money that has moved, counted by the node that wrote it down: each movement once in the cluster. */
final class PaymentMetrics {
    final Counter declined;
    final Counter unreachable;
    final Counter refundsFailed;
    final Counter withdrawalsFailed;
    final Counter contradictions;
    final Counter holdsRenewed;
    final Counter holdsRefused;
    private final Moved charged;
    private final Moved refunded;
    private final Moved withdrawn;

    PaymentMetrics(MeterRegistry meters) {
        charged = new Moved(meters, "berth.payments.charged", "Money taken from drivers, in minor units");
        refunded = new Moved(meters, "berth.payments.refunded", "Money given back to drivers, in minor units");
        withdrawn = new Moved(meters, "berth.payments.withdrawn", "Money paid out of wallets to cards, in minor units");
        declined = Counter.builder("berth.payments.declined")
                .description("Attempts to pay that were declined")
                .register(meters);
        unreachable = Counter.builder("berth.payments.provider.unreachable")
                .description("Calls of the provider that failed or were not answered in time")
                .register(meters);
        refundsFailed = Counter.builder("berth.payments.refunds.failed")
                .description("Refunds that the provider has given up: somebody has not got their money back")
                .register(meters);
        withdrawalsFailed = Counter.builder("berth.payments.withdrawals.failed")
                .description(
                        "Refunds out of wallets that the provider has refused or given up: their money is in the wallet again")
                .register(meters);
        contradictions = Counter.builder("berth.payments.contradictions")
                .description("Times that the provider told another amount or outcome than the ledger has")
                .register(meters);
        holdsRenewed = Counter.builder("berth.payments.holds.renewed")
                .description("Times that what was set aside on a card was set aside anew before it ended")
                .register(meters);
        holdsRefused = Counter.builder("berth.payments.holds.refused")
                .description("Times that a bank did not want to set it aside anew")
                .register(meters);
    }

    void charged(Money price) {
        charged.add(price);
    }

    void refunded(Money price) {
        refunded.add(price);
    }

    void withdrawn(Money amount) {
        withdrawn.add(amount);
    }

    /** By currency, of which there are few. */
    private static final class Moved {
        private final MeterRegistry meters;
        private final String name;
        private final String description;
        private final ConcurrentMap<String, Counter> byCurrency = new ConcurrentHashMap<>();

        Moved(MeterRegistry meters, String name, String description) {
            this.meters = meters;
            this.name = name;
            this.description = description;
        }

        void add(Money money) {
            byCurrency
                    .computeIfAbsent(
                            money.currency(),
                            currency -> Counter.builder(name)
                                    .description(description)
                                    .tag("currency", currency)
                                    .register(meters))
                    .increment((double) money.amount());
        }
    }
}
