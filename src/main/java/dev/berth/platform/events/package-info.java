/** Domain events on their way: outbox, relay, consumers with an inbox. */
@NullMarked
package dev.berth.platform.events;

import org.jspecify.annotations.NullMarked;
