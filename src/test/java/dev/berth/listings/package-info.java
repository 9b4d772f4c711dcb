/** Listings, alone and over a real database and the contract. */
@NullMarked
package dev.berth.listings;

import org.jspecify.annotations.NullMarked;
