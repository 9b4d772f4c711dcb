/** Values that every capability shares: money, time, places, typed ids. They know nothing of the platform. */
@NullMarked
package dev.berth.values;

import org.jspecify.annotations.NullMarked;
