@NullMarked
package dev.berth.platform.security;

import org.jspecify.annotations.NullMarked;
