package dev.berth.notifications;

import dev.berth.platform.config.Default;
import dev.berth.platform.config.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How mails are sent.
 *
 * @param host of the SMTP server
 * @param user to log in with; none for no log-in
 * @param from the sender, {@code Name <address>} or an address
 * @param connections to the server, per node
 * @param sendTimeout how long one mail may take
 * @param interval how often a node looks for mails to be sent
 * @param batch how many it takes at once
 * @param attempts tries after which a mail is given up
 * @param backoff the first pause between tries; it doubles
 * @param backoffLimit the longest pause
 * @param retention how long mails that were sent or given up are kept
 */
public record MailConfig(
        String host,
        @Default("587") int port,
        @Default("STARTTLS") Tls tls,
        @Nullable String user,
        @Nullable Secret password,
        String from,
        @Default("4") int connections,
        @Default("30s") Duration sendTimeout,
        @Default("1s") Duration interval,
        @Default("20") int batch,
        @Default("12") int attempts,
        @Default("30s") Duration backoff,
        @Default("1h") Duration backoffLimit,
        @Default("30d") Duration retention) {
    /** How the connection is protected. */
    public enum Tls {
        NONE,
        STARTTLS,
        TLS
    }

    public MailConfig {
        if (!from.contains("@")) {
            throw new IllegalArgumentException("from is no address");
        }
        if (connections < 1 || batch < 1 || attempts < 1) {
            throw new IllegalArgumentException("connections, batch and attempts start at 1");
        }
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("user and password belong together");
        }
    }

    /** The domain of the sender, for Message-IDs. */
    String domain() {
        String address = from.substring(from.lastIndexOf('@') + 1).strip();
        return address.endsWith(">") ? address.substring(0, address.length() - 1) : address;
    }
}
