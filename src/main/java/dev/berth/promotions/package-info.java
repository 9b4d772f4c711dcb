/** Codes that take something off a price, and who pays for it: the platform, a host, or a merchant for its customers. */
@NullMarked
package dev.berth.promotions;

import org.jspecify.annotations.NullMarked;
