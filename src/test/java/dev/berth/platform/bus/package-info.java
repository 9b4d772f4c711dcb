@NullMarked
package dev.berth.platform.bus;

import org.jspecify.annotations.NullMarked;
