package dev.berth;

import dev.berth.platform.cache.Cache;
import dev.berth.platform.cluster.ClusterWatch;
import dev.berth.platform.db.DatabaseProbe;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.observability.Readiness;
import dev.berth.search.SearchVerticle;
import java.util.Optional;

/** What a node's readiness is made of. Only what no request can do without is required. */
final class Health {
    private Health() {}

    static void watch(
            Readiness readiness,
            DatabaseProbe database,
            SearchVerticle search,
            RelayVerticle relay,
            Cache cache,
            Optional<ClusterWatch> cluster) {
        readiness.require("database", database::problem);
        readiness.require("index", () -> search.isReady() ? null : "not loaded yet");
        readiness.report("follower", search::followProblem);
        readiness.report("relay", relay::problem);
        readiness.report("redis", cache::problem);
        cluster.ifPresent(watch -> readiness.report("cluster", watch::problem));
    }
}
