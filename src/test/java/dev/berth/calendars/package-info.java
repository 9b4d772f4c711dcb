/** Tests of calendars that are told and read. */
@NullMarked
package dev.berth.calendars;

import org.jspecify.annotations.NullMarked;
