package dev.berth.platform.bus;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event bus, typed. With the browsers' bridge the only class that touches {@code vertx.eventBus()}.
 *
 * <p>The bus is best effort. An ask that fails with {@link ProblemType#UNAVAILABLE} may have been carried out: what it
 * asks for must be repeatable. An event may be lost: nothing that must happen depends on it alone.
 */
public final class Bus {
    /** How long an ask waits for its answer. */
    public static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

    /** How many commands of one address a node works on at once; more are refused, so that nothing piles up unseen. */
    private static final int MAX_COMMANDS_UNDER_WAY = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

    private final Vertx vertx;
    private final EventBus bus;
    /** Addresses served on this node: asking here needs no wire, and any node's answer is as good. */
    private final Set<String> servedHere = ConcurrentHashMap.newKeySet();

    private final BusMetrics metrics;

    private Bus(Vertx vertx, MeterRegistry meters) {
        this.vertx = vertx;
        this.metrics = new BusMetrics(meters);
        this.bus = vertx.eventBus();
    }

    /** Installs the codec; call once per Vert.x instance, before anything is deployed. */
    public static Bus install(Vertx vertx, MessageCatalog catalog, JsonMapper json) {
        return install(vertx, catalog, json, new CompositeMeterRegistry());
    }

    /** As {@link #install(Vertx, MessageCatalog, JsonMapper)}, counting what is asked. */
    public static Bus install(Vertx vertx, MessageCatalog catalog, JsonMapper json, MeterRegistry meters) {
        vertx.eventBus().registerCodec(new RecordCodec(catalog, json));
        vertx.eventBus().codecSelector(body -> body instanceof Message ? RecordCodec.NAME : null);
        return new Bus(vertx, meters);
    }

    /** Asks whoever serves the command, on this node when it is served here. Fails with a {@link Rejection}. */
    public <R extends Message> Future<R> ask(Command<R> command) {
        return ask(command, ASK_TIMEOUT);
    }

    @SuppressWarnings("unchecked") // Command.reply ties the answer to R where it is made.
    public <R extends Message> Future<R> ask(Command<R> command, Duration timeout) {
        DeliveryOptions options =
                options().setSendTimeout(timeout.toMillis()).setLocalOnly(servedHere.contains(command.address()));
        BusMetrics.Asks asks = metrics.of(command);
        long begin = System.nanoTime();
        return bus.<Message>request(command.address(), command, options).transform((answer, failure) -> {
            if (failure != null) {
                asks.unanswered().increment();
                return Future.failedFuture(translate(command, failure));
            }
            asks.answered().record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            if (answer.body() instanceof Refusal refusal) {
                asks.refused().increment();
                return Future.failedFuture(new Rejection(refusal.problem()));
            }
            return Future.succeededFuture((R) answer.body());
        });
    }

    private static Throwable translate(Command<?> command, Throwable failure) {
        if (failure instanceof ReplyException reply) {
            return new Rejection(ProblemType.UNAVAILABLE, command.address() + ": " + reply.failureType());
        }
        return failure;
    }

    /**
     * Serves an address. On a virtual-thread verticle commands interleave at their awaits, so invariants belong in the
     * database, never in a field. A {@link Rejection} becomes the answer; any other exception is logged and answered
     * as {@link ProblemType#INTERNAL}.
     */
    public <C extends Command<?>> Future<Void> serve(
            String address, Class<? super C> commands, Function<C, ? extends Message> handler) {
        AtomicInteger underWay = new AtomicInteger();
        return bus.<Message>consumer(address, message -> {
                    if (underWay.incrementAndGet() > MAX_COMMANDS_UNDER_WAY) {
                        underWay.decrementAndGet();
                        message.reply(new Refusal(new Problem(ProblemType.UNAVAILABLE, "too much is under way")));
                        return;
                    }
                    String correlation = message.headers().get(Correlation.HEADER);
                    Runnable work = () -> {
                        try {
                            Correlation.set(correlation);
                            message.reply(answer(commands, message.body(), handler));
                        } finally {
                            underWay.decrementAndGet();
                        }
                    };
                    // A consumer is serial across await; handing on to the message's own context is not.
                    Context own = vertx.getOrCreateContext();
                    if (own.isEventLoopContext()) {
                        work.run();
                    } else {
                        own.runOnContext(ignored -> work.run());
                    }
                })
                .completion()
                .onSuccess(ignored -> servedHere.add(address));
    }

    @SuppressWarnings(
            "unchecked") // The sealed interface's own type parameter keeps a class literal from being precise.
    private static <C extends Command<?>> Message answer(
            Class<? super C> commands, Message command, Function<C, ? extends Message> handler) {
        try {
            return handler.apply((C) commands.cast(command));
        } catch (Rejection rejection) {
            return new Refusal(rejection.problem());
        } catch (Exception fault) {
            // Also checked ones: awaiting throws whatever the future failed with, and who asks must hear of it.
            LOG.error("fault in {}", command.getClass().getSimpleName(), fault);
            return new Refusal(new Problem(ProblemType.INTERNAL, "the fault has been logged"));
        }
    }

    /** Tells every node, best effort. Domain events are published by the outbox, after their commit. */
    public void publish(Event event) {
        bus.publish(event.address(), event, options());
    }

    /** Hears an event on this node, on the caller's context. A handler that throws is logged and goes on hearing. */
    public <E extends Event> Future<Void> subscribe(String address, Class<E> events, Consumer<E> handler) {
        return bus.<Message>consumer(address, message -> {
                    Correlation.set(message.headers().get(Correlation.HEADER));
                    try {
                        handler.accept(events.cast(message.body()));
                    } catch (RuntimeException fault) {
                        LOG.error(
                                "fault while hearing {}",
                                message.body().getClass().getSimpleName(),
                                fault);
                    }
                })
                .completion();
    }

    /** Tells this node only: the live channels that the browsers' bridge fans out. The bytes are not copied. */
    public void publishLocal(String address, Buffer body) {
        bus.publish(address, body, new DeliveryOptions().setLocalOnly(true));
    }

    private static DeliveryOptions options() {
        DeliveryOptions options = new DeliveryOptions();
        String correlation = Correlation.current();
        return correlation == null ? options : options.addHeader(Correlation.HEADER, correlation);
    }
}
