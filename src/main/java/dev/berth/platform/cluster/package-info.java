/** The cluster: Hazelcast membership, warm-up, self-test, graceful leave. */
@NullMarked
package dev.berth.platform.cluster;

import org.jspecify.annotations.NullMarked;
