package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;

/** The page of the card holder's bank: it asks whether a payment is to be made. */
final class ChallengePage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --line: #d8dde3; --muted: #5b6672; --accent: #1456b8; --card: #fff; --page: #f2f4f7 }
            @media (prefers-color-scheme: dark) {
              :root { --line: #39424c; --muted: #a2adb9; --accent: #8ab4f8; --card: #1c2229; --page: #12161b }
            }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page);
                   font: 16px/1.5 system-ui, sans-serif }
            main { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 32px; margin: 16px;
                   max-width: 26rem }
            h1 { font-size: 1.25rem; margin: 0 0 .5rem } p { margin: .5rem 0; color: var(--muted) }
            .amount { font-size: 2rem; font-weight: 600; color: inherit; font-variant-numeric: tabular-nums }
            form { display: flex; gap: 12px; margin-top: 24px }
            button { flex: 1; min-height: 48px; border-radius: 8px; border: 1px solid var(--line); font: inherit;
                     font-weight: 600; background: transparent; color: inherit; cursor: pointer }
            button[value=authorise], button[value=complete] { background: var(--accent); border-color: var(--accent); color: var(--card) }
            button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
            """;

    private ChallengePage() {}

    /** @param intent a payment, or a card that is to be saved */
    static String asking(JsonObject intent, JsonObject method, String secret) {
        boolean paying = intent.getLong("amount") != null;
        String card = method.getJsonObject("card").getString("brand") + " •••• "
                + method.getJsonObject("card").getString("last4");
        String description = intent.getString("description");
        String title = paying ? "Authorise this payment" : "Save this card";
        return page(title, """
                <h1>%s</h1>
                <p>Your bank asks you to confirm %s with %s. This is a test: no money moves.</p>
                <p class="amount">%s</p>
                <p>%s</p>
                <form method="post">
                  <input type="hidden" name="secret" value="%s">
                  <button name="answer" value="authorise">Authorise</button>
                  <button name="answer" value="refuse">Refuse</button>
                </form>
                """.formatted(
                        title,
                        paying ? "a payment" : "future payments",
                        escape(card),
                        paying ? escape(amount(intent)) : "",
                        escape(description == null ? "" : description),
                        escape(secret)));
    }

    static String over() {
        return page("Nothing to authorise", """
                <h1>Nothing to authorise</h1>
                <p>This payment has been answered already, or it was withdrawn. You can close this page.</p>
                """);
    }

    private static String amount(JsonObject intent) {
        String code = intent.getString("currency").toUpperCase(Locale.ROOT);
        int digits;
        try {
            digits = Currency.getInstance(code).getDefaultFractionDigits();
        } catch (IllegalArgumentException e) {
            digits = 2;
        }
        return BigDecimal.valueOf(intent.getLong("amount"), digits) + " " + code;
    }

    static String page(String title, String content) {
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title><style>%s</style></head>
                <body><main>%s</main></body>
                </html>
                """.formatted(escape(title), STYLE, content);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
