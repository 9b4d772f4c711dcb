package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;

/** The page where the owner of a connected account says who they are and which bank account is theirs. */
final class OnboardingPage {
    private OnboardingPage() {}

    static String asking(JsonObject account, String secret) {
        return ChallengePage.page("Get paid", """
                <h1>Where your money goes</h1>
                <p>The platform sends what you have earned to this account; the bank details stay here. This is a test: the
                details are made up, and no money moves.</p>
                <p class="amount">•••• 3000</p>
                <p>STRIPE TEST BANK, %s</p>
                <form method="post">
                  <input type="hidden" name="secret" value="%s">
                  <button name="answer" value="complete">Use this account</button>
                  <button name="answer" value="later">Later</button>
                </form>
                """.formatted(
                        ChallengePage.escape(account.getString("country")), ChallengePage.escape(secret)));
    }

    static String over() {
        return ChallengePage.page("This link has ended", """
                <h1>This link has ended</h1>
                <p>It works once and for a few minutes. Go back and ask for another one.</p>
                """);
    }
}
