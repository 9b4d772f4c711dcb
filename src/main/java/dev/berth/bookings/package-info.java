/** Quotes, bookings, holds, passes; the calendar of every slot. */
@NullMarked
package dev.berth.bookings;

import org.jspecify.annotations.NullMarked;
