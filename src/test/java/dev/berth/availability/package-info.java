/** When a place can be booked, tested. */
@NullMarked
package dev.berth.availability;

import org.jspecify.annotations.NullMarked;
