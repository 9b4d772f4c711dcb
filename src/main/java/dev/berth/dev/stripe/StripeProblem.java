package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** An error of the API, as its clients see it. */
final class StripeProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonObject error;
    private final boolean executed;

    private StripeProblem(int status, JsonObject error, boolean executed) {
        // No stack trace: the error is an answer, not a fault.
        super(error.getString("message"), null, false, false);
        this.status = status;
        this.error = error;
        this.executed = executed;
    }

    static StripeProblem of(int status, String type, @Nullable String code, String message) {
        JsonObject error = new JsonObject();
        if (code != null) {
            error.put("code", code).put("doc_url", "https://docs.stripe.com/error-codes/" + code.replace('_', '-'));
        }
        return new StripeProblem(status, error.put("message", message).put("type", type), false);
    }

    static StripeProblem invalid(@Nullable String param, String message) {
        StripeProblem problem = of(400, "invalid_request_error", null, message);
        return param == null ? problem : problem.param(param);
    }

    static StripeProblem missing(String what, String param, String id) {
        return of(404, "invalid_request_error", "resource_missing", "No such " + what + ": '" + id + "'")
                .param(param);
    }

    static StripeProblem unexpectedState(JsonObject intent, String message) {
        StripeProblem problem = of(400, "invalid_request_error", "payment_intent_unexpected_state", message);
        problem.error.put("payment_intent", Store.shown(intent));
        return problem.executed();
    }

    static StripeProblem unexpectedSetupState(JsonObject setup, String message) {
        StripeProblem problem = of(400, "invalid_request_error", "setup_intent_unexpected_state", message);
        problem.error.put("setup_intent", Store.shown(setup));
        return problem.executed();
    }

    StripeProblem param(String param) {
        error.put("param", param);
        return this;
    }

    StripeProblem with(String name, Object value) {
        error.put(name, value);
        return this;
    }

    /** The request went far enough that its repetition gets the same answer. */
    StripeProblem executed() {
        return new StripeProblem(status, error, true);
    }

    boolean wasExecuted() {
        return executed;
    }

    int status() {
        return status;
    }

    JsonObject body() {
        return new JsonObject().put("error", error);
    }
}
