/** Tests of geocoding. */
@NullMarked
package dev.berth.search.geocode;

import org.jspecify.annotations.NullMarked;
