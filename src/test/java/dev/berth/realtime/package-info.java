/** The bridge as browsers see it. */
@NullMarked
package dev.berth.realtime;

import org.jspecify.annotations.NullMarked;
