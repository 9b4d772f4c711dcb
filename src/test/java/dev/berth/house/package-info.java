/** The rules of the house itself: format and architecture. */
@NullMarked
package dev.berth.house;

import org.jspecify.annotations.NullMarked;
