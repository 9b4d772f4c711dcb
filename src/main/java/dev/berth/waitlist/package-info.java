/** Who waits for a slot of a listing, and is told when one is free. */
@NullMarked
package dev.berth.waitlist;

import org.jspecify.annotations.NullMarked;
