@NullMarked
package dev.berth.disputes;

import org.jspecify.annotations.NullMarked;
