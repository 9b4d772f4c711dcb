/** Operations that carry an idempotency key have their effect once. */
@NullMarked
package dev.berth.platform.idempotency;

import org.jspecify.annotations.NullMarked;
