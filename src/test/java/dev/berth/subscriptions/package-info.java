/** Tests of subscriptions. */
@NullMarked
package dev.berth.subscriptions;

import org.jspecify.annotations.NullMarked;
