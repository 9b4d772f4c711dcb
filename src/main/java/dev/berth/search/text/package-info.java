/** Finding by words: what listings say in Lucene, and the places that their addresses name. */
@NullMarked
package dev.berth.search.text;

import org.jspecify.annotations.NullMarked;
