package dev.berth.reconciliation;

import dev.berth.ledger.LedgerSql;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.StripeCalls;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.reconciliation.ReconciliationCommand.GetRun;
import dev.berth.reconciliation.ReconciliationCommand.ListRuns;
import dev.berth.reconciliation.ReconciliationCommand.Reconcile;
import dev.berth.reconciliation.ReconciliationCommand.Run;
import dev.berth.reconciliation.ReconciliationCommand.RunDetails;
import dev.berth.reconciliation.ReconciliationCommand.RunPage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@link ReconciliationCommand}s and carries out what is due. Deploy on a virtual thread, on any number of nodes. */
public final class ReconciliationVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationVerticle.class);

    private final Bus bus;
    private final ReconciliationConfig config;
    private final ReconciliationSql sql;
    private final Reconciler reconciler;
    private boolean running;
    private volatile boolean stopping;

    /** @param payments how the provider is spoken to */
    public ReconciliationVerticle(
            Bus bus, Db db, PaymentConfig payments, ReconciliationConfig config, Clock clock, MeterRegistry meters) {
        this.bus = bus;
        this.config = config;
        this.sql = new ReconciliationSql(db);
        this.reconciler = new Reconciler(
                sql, new LedgerSql(db), db, new StripeBooks(new StripeCalls(payments)), config, clock, meters);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.interval().toMillis(), ignored -> work());
        return bus.<ReconciliationCommand<?>>serve(
                ReconciliationCommand.ADDRESS, ReconciliationCommand.class, this::handle);
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return Future.succeededFuture();
    }

    private Message handle(ReconciliationCommand<?> command) {
        if (!command.actor().isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "for administrators");
        }
        return switch (command) {
            case Reconcile c -> {
                Run begun = reconciler.begin(c);
                context.runOnContext(ignored -> work());
                yield c.reply(begun);
            }
            case ListRuns c -> c.reply(list(c));
            case GetRun c ->
                c.reply(sql.find(c.run())
                        .map(run -> new RunDetails(run, sql.differences(run.id())))
                        .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such run")));
        };
    }

    private RunPage list(ListRuns command) {
        List<Run> found = sql.list(command.before(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Run> page = more ? found.subList(0, command.limit()) : found;
        return new RunPage(page, more ? page.getLast().id() : null);
    }

    private void work() {
        // The guard is right across the awaits below: only this method changes it, and tasks of a context take turns.
        if (running) {
            return;
        }
        running = true;
        try {
            while (reconciler.work()) {
                // One after the other.
            }
        } catch (Exception failure) {
            if (!stopping) {
                LOG.warn("the reconciliation is looked after later: {}", failure.toString());
            }
        } finally {
            running = false;
        }
    }
}
