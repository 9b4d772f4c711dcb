/** Prices held against a slow, obviously right model. */
@NullMarked
package dev.berth.pricing;

import org.jspecify.annotations.NullMarked;
