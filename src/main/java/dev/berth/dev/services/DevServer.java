package dev.berth.dev.services;

/** A server of this JVM. */
public interface DevServer extends AutoCloseable {
    /**
     * Returns when the server serves.
     *
     * @throws ServiceException it cannot
     */
    void start();

    /** The address as clients take it; known before the start. */
    String url();

    /** Stops the server in good order; harmless when it never started. */
    @Override
    void close();
}
