/** The index against naive models; the verticle against fakes. */
@NullMarked
package dev.berth.search;

import org.jspecify.annotations.NullMarked;
