/** Who asks and how often: tokens, passwords, signatures, rate limits. */
@NullMarked
package dev.berth.platform.security;

import org.jspecify.annotations.NullMarked;
