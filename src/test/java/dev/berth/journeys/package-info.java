/** Journeys through the whole platform, from outside. */
@NullMarked
package dev.berth.journeys;

import org.jspecify.annotations.NullMarked;
