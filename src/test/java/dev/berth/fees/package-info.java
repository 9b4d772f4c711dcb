/** Tests of what the platform takes. */
@NullMarked
package dev.berth.fees;

import org.jspecify.annotations.NullMarked;
