/** Where a node is put together: configuration, resources, deployments, and nothing else. */
@NullMarked
package dev.berth;

import org.jspecify.annotations.NullMarked;
