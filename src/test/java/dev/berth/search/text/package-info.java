/** Tests of finding by words. */
@NullMarked
package dev.berth.search.text;

import org.jspecify.annotations.NullMarked;
