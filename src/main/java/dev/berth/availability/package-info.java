/** When a place can be booked: opening hours, exceptions, lead times, lengths of stays. Pure code, no I/O. */
@NullMarked
package dev.berth.availability;

import org.jspecify.annotations.NullMarked;
