package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A request to the API.
 *
 * @param parameters from the form, or from the query when there is none
 */
record Call(String requestId, @Nullable String idempotencyKey, JsonObject parameters) {}
