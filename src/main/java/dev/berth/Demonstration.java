package dev.berth;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.db.Db;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;

/** What a demonstration adds to a node. It is found on the class path; the artifact for production has none. */
public interface Demonstration {
    /** Shows the mails of the sink at {@code mails} below {@code /dev/mail}. */
    void mountMails(Vertx vertx, Router router, URI mails);

    /** Loads what is missing of the demo data; completes when it is there, or another node is loading it. */
    Future<?> load(Vertx vertx, Bus bus, Db db);
}
