package dev.berth.dev.mail;

import dev.berth.dev.mail.MailStore.Summary;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;

/** The pages on which mails are read. Everything that comes from a mail is escaped, or shown in a frame without rights. */
final class MailPages {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM)
            .withLocale(Locale.UK)
            .withZone(ZoneId.systemDefault());
    private static final String STYLE = """
            :root { color-scheme: light dark; --line: #dfe3e8; --muted: #5b6672; --accent: #1456b8; --card: #fff; --page: #f4f6f8 }
            @media (prefers-color-scheme: dark) {
              :root { --line: #333c46; --muted: #a2adb9; --accent: #8ab4f8; --card: #1b2128; --page: #12161b }
            }
            * { box-sizing: border-box }
            body { margin: 0; background: var(--page); font: 16px/1.5 system-ui, sans-serif }
            main { max-width: 56rem; margin: 0 auto; padding: 32px 16px }
            h1 { font-size: 1.375rem; margin: 0 0 4px; overflow-wrap: anywhere }
            p, dl { color: var(--muted); margin: 0 0 16px }
            a { color: var(--accent) }
            ul { list-style: none; margin: 16px 0; padding: 0; background: var(--card); border: 1px solid var(--line);
                 border-radius: 12px; overflow: hidden }
            li + li { border-top: 1px solid var(--line) }
            li a { display: grid; grid-template-columns: 1fr auto; gap: 0 16px; padding: 12px 16px; color: inherit;
                   text-decoration: none }
            li a:hover { background: var(--page) } a:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px }
            li b, li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0 }
            li span, time { color: var(--muted); font-size: .875rem }
            dl { display: grid; grid-template-columns: auto 1fr; gap: 0 12px } dd { margin: 0; overflow-wrap: anywhere }
            iframe, pre { width: 100%; background: #fff; color: #1b2128; border: 1px solid var(--line); border-radius: 12px;
                          margin: 0 0 16px }
            iframe { height: 70vh } pre { padding: 16px; white-space: pre-wrap; overflow-wrap: anywhere;
                     font: .875rem/1.5 ui-monospace, monospace }
            h2 { font-size: 1rem; margin: 24px 0 8px }
            """;

    private MailPages() {}

    static String list(List<Summary> mails, String to) {
        StringBuilder items = new StringBuilder();
        for (Summary mail : mails) {
            items.append("""
                    <li><a href="/dev/mail/%d"><b>%s</b><time datetime="%s">%s</time><span>to %s</span></a></li>
                    """.formatted(
                            mail.id(),
                            escape(mail.subject().isBlank() ? "(no subject)" : mail.subject()),
                            mail.at(),
                            escape(TIME.format(mail.at())),
                            escape(String.join(", ", mail.to()))));
        }
        String heading = to.isEmpty() ? "Mails" : "Mails to " + to;
        return page(heading, """
                <h1>%s</h1>
                <p>Everything that Berth would have sent, newest first. Nothing leaves this machine. <a href="">Look again</a></p>
                %s
                """.formatted(
                escape(heading), mails.isEmpty() ? "<p><strong>No mail yet.</strong></p>" : "<ul>" + items + "</ul>"));
    }

    static String detail(Summary summary, Mail mail) {
        StringBuilder body = new StringBuilder();
        if (mail.html() != null) {
            body.append("""
                    <iframe src="/dev/mail/%d/html" title="The mail as HTML"
                      sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
                    """.formatted(summary.id()));
        }
        if (!mail.text().isBlank()) {
            body.append(mail.html() == null ? "" : "<h2>As text</h2>")
                    .append("<pre>")
                    .append(escape(mail.text()))
                    .append("</pre>");
        }
        if (!mail.attachments().isEmpty()) {
            body.append("<p>Attachments: ")
                    .append(escape(String.join(", ", mail.attachments())))
                    .append("</p>");
        }
        return page(mail.subject(), """
                <p><a href="/dev/mail">All mails</a></p>
                <h1>%s</h1>
                <dl><dt>From</dt><dd>%s</dd><dt>To</dt><dd>%s</dd><dt>At</dt><dd>%s</dd></dl>
                %s
                <p><a href="/dev/mail/%d/source">Source</a></p>
                """.formatted(
                        escape(mail.subject().isBlank() ? "(no subject)" : mail.subject()),
                        escape(mail.from()),
                        escape(String.join(", ", summary.to())),
                        escape(TIME.format(summary.at())),
                        body,
                        summary.id()));
    }

    static String missing() {
        return page("No such mail", """
                <h1>No such mail</h1>
                <p>Only the latest %d are kept. <a href="/dev/mail">All mails</a></p>
                """.formatted(MailStore.MAILS_MAX));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String page(String title, String content) {
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title><style>%s</style></head>
                <body><main>%s</main></body>
                </html>
                """.formatted(escape(title), STYLE, content);
    }
}
