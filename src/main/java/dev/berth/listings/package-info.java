/** Listings, their slots, tariffs and blocks; imports. */
@NullMarked
package dev.berth.listings;

import org.jspecify.annotations.NullMarked;
