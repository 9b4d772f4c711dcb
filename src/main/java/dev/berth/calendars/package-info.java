/** Calendars that other programs subscribe to (RFC 5545): what a driver has booked, what is booked of a listing. */
@NullMarked
package dev.berth.calendars;

import org.jspecify.annotations.NullMarked;
