/** Redis: what nodes share for speed and may lose. Nothing that must be right depends on it. */
@NullMarked
package dev.berth.platform.cache;

import org.jspecify.annotations.NullMarked;
