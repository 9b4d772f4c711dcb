/** Tests of payments and the ledger. */
@NullMarked
package dev.berth.payments;

import org.jspecify.annotations.NullMarked;
