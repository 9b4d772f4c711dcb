/** The event bus, typed: commands that are answered, events that are told. */
@NullMarked
package dev.berth.platform.bus;

import org.jspecify.annotations.NullMarked;
