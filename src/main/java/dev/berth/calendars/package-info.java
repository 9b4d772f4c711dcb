/**
 * Calendars (RFC 5545): those that other programs subscribe to, of what a driver has booked or what is booked of a listing,
 * and those elsewhere whose busy times are kept as blocks of a listing.
 */
@NullMarked
package dev.berth.calendars;

import org.jspecify.annotations.NullMarked;
