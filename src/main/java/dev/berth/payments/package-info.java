/** Payments and the double-entry ledger under them. */
@NullMarked
package dev.berth.payments;

import org.jspecify.annotations.NullMarked;
