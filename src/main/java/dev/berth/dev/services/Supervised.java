package dev.berth.dev.services;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a process running: starts it again when it ends without having been told to, each time a little later. */
public final class Supervised implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(200);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
    /** A process that ran that long has started well; its next end starts the delays anew. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    private final String name;
    private final Supplier<ChildProcess> start;
    private final Signal stopSignal;
    private final Duration stopPatience;
    private final IntFunction<String> ending;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final AtomicReference<@Nullable ChildProcess> current = new AtomicReference<>();
    private boolean closed;

    /**
     * @param start starts the process and returns when it is ready
     * @param stopPatience how long a process may take to stop before it is killed
     */
    public Supervised(String name, Supplier<ChildProcess> start, Signal stopSignal, Duration stopPatience) {
        this(name, start, stopSignal, stopPatience, status -> "ended with status " + status);
    }

    /** @param ending says what an exit status means */
    public Supervised(
            String name,
            Supplier<ChildProcess> start,
            Signal stopSignal,
            Duration stopPatience,
            IntFunction<String> ending) {
        this.ending = ending;
        this.name = name;
        this.start = start;
        this.stopSignal = stopSignal;
        this.stopPatience = stopPatience;
    }

    /** The first start: its failure is the caller's, only what has once run is started again. */
    public void start() {
        ChildProcess child = start.get();
        if (adopt(child)) {
            Thread.ofVirtual().name("supervise-" + name).start(() -> keepRunning(child));
        }
    }

    /** The process that runs now, if one does. */
    public @Nullable ChildProcess current() {
        return current.get();
    }

    @Override
    public void close() {
        ChildProcess child;
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            child = current.get();
        } finally {
            lock.unlock();
        }
        if (child != null) {
            child.stop(stopSignal, stopPatience);
        }
    }

    /** Takes over a process that has just started; one that comes too late is stopped at once. */
    private boolean adopt(ChildProcess child) {
        lock.lock();
        try {
            if (!closed) {
                current.set(child);
                return true;
            }
        } finally {
            lock.unlock();
        }
        child.stop(stopSignal, stopPatience);
        return false;
    }

    private void keepRunning(ChildProcess first) {
        ChildProcess child = first;
        Duration delay = FIRST_DELAY;
        long startedNanos = System.nanoTime();
        while (true) {
            int status = child.exit().join();
            if (System.nanoTime() - startedNanos > STEADY.toNanos()) {
                delay = FIRST_DELAY;
            }
            ChildProcess next = null;
            while (next == null) {
                if (closedWithin(delay)) {
                    return;
                }
                LOG.warn("{} {}; starting it again after {} ms", name, ending.apply(status), delay.toMillis());
                delay = longer(delay);
                startedNanos = System.nanoTime();
                next = restarted();
            }
            if (!adopt(next)) {
                return;
            }
            LOG.info("{} runs again", name);
            child = next;
        }
    }

    private @Nullable ChildProcess restarted() {
        try {
            return start.get();
        } catch (RuntimeException e) {
            LOG.error("{} does not start again: {}", name, e.getMessage());
            return null;
        }
    }

    private boolean closedWithin(Duration delay) {
        lock.lock();
        try {
            long remainingNanos = delay.toNanos();
            while (!closed && remainingNanos > 0) {
                remainingNanos = closing.awaitNanos(remainingNanos);
            }
            return closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static Duration longer(Duration delay) {
        long doubledMillis = TimeUnit.NANOSECONDS.toMillis(delay.toNanos()) * 2;
        return Duration.ofMillis(Math.min(doubledMillis, LONGEST_DELAY.toMillis()));
    }
}
