package dev.berth.access;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.access.AccessCommand.AccessLogEntry;
import dev.berth.access.AccessCommand.AccessLogPage;
import dev.berth.access.AccessCommand.ReadAccessLog;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.security.Signer;
import dev.berth.platform.security.Signers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers gates and takes in what sensors see; forgets plates in time. Deploy on a virtual thread, on any number of nodes:
 * who is inside is for the database to say.
 */
public final class AccessVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(AccessVerticle.class);

    /** What the key is derived for that plates are digested with. */
    private static final String PLATES = "access.plates";

    /** The consumer's name. */
    private static final String OBSERVATIONS = "access.observations";

    private final Bus bus;
    private final EventConsumers consumers;
    private final AccessConfig config;
    private final AccessSql sql;
    private final Signer plates;
    private final Gates gates;
    private final Announcer announcer;
    private final Undecided undecided;
    private final Gatekeeper gatekeeper;
    private final Sensors sensors;
    private final PassPrinter printer;
    private boolean cleaning;

    /** @param signers of which the key is that digests plates; with the same secrets on all nodes */
    public AccessVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            EventConsumers consumers,
            Signers signers,
            JsonMapper json,
            AccessConfig config,
            Clock clock,
            MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        AccessMetrics metrics = new AccessMetrics(meters);
        this.sql = new AccessSql(db, json, config.answerWithin());
        this.plates = signers.signer(PLATES);
        this.announcer = new Announcer(bus, outbox);
        this.gates = new Gates(bus, sql, announcer, config);
        this.undecided = new Undecided(sql, announcer, metrics, config.undecidedMax());
        this.gatekeeper = new Gatekeeper(bus, gates, sql, undecided, announcer, config, clock, metrics);
        this.sensors = new Sensors(bus, gates, gatekeeper, sql, config, clock, metrics);
        this.printer = new PassPrinter(bus);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.undecidedInterval().toMillis(), ignored -> undecided.settle());
        vertx.setPeriodic(config.cleanInterval().toMillis(), ignored -> clean());
        return bus.<AccessCommand<?>>serve(AccessCommand.ADDRESS, AccessCommand.class, this::handle)
                .compose(ignored -> Future.all(
                        consume(Announcer.GROUP, AccessEvent.ADDRESS, Announcer.TYPES, announcer::take),
                        consume(
                                OBSERVATIONS,
                                ObservationMade.ADDRESS,
                                Set.of(ObservationMade.class),
                                this::takeObservation)));
    }

    private Future<String> consume(
            String group, String topic, Set<Class<? extends Event>> types, Consumer<EventRecord> handler) {
        return vertx.deployVerticle(
                consumers.consumer(group, Set.of(topic), types, handler),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
    }

    /** On this verticle's context: what it remembers of gates belongs to one. */
    private void takeObservation(EventRecord record) {
        Promise<Void> taken = Promise.promise();
        context.runOnContext(ignored -> {
            try {
                sensors.take(record);
                taken.complete();
            } catch (Exception failure) {
                taken.fail(failure);
            }
        });
        taken.future().await();
    }

    private Message handle(AccessCommand<?> command) {
        return switch (command) {
            case AccessCommand.AttemptAccess c -> c.reply(gatekeeper.attempt(c));
            case ReadAccessLog c -> c.reply(log(c));
            case AccessCommand.GetGate c -> c.reply(gates.read(c));
            case AccessCommand.SetGate c -> c.reply(gates.change(c));
            case AccessCommand.RecordReading c -> {
                sensors.record(c);
                yield c.reply(Done.DONE);
            }
            case AccessCommand.GetOccupancy c -> c.reply(sensors.occupancy(c.listing()));
            case AccessCommand.PrintPass c -> c.reply(printer.print(c));
        };
    }

    private AccessLogPage log(ReadAccessLog command) {
        gates.own(command.actor(), command.listing());
        List<AccessLogEntry> found = sql.log(command.listing(), command.before(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<AccessLogEntry> page = more ? found.subList(0, command.limit()) : found;
        return new AccessLogPage(page, more ? page.getLast().id() : null);
    }

    private void clean() {
        // The guard is right across the awaits below: only this method changes it, and timers of a context take turns.
        if (cleaning) {
            return;
        }
        cleaning = true;
        try {
            List<AccessEvent> gone;
            do {
                gone = sql.tellGone(config.cleanBatch());
                gone.forEach(announcer::announce);
            } while (gone.size() == config.cleanBatch());
            int hashed;
            do {
                hashed = sql.hashPlates(config.plateRetention(), config.cleanBatch(), plates::digest);
            } while (hashed == config.cleanBatch());
            sql.forget(config);
        } catch (Exception failure) {
            LOG.warn("plates and attempts that are too old are forgotten later: {}", failure.toString());
        } finally {
            cleaning = false;
        }
    }
}
