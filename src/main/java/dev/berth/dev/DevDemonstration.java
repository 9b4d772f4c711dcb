package dev.berth.dev;

import dev.berth.Demonstration;
import dev.berth.dev.data.DemoData;
import dev.berth.dev.mail.MailProxy;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.db.Db;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.List;

/** The demonstration: the Karlsruhe region, its accounts, and the mail sink's pages. */
public final class DevDemonstration implements Demonstration {
    private static final List<String> MAIL_PATHS = List.of("/dev/mail", "/dev/mail/*", "/dev/mail.json");

    @Override
    public void mountMails(Vertx vertx, Router router, URI mails) {
        MailProxy proxy = new MailProxy(vertx, mails);
        MAIL_PATHS.forEach(path -> router.route(path).handler(proxy));
    }

    @Override
    public Future<?> load(Vertx vertx, Bus bus, Db db) {
        return DemoData.load(vertx, bus, db);
    }
}
