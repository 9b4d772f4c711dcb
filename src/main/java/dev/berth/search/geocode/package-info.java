/** Where addresses and names are: from the listings themselves, or from a geocoder of the operator's choice. */
@NullMarked
package dev.berth.search.geocode;

import org.jspecify.annotations.NullMarked;
