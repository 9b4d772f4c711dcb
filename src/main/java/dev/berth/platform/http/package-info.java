/** HTTP bound to the contract: operations by id, problems, limits, static content. */
@NullMarked
package dev.berth.platform.http;

import org.jspecify.annotations.NullMarked;
