/** What the platform takes of prices, in versions (RULES 27). */
@NullMarked
package dev.berth.fees;

import org.jspecify.annotations.NullMarked;
