/** What a developer's machine needs and production has elsewhere: servers, payment simulator, mail sink, the demo. Never on the production path. */
@NullMarked
package dev.berth.dev;

import org.jspecify.annotations.NullMarked;
