/** Tests of waitlists. */
@NullMarked
package dev.berth.waitlist;

import org.jspecify.annotations.NullMarked;
