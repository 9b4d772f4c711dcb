/** Stripe's own client believes the simulator. */
@NullMarked
package dev.berth.dev.stripe;

import org.jspecify.annotations.NullMarked;
