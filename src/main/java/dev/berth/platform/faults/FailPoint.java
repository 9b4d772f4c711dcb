package dev.berth.platform.faults;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Moments at which a process may die with the most to lose. A build with tests brings a {@link Listener} that ends the
 * process there; production has none, and then nothing happens.
 */
public enum FailPoint {
    /** What is going to be charged is written down, the provider has not heard of it. */
    BEFORE_CHARGE,
    /** The provider has charged, nobody has written it down. */
    AFTER_CHARGE,
    /** The provider has collected what was set aside, nobody has written it down. */
    AFTER_CAPTURE,
    /** The provider has given money back, nobody has written it down. */
    AFTER_REFUND,
    /** A transaction has done its work and has recorded an event. */
    BEFORE_COMMIT,
    /** That transaction is committed, nobody has been told. */
    AFTER_COMMIT;

    private static final Optional<Listener> LISTENER =
            ServiceLoader.load(Listener.class).findFirst();

    /** Hears of each moment, on the thread that has come to it. */
    public interface Listener {
        /** @param events what the transaction has recorded; none at the other moments */
        void reached(FailPoint point, List<?> events);
    }

    public void reached() {
        reached(List.of());
    }

    public void reached(List<?> events) {
        LISTENER.ifPresent(listener -> listener.reached(this, events));
    }
}
