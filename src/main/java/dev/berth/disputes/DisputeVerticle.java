package dev.berth.disputes;

import dev.berth.disputes.DisputeCommand.DisputePage;
import dev.berth.disputes.DisputeCommand.GetDispute;
import dev.berth.disputes.DisputeCommand.ListDisputes;
import dev.berth.disputes.DisputeCommand.SubmitEvidence;
import dev.berth.ledger.LedgerSql;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.ProviderTold;
import dev.berth.payments.StripeCalls;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link DisputeCommand}s, hears through Kafka that something has happened to a dispute, and asks for those that run
 * from time to time. Deploy on a virtual thread, on any number of nodes.
 */
public final class DisputeVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(DisputeVerticle.class);
    private static final String GROUP = "disputes";
    private static final String KIND = "dispute";

    private final Bus bus;
    private final EventConsumers consumers;
    private final DisputeConfig config;
    private final DisputeSql sql;
    private final Disputes disputes;
    private volatile boolean stopping;

    /** @param payments how the provider is spoken to */
    public DisputeVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            EventConsumers consumers,
            PaymentConfig payments,
            DisputeConfig config,
            MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        this.sql = new DisputeSql(db);
        this.disputes = new Disputes(
                bus,
                sql,
                new LedgerSql(db),
                outbox,
                new StripeDisputes(new StripeCalls(payments)),
                config,
                new DisputeMetrics(meters));
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.interval().toMillis(), ignored -> work());
        return bus.<DisputeCommand<?>>serve(DisputeCommand.ADDRESS, DisputeCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.consumer(GROUP, Set.of(ProviderTold.ADDRESS), Set.of(ProviderTold.class), this::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return Future.succeededFuture();
    }

    private void take(EventRecord record) {
        if (record.event() instanceof ProviderTold(String kind, String id) && kind.equals(KIND)) {
            disputes.told(id);
        }
    }

    private Message handle(DisputeCommand<?> command) {
        if (!command.actor().isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "for administrators");
        }
        return switch (command) {
            case ListDisputes c -> c.reply(list(c));
            case GetDispute c -> c.reply(disputes.find(c.dispute()));
            case SubmitEvidence c -> c.reply(disputes.submit(c));
        };
    }

    private DisputePage list(ListDisputes command) {
        List<Dispute> found = sql.list(command, command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Dispute> page = more ? found.subList(0, command.limit()) : found;
        return new DisputePage(page, more ? page.getLast().id() : null);
    }

    private void work() {
        try {
            sql.claimDue(config)
                    .forEach(due -> context.runOnContext(ignored -> {
                        try {
                            disputes.lookUp(due);
                        } catch (Exception failure) {
                            LOG.warn(
                                    "dispute {} is looked up later: {}",
                                    due.dispute().id(),
                                    failure.toString());
                        }
                    }));
        } catch (Exception failure) {
            if (!stopping) {
                LOG.warn("disputes are looked after later: {}", failure.toString());
            }
        }
    }
}
