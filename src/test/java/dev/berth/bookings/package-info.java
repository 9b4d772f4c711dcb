/** Bookings against a real PostgreSQL; other capabilities are played by their contracts. */
@NullMarked
package dev.berth.bookings;

import org.jspecify.annotations.NullMarked;
