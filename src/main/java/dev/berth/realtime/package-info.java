/** The bridge to browsers: who may hear what. */
@NullMarked
package dev.berth.realtime;

import org.jspecify.annotations.NullMarked;
