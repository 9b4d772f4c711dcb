/** Configuration as records: typed, defaulted, checked as a whole. */
@NullMarked
package dev.berth.platform.config;

import org.jspecify.annotations.NullMarked;
