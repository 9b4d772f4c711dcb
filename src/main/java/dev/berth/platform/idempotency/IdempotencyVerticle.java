package dev.berth.platform.idempotency;

import dev.berth.platform.db.Db;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets answers that nobody will ask for again. Deploy on a virtual thread, on any number of nodes. */
public final class IdempotencyVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyVerticle.class);

    private final ForgetSql sql;
    private final IdempotencyConfig config;

    public IdempotencyVerticle(Db db, IdempotencyConfig config) {
        this.sql = new ForgetSql(db);
        this.config = config;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.cleanInterval().toMillis(), timer -> clean());
        return Future.succeededFuture();
    }

    /** In small batches, so that no request waits behind a large one. */
    private void clean() {
        try {
            int forgotten;
            do {
                forgotten = sql.forget(config.retention(), config.cleanBatch());
            } while (forgotten == config.cleanBatch());
        } catch (Exception fault) {
            LOG.warn("old idempotency keys are kept until next time: {}", fault.getMessage());
        }
    }
}
