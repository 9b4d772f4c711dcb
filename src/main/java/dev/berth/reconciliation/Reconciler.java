package dev.berth.reconciliation;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.reconciliation.ProviderBooks.Movement;
import dev.berth.reconciliation.ProviderBooks.Page;
import dev.berth.reconciliation.ReconciliationCommand.Differing;
import dev.berth.reconciliation.ReconciliationCommand.Reconcile;
import dev.berth.reconciliation.ReconciliationCommand.Run;
import dev.berth.reconciliation.ReconciliationSql.Claimed;
import dev.berth.values.Money;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the provider lists of our balance with the ledger's {@code processor_clearing}, by the provider's ids. A run is
 * written down first, and carried out by whichever node takes it; one that is broken off is begun anew. On the way is
 * posted what the provider tells nowhere else, its fees and what it has sent to our bank: each once, by the id of its movement.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final ReconciliationSql sql;
    private final LedgerSql ledger;
    private final Db db;
    private final ProviderBooks books;
    private final ReconciliationConfig config;
    private final Clock clock;
    private final Counter differences;
    private final Counter failed;

    Reconciler(
            ReconciliationSql sql,
            LedgerSql ledger,
            Db db,
            ProviderBooks books,
            ReconciliationConfig config,
            Clock clock,
            MeterRegistry meters) {
        this.sql = sql;
        this.ledger = ledger;
        this.db = db;
        this.books = books;
        this.config = config;
        this.clock = clock;
        differences = Counter.builder("berth.reconciliation.differences")
                .description("Movements that stand otherwise in the ledger than with the provider")
                .register(meters);
        failed = Counter.builder("berth.reconciliation.failed")
                .description("Comparisons with the provider that were given up")
                .register(meters);
    }

    Run begin(Reconcile command) {
        Instant from = command.day().atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant settled = clock.instant().minus(config.settle());
        Instant end = command.day().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant to = end.isBefore(settled) ? end : settled;
        if (!from.isBefore(to) || command.day().isBefore(LocalDate.EPOCH)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "nothing of that day can be compared yet", "/day");
        }
        sql.begin(command.run(), from, to, command.actor().user());
        return sql.find(command.run()).orElseThrow();
    }

    /** Carries out one that nobody carries out; whether there was any. */
    boolean work() {
        sql.schedule(config.dailyAt());
        Claimed claimed = sql.claim(config.lease()).orElse(null);
        if (claimed == null) {
            return false;
        }
        Run run = claimed.run();
        try {
            compare(run);
        } catch (Exception failure) {
            LOG.warn("reconciliation {}: {}", run.id(), failure.toString());
            if (claimed.attempts() < config.attempts()) {
                sql.again(run.id(), config.interval());
            } else {
                failed.increment();
                sql.fail(run.id(), failure.getClass().getSimpleName() + ": " + failure.getMessage());
            }
        }
        return true;
    }

    private void compare(Run run) {
        Instant from = run.from().minus(config.margin());
        Instant to = run.to().plus(config.margin());
        Comparison comparison = new Comparison(run.from(), run.to());
        if (sql.read(comparison, from, to, config.transactionsMax() + 1) > config.transactionsMax()) {
            throw new IllegalStateException("there are too many entries");
        }
        @Nullable String after = null;
        do {
            Page page = books.page(from, to, after, config.pageSize()).await();
            for (Movement movement : page.movements()) {
                String subject = movement.subject();
                if (subject != null) {
                    comparison.provider(subject, movement.amount(), movement.at());
                }
            }
            postToldHere(page.movements());
            after = page.last();
            if (comparison.size() > config.transactionsMax()) {
                throw new IllegalStateException("there are too many movements");
            }
        } while (after != null);
        List<Differing> found = comparison.differences();
        boolean first =
                db.inTransaction(connection -> sql.finish(connection, run, comparison, found, config.differencesMax()));
        if (first && !found.isEmpty()) {
            differences.increment(found.size());
            LOG.error("reconciliation {}: {} differences, see the finance page", run.id(), found.size());
        }
    }

    private void postToldHere(List<Movement> movements) {
        List<Transfer> transfers = movements.stream()
                .flatMap(each -> Stream.of(fee(each), banked(each)).flatMap(Optional::stream))
                .toList();
        if (transfers.isEmpty()) {
            return;
        }
        db.inTransaction(connection -> {
            transfers.forEach(transfer -> ledger.post(connection, transfer));
            return transfers;
        });
    }

    private static Optional<Transfer> fee(Movement movement) {
        return transfer("provider fee ", movement, TransferKind.PROVIDER_FEE, Account.PROVIDER_FEES, movement.fee());
    }

    private static Optional<Transfer> banked(Movement movement) {
        Money banked = movement.banked();
        TransferKind kind = banked.amount() < 0 ? TransferKind.BANK_PAYOUT_RETURNED : TransferKind.BANK_PAYOUT;
        return transfer("provider payout ", movement, kind, Account.BANK, banked);
    }

    /** Money that the provider has no more, and where it is now; none when there is none. */
    private static Optional<Transfer> transfer(
            String name, Movement movement, TransferKind kind, Account where, Money amount) {
        if (amount.isZero()) {
            return Optional.empty();
        }
        UUID id = UUID.nameUUIDFromBytes((name + movement.id()).getBytes(StandardCharsets.UTF_8));
        return Optional.of(Transfer.apart(
                id,
                kind,
                List.of(new Line(where, null, amount), new Line(Account.PROCESSOR_CLEARING, null, amount.negated()))));
    }
}
