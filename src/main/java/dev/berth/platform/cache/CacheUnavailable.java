package dev.berth.platform.cache;

/** Redis is not there; expected, so without a stack trace. */
final class CacheUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CacheUnavailable(String message) {
        super(message, null, false, false);
    }
}
