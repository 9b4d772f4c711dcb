package dev.berth;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;

/** Deploys one after another, and undeploys in the opposite order: what asks others ends before those. */
final class Deployments {
    private final Vertx vertx;
    private final Deque<String> ids = new ArrayDeque<>();

    Deployments(Vertx vertx) {
        this.vertx = vertx;
    }

    void onVirtualThread(VerticleBase verticle) {
        deploy(verticle, ThreadingModel.VIRTUAL_THREAD);
    }

    void onEventLoop(VerticleBase verticle) {
        deploy(verticle, ThreadingModel.EVENT_LOOP);
    }

    /** Completes when all have stopped; one that cannot does not keep the others. */
    Future<Void> undeploy() {
        Future<Void> all = Future.succeededFuture();
        while (!ids.isEmpty()) {
            String id = ids.pop();
            all = all.compose(done -> vertx.undeploy(id).otherwiseEmpty());
        }
        return all;
    }

    private void deploy(VerticleBase verticle, ThreadingModel model) {
        ids.push(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(model))
                .await());
    }
}
