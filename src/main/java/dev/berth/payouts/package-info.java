/** What hosts have earned, and how it reaches them: holdback, weekly runs, payouts on demand, their accounts at the provider. */
@NullMarked
package dev.berth.payouts;

import org.jspecify.annotations.NullMarked;
