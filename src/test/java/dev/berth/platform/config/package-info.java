@NullMarked
package dev.berth.platform.config;

import org.jspecify.annotations.NullMarked;
