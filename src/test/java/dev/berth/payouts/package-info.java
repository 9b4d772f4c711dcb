/** Tests of payouts. */
@NullMarked
package dev.berth.payouts;

import org.jspecify.annotations.NullMarked;
