/** What one command starts is there, and nothing of it stays. */
@NullMarked
package dev.berth.dev;

import org.jspecify.annotations.NullMarked;
