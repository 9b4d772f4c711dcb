/**
 * Berth under faults: nodes in JVMs of their own, clients that record what they asked and heard, a fault, and what must
 * hold after it. A capability joins with a line in {@link dev.berth.faults.Operations} and one in
 * {@link dev.berth.faults.Invariants}.
 */
@NullMarked
package dev.berth.faults;

import org.jspecify.annotations.NullMarked;
