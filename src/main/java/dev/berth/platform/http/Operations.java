package dev.berth.platform.http;

import io.vertx.core.Future;
import java.util.function.Function;

/** Where capabilities bind the contract's operation ids to handlers. The start fails when either side lacks the other. */
public interface Operations {
    /**
     * Binds an operation. The handler runs on an event loop and must not block; a failure with a
     * {@link dev.berth.platform.problems.Rejection} becomes its problem document, any other is logged and answered 500.
     * An operation that the contract does not have is named when the start fails, with all others that are wrong.
     *
     * @throws IllegalArgumentException when the operation is bound already
     */
    void on(String operationId, Function<Request, Future<Response>> handler);
}
