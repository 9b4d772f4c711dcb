/** Refusals: RFC 9457 problems with a code. */
@NullMarked
package dev.berth.platform.problems;

import org.jspecify.annotations.NullMarked;
