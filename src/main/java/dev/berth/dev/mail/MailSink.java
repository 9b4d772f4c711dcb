package dev.berth.dev.mail;

import dev.berth.dev.mail.MailStore.Summary;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/**
 * Takes every mail on one port, and shows them on another: a list at {@code /dev/mail}, each mail at {@code /dev/mail/{id}},
 * and for programs {@code /dev/mail.json?to=address}, newest first. Keeps the last {@value MailStore#MAILS_MAX}.
 */
public final class MailSink extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MailSink.class);
    private static final int MAIL_BYTES_MAX = 1 << 20;
    private static final long HEARD_BYTES_MAX = 64L << 20;
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int CONNECTIONS_MAX = 50;
    private static final int RECIPIENTS_MAX = 100;
    private static final int IDLE_SECONDS_MAX = 60;
    private static final int LISTED_MAX = 200;
    private static final int LISTED_IN_FULL_MAX = 20;
    private static final int TOO_LARGE = 552;
    private static final Pattern PATH = Pattern.compile("/dev/mail/([0-9]{1,18})(/html|/source)?");
    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'";
    /** A mail's own HTML: no script, no request to anywhere, an origin of its own. */
    private static final String MAIL_POLICY =
            "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
                    + "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

    private final Settings settings;
    private @Nullable MailStore store;
    private @Nullable SMTPServer smtp;
    private @Nullable HttpServer http;

    /**
     * @param smtpPort 0 for any
     * @param httpPort 0 for any
     * @param folder of the mails
     */
    public record Settings(String host, int smtpPort, int httpPort, Path folder) {}

    public MailSink(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost(settings.host()).setPort(settings.httpPort()))
                .requestHandler(this::handle);
        http = server;
        return vertx.executeBlocking(this::openSmtp).compose(opened -> server.listen());
    }

    @Override
    public Future<?> stop() {
        Future<Void> closed = http == null ? Future.succeededFuture() : http.close();
        return closed.eventually(() -> vertx.executeBlocking(() -> {
            if (smtp != null) {
                smtp.stop();
            }
            return true;
        }));
    }

    /** The port for SMTP, once it is deployed. */
    public int smtpPort() {
        if (smtp == null) {
            throw new IllegalStateException("not started");
        }
        return smtp.getPortAllocated();
    }

    /** The port on which the mails are read, once it is deployed. */
    public int httpPort() {
        if (http == null) {
            throw new IllegalStateException("not started");
        }
        return http.actualPort();
    }

    private boolean openSmtp() throws IOException {
        MailStore opened = MailStore.open(settings.folder(), InstantSource.system());
        store = opened;
        SMTPServer server = new SMTPServer.Builder()
                .bindAddress(InetAddress.getByName(settings.host()))
                .port(settings.smtpPort())
                .hostName("localhost")
                .softwareName("Berth")
                .hideTLS()
                .maxConnections(CONNECTIONS_MAX)
                .maxRecipients(RECIPIENTS_MAX)
                .maxMessageSize(MAIL_BYTES_MAX)
                .connectionTimeout(IDLE_SECONDS_MAX, TimeUnit.SECONDS)
                .messageHandlerFactory(context -> new Arriving(context, opened))
                .build();
        server.start();
        smtp = server;
        return true;
    }

    /** One mail on its way in. */
    private record Arriving(MessageContext context, MailStore store, List<String> recipients)
            implements MessageHandler {
        Arriving(MessageContext context, MailStore store) {
            this(context, store, new ArrayList<>());
        }

        @Override
        public void from(String sender) {}

        @Override
        public void recipient(String recipient) {
            recipients.add(recipient.replaceAll("[\\r\\n,]", ""));
        }

        @Override
        public String data(InputStream data) throws RejectException, IOException {
            byte[] source = data.readNBytes(MAIL_BYTES_MAX);
            long more = 0;
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = data.read(buffer); read >= 0; read = data.read(buffer)) {
                // What is too large must be heard to its end before it can be refused.
                more += read;
                if (more > HEARD_BYTES_MAX) {
                    throw new IOException("a mail without end");
                }
            }
            if (more > 0) {
                throw new RejectException(TOO_LARGE, "Message is larger than " + MAIL_BYTES_MAX + " bytes");
            }
            store.add(recipients, source);
            return "kept";
        }

        @Override
        public void done() {}
    }

    private void handle(HttpServerRequest request) {
        String path = Objects.requireNonNullElse(request.path(), "");
        HttpServerResponse response = request.response()
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
        if (!request.method().equals(HttpMethod.GET)) {
            response.setStatusCode(405).putHeader("Allow", "GET").end();
            return;
        }
        if (path.equals("/")) {
            response.setStatusCode(302).putHeader("Location", "/dev/mail").end();
            return;
        }
        String to = Objects.requireNonNullElse(request.getParam("to"), "");
        vertx.executeBlocking(() -> answer(path, to), false)
                .onSuccess(answer -> response.setStatusCode(answer.status())
                        .putHeader("Content-Type", answer.type())
                        .putHeader("Content-Security-Policy", answer.policy())
                        .end(answer.content()))
                .onFailure(failure -> {
                    LOG.error("{} cannot be shown", path, failure);
                    response.setStatusCode(500).end();
                });
    }

    private record Answer(int status, String type, String policy, Buffer content) {
        static Answer page(int status, String html) {
            return new Answer(status, "text/html; charset=utf-8", PAGE_POLICY, Buffer.buffer(html));
        }
    }

    private Answer answer(String path, String to) throws Exception {
        MailStore mails = Objects.requireNonNull(store);
        if (path.equals("/dev/mail") || path.equals("/dev/mail/")) {
            return Answer.page(
                    200, MailPages.list(to.isEmpty() ? mails.latest(LISTED_MAX) : mails.to(to, LISTED_MAX), to));
        }
        if (path.equals("/dev/mail.json")) {
            JsonArray list = new JsonArray();
            for (Summary summary : to.isEmpty() ? mails.latest(LISTED_IN_FULL_MAX) : mails.to(to, LISTED_IN_FULL_MAX)) {
                list.add(json(summary, Mail.parse(mails.source(summary))));
            }
            return new Answer(200, "application/json", PAGE_POLICY, list.toBuffer());
        }
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Answer.page(404, MailPages.missing());
        }
        Summary summary = mails.find(Long.parseLong(matcher.group(1))).orElse(null);
        if (summary == null) {
            return Answer.page(404, MailPages.missing());
        }
        byte[] source = mails.source(summary);
        if ("/source".equals(matcher.group(2))) {
            return new Answer(200, "text/plain; charset=utf-8", PAGE_POLICY, Buffer.buffer(source));
        }
        Mail mail = Mail.parse(source);
        if (matcher.group(2) == null) {
            return Answer.page(200, MailPages.detail(summary, mail));
        }
        String html = mail.html() == null ? "" : mail.html();
        // Links open beside the list: the frame may go nowhere itself.
        return new Answer(
                200,
                "text/html; charset=utf-8",
                MAIL_POLICY,
                Buffer.buffer(("<!doctype html><base target=\"_blank\">" + html).getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonObject json(Summary summary, Mail mail) {
        return new JsonObject()
                .put("id", Long.toString(summary.id()))
                .put("at", summary.at().toString())
                .put("from", mail.from())
                .put("to", new JsonArray(summary.to()))
                .put("subject", mail.subject())
                .put("text", mail.text())
                .put("html", mail.html())
                .put("attachments", new JsonArray(mail.attachments()));
    }
}
