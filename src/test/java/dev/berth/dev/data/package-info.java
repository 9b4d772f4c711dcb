/** The demo's data. */
@NullMarked
package dev.berth.dev.data;

import org.jspecify.annotations.NullMarked;
