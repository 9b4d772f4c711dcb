/** Tests of promotions. */
@NullMarked
package dev.berth.promotions;

import org.jspecify.annotations.NullMarked;
