@NullMarked
package dev.berth.platform.observability;

import org.jspecify.annotations.NullMarked;
