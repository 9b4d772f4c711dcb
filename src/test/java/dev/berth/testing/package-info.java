/** What integration tests share: real servers, started once, and fresh for each test class. */
@NullMarked
package dev.berth.testing;

import org.jspecify.annotations.NullMarked;
