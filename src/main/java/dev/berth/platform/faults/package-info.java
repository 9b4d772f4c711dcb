/** Where the tests can make a node die at a named moment. */
@NullMarked
package dev.berth.platform.faults;

import org.jspecify.annotations.NullMarked;
