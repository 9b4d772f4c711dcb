package dev.berth.points;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.StatementEntry;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.points.PointsCommand.GetPoints;
import dev.berth.points.PointsCommand.Points;
import dev.berth.points.PointsCommand.PointsBalance;
import dev.berth.points.PointsCommand.PointsEntry;
import dev.berth.points.PointsCommand.PointsEntryKind;
import dev.berth.points.PointsCommand.PointsTerms;
import dev.berth.points.PointsSql.Expired;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link PointsCommand}s, gives points for completed stays and expires them. Every node looks for what is over, none
 * leads: the database shares it out. Deploy on a virtual thread, on any number of nodes.
 */
public final class PointsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(PointsVerticle.class);

    private final Bus bus;
    private final EventConsumers consumers;
    private final PointsConfig config;
    private final PointsSql sql;
    private final LedgerSql ledger;
    private final PointsMetrics metrics;
    private boolean running;
    private volatile boolean stopping;

    public PointsVerticle(Bus bus, Db db, EventConsumers consumers, PointsConfig config, MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        this.sql = new PointsSql(db, config);
        this.ledger = new LedgerSql(db);
        this.metrics = new PointsMetrics(meters);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.interval().toMillis(), ignored -> expire());
        PointsFeed feed = new PointsFeed(sql, metrics);
        return bus.<PointsCommand<?>>serve(PointsCommand.ADDRESS, PointsCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.background(PointsFeed.GROUP, PointsFeed.TOPICS, PointsFeed.TYPES, feed::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return Future.succeededFuture();
    }

    private Message handle(PointsCommand<?> command) {
        return switch (command) {
            case GetPoints c -> c.reply(points(c));
        };
    }

    private Points points(GetPoints command) {
        List<PointsBalance> balances = sql.balances(command.driver());
        PointsTerms terms = new PointsTerms(
                config.earnBasisPoints(), config.pointWorth(), config.lifetime().toDays());
        String currency = command.currency();
        if (currency == null && balances.isEmpty()) {
            return new Points(balances, terms, List.of(), null);
        }
        List<StatementEntry> found = ledger.statement(
                Account.POINTS_LIABILITY,
                command.driver(),
                currency == null ? balances.getFirst().worth().currency() : currency,
                command.after(),
                command.limit() + 1);
        List<StatementEntry> page = found.subList(0, Math.min(found.size(), command.limit()));
        return new Points(
                balances,
                terms,
                page.stream().map(PointsVerticle::entry).toList(),
                page.size() < found.size() ? page.getLast().end() : null);
    }

    /** In the ledger they are a credit, here what somebody has is positive. */
    private static PointsEntry entry(StatementEntry entry) {
        PointsEntryKind kind = switch (entry.kind()) {
            case POINTS_EARNED -> PointsEntryKind.EARNED;
            case CHARGE -> PointsEntryKind.PAYMENT;
            case REFUND -> PointsEntryKind.REFUND;
            case POINTS_TAKEN_BACK -> PointsEntryKind.TAKEN_BACK;
            case POINTS_EXPIRED -> PointsEntryKind.EXPIRED;
            default -> PointsEntryKind.OTHER;
        };
        return new PointsEntry(
                entry.transfer(),
                kind,
                entry.booking(),
                entry.amount().negated(),
                entry.balance().negated(),
                entry.postedAt());
    }

    private void expire() {
        // The guard is right across the awaits below: only this method changes it, and timers of a context take turns.
        if (running) {
            return;
        }
        running = true;
        try {
            Expired expired;
            do {
                expired = sql.expire();
                metrics.expired.increment((double) expired.worth());
            } while (expired.accounts() == config.batch());
        } catch (Exception failure) {
            if (!stopping) {
                LOG.warn("points expire later: {}", failure.toString());
            }
        } finally {
            running = false;
        }
    }
}
