/** Reconciliation: the provider's books beside the ledger, what is missing where, and what differs. */
@NullMarked
package dev.berth.reconciliation;

import org.jspecify.annotations.NullMarked;
