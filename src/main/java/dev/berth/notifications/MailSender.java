package dev.berth.notifications;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
import org.jspecify.annotations.Nullable;

/**
 * Speaks SMTP. Deploy on an event loop: in SMTP the server speaks first, and on a virtual thread the client would listen
 * only after another hop, so that the greeting of a quick server is lost and the mail waits for it in vain.
 */
final class MailSender extends VerticleBase {
    private final MailConfig config;
    private @Nullable MailClient client;

    MailSender(MailConfig config) {
        this.config = config;
    }

    @Override
    public Future<?> start() {
        client = MailClient.create(vertx, options(config));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return client == null ? Future.succeededFuture() : client.close();
    }

    /** Call it from any thread, once this is deployed. */
    Future<Void> send(MailMessage message) {
        Promise<Void> sent = Promise.promise();
        context.runOnContext(ignored -> {
            if (client == null) {
                sent.fail(new IllegalStateException("the mail sender is not started"));
            } else {
                client.sendMail(message).<Void>mapEmpty().onComplete(sent);
            }
        });
        return sent.future();
    }

    private static io.vertx.ext.mail.MailConfig options(MailConfig config) {
        io.vertx.ext.mail.MailConfig options = new io.vertx.ext.mail.MailConfig()
                .setHostname(config.host())
                .setPort(config.port())
                .setSsl(config.tls() == MailConfig.Tls.TLS)
                .setStarttls(
                        config.tls() == MailConfig.Tls.STARTTLS ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
                .setLogin(config.user() == null ? LoginOption.DISABLED : LoginOption.REQUIRED)
                .setMaxPoolSize(config.connections())
                .setOwnHostname(config.domain());
        options.setConnectTimeout(Math.toIntExact(config.sendTimeout().toMillis()));
        if (config.user() != null && config.password() != null) {
            options.setUsername(config.user()).setPassword(config.password().value());
        }
        return options;
    }
}
