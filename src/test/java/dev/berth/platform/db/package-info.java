@NullMarked
package dev.berth.platform.db;

import org.jspecify.annotations.NullMarked;
