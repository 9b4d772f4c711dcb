/** Benchmarks of the index. */
@NullMarked
package dev.berth.search;

import org.jspecify.annotations.NullMarked;
