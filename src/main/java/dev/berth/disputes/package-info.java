/** Disputes: charges that their card's holder contests; what is answered, and what of the money is posted when (RULES 30, 39). */
@NullMarked
package dev.berth.disputes;

import org.jspecify.annotations.NullMarked;
