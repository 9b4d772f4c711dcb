@NullMarked
package dev.berth.platform.events;

import org.jspecify.annotations.NullMarked;
