/** The demo: real places of the Karlsruhe region, made-up hosts, drivers and prices. */
@NullMarked
package dev.berth.dev.data;

import org.jspecify.annotations.NullMarked;
