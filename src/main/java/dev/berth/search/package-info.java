/** The read model in memory on every node: geography, calendars, prices; live pins. */
@NullMarked
package dev.berth.search;

import org.jspecify.annotations.NullMarked;
