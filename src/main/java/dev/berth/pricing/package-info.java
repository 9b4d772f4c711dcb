/** What a stay costs: pure code, no I/O. */
@NullMarked
package dev.berth.pricing;

import org.jspecify.annotations.NullMarked;
