package dev.berth.notifications;

import dev.berth.identity.IdentityCommand.MakeGuestLink;
import dev.berth.notifications.NotificationSql.Mail;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Links that open a guest's bookings (BK11). A mail waits with a stand-in for the secret, which is made when the mail goes
 * out: so it is in no table and no log, but in the mail alone. A mail that is sent again has another one.
 *
 * <p>The stand-in names the mail, whose id nobody knew when they chose the words that are in it: nobody can have put one
 * into a name or a title.
 */
final class GuestLinks {
    private static final String UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final Bus bus;

    GuestLinks(Bus bus) {
        this.bus = bus;
    }

    /**
     * The link of a mail as it is stored. The secret goes into the fragment: browsers send that to nobody.
     *
     * @param page of the web app, where the guest wants to go
     */
    static String standIn(URI publicUrl, UUID mail, UserId guest, String page) {
        String next = URLEncoder.encode(page, StandardCharsets.UTF_8);
        return publicUrl.resolve("/guest?next=" + next) + "#" + mail + "." + guest;
    }

    /** The mail as it is sent. One for who is no guest any more leads to the page, where they log in. */
    Future<Mail> complete(Mail mail) {
        Pattern standIn = Pattern.compile("#" + mail.id() + "\\.(" + UUID_PATTERN + ")");
        Matcher found = standIn.matcher(mail.text());
        if (!found.find()) {
            return Future.succeededFuture(mail);
        }
        return bus.ask(new MakeGuestLink(UserId.parse(found.group(1))))
                .map(link -> link.email().equals(mail.address()) ? "#" + link.secret() : "")
                .recover(failure -> failure instanceof Rejection rejection
                                && rejection.problem().type() == ProblemType.NOT_FOUND
                        ? Future.succeededFuture("")
                        : Future.failedFuture(failure))
                .map(fragment -> mail.with(
                        standIn.matcher(mail.text()).replaceAll(fragment),
                        standIn.matcher(mail.html()).replaceAll(fragment)));
    }
}
