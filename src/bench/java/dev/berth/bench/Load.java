package dev.berth.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Load from one event loop. In the open model requests leave when they are due, whatever the server does, and latency
 * counts from then: a stall of the server is seen by all that were due in it, not only by the one that met it.
 */
final class Load {
    /** How long after the end answers are waited for; what is owed then counts as lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final long TICK_MILLIS = 1;
    private static final int AT_ONCE = 32;

    private final Vertx vertx;
    private final Context context;

    Load(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    /** One request; what it gives is the answer in short, such as a status code. */
    interface Action extends Supplier<Future<String>> {}

    /** @param warmUp sent before, at the same rate, but not counted */
    Samples open(double perSecond, Duration warmUp, Duration time, Action action) {
        return run(done -> new Open(perSecond, warmUp, time, action, done).start());
    }

    /** So many clients, each of which sends when it has its answer. */
    Samples closed(int clients, Duration warmUp, Duration time, Action action) {
        return run(done -> {
            Samples samples = new Samples();
            long from = System.nanoTime() + warmUp.toNanos();
            long until = from + time.toNanos();
            int[] running = {clients};
            for (int i = 0; i < clients; i++) {
                again(samples, from, until, action, () -> {
                    if (--running[0] == 0) {
                        done.complete(samples);
                    }
                });
            }
        });
    }

    private void again(Samples samples, long from, long until, Action action, Runnable end) {
        long now = System.nanoTime();
        if (now >= until) {
            end.run();
            return;
        }
        // Not within the answer: an action that fails at once would recurse.
        answer(action)
                .onComplete((text, failure) -> context.runOnContext(ignored -> {
                    long answered = System.nanoTime();
                    if (now >= from && answered < until) {
                        samples.add(text, now, answered);
                    }
                    again(samples, from, until, action, end);
                }));
    }

    private static Future<String> answer(Action action) {
        return action.get()
                .recover(failure -> Future.succeededFuture(failure.getClass().getSimpleName()));
    }

    Samples run(Consumer<Promise<Samples>> load) {
        Promise<Samples> done = Promise.promise();
        context.runOnContext(ignored -> load.accept(done));
        return Wait.on(done.future());
    }

    private final class Open {
        private final double perSecond;
        private final long startNanos = System.nanoTime();
        private final long fromNanos;
        private final long untilNanos;
        private final Action action;
        private final Promise<Samples> done;
        private final Samples samples = new Samples();
        private long sent;
        private int underWay;

        Open(double perSecond, Duration warmUp, Duration time, Action action, Promise<Samples> done) {
            this.perSecond = perSecond;
            this.fromNanos = startNanos + warmUp.toNanos();
            this.untilNanos = fromNanos + time.toNanos();
            this.action = action;
            this.done = done;
        }

        void start() {
            vertx.setPeriodic(TICK_MILLIS, timer -> {
                sendDue();
                long now = System.nanoTime();
                if (now < untilNanos || (underWay > 0 && now < untilNanos + PATIENCE.toNanos())) {
                    return;
                }
                vertx.cancelTimer(timer);
                long owed = underWay + unsent();
                samples.missing("no answer", Math.toIntExact(owed));
                done.complete(samples);
            });
        }

        /** A client that has fallen behind still hears answers between what it sends. */
        private void sendDue() {
            long now = System.nanoTime();
            for (int i = 0; i < AT_ONCE; i++) {
                long due = due();
                if (due > now || due >= untilNanos) {
                    return;
                }
                sent++;
                send(due);
            }
            context.runOnContext(ignored -> sendDue());
        }

        private long unsent() {
            return Math.max(0, Math.round((untilNanos - due()) * perSecond / TimeUnit.SECONDS.toNanos(1)));
        }

        private long due() {
            return startNanos + (long) (sent * (TimeUnit.SECONDS.toNanos(1) / perSecond));
        }

        private void send(long due) {
            underWay++;
            answer(action).onComplete((text, failure) -> {
                underWay--;
                if (due >= fromNanos) {
                    samples.add(text, due, System.nanoTime());
                }
            });
        }
    }
}
