/**
 * Points that drivers earn with completed stays, see and lose when they have had them for long enough (RULES 32). What they are
 * worth stands in the ledger; how they pay is the business of payments.
 */
@NullMarked
package dev.berth.points;

import org.jspecify.annotations.NullMarked;
