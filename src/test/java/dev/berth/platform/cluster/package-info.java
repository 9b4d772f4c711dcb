@NullMarked
package dev.berth.platform.cluster;

import org.jspecify.annotations.NullMarked;
