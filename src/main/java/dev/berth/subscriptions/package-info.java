/** Monthly passes and permits: what hosts offer, what was sold, its renewals, and what it is good for at the gate. */
@NullMarked
package dev.berth.subscriptions;

import org.jspecify.annotations.NullMarked;
