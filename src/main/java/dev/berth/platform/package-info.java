/** What every capability stands on; it knows none of them. */
@NullMarked
package dev.berth.platform;

import org.jspecify.annotations.NullMarked;
