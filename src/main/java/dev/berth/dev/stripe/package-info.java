/**
 * A payment provider for development: it speaks Stripe's HTTP API closely enough that Stripe's own client works with it
 * unchanged, and moves no money.
 *
 * <p>Objects are kept as the JSON that the API shows; names that begin with an underscore are the simulator's own and never
 * leave it. All state is confined to the verticle's event loop.
 */
@NullMarked
package dev.berth.dev.stripe;

import org.jspecify.annotations.NullMarked;
