/** What a node tells of itself: correlation, logs, metrics. */
@NullMarked
package dev.berth.platform.observability;

import org.jspecify.annotations.NullMarked;
