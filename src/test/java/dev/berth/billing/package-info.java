@NullMarked
package dev.berth.billing;

import org.jspecify.annotations.NullMarked;
