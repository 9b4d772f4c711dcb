package dev.berth.dev.stripe;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's test cards. Each is known as a payment method, as a token and by its number; which one a stored payment method is
 * tells its last four digits.
 */
enum TestCard {
    VISA("4242424242424242", "visa", "visa", Outcome.SUCCEEDS, null, null),
    MASTERCARD("5555555555554444", "mastercard", "mastercard", Outcome.SUCCEEDS, null, null),
    AMEX("378282246310005", "amex", "amex", Outcome.SUCCEEDS, null, null),
    DECLINED(
            "4000000000000002",
            "visa",
            "chargeDeclined visa_chargeDeclined",
            Outcome.DECLINED,
            "card_declined",
            "generic_decline"),
    INSUFFICIENT_FUNDS(
            "4000000000009995",
            "visa",
            "chargeDeclinedInsufficientFunds visa_chargeDeclinedInsufficientFunds",
            Outcome.DECLINED,
            "card_declined",
            "insufficient_funds"),
    EXPIRED(
            "4000000000000069",
            "visa",
            "chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard",
            Outcome.DECLINED,
            "expired_card",
            null),
    PROCESSING_ERROR(
            "4000000000000119",
            "visa",
            "chargeDeclinedProcessingError visa_chargeDeclinedProcessingError",
            Outcome.DECLINED,
            "processing_error",
            null),
    /** Can be saved, but every charge is declined. */
    DECLINED_ONCE_SAVED(
            "4000000000000341",
            "visa",
            "chargeCustomerFail visa_chargeCustomerFail",
            Outcome.DECLINED_ONCE_SAVED,
            "card_declined",
            "generic_decline"),
    THREE_D_SECURE_REQUIRED("4000000000003220", "visa", "threeDSecure2Required", Outcome.ASKS, null, null),
    AUTHENTICATION_REQUIRED("4000002760003184", "visa", "authenticationRequired", Outcome.ASKS, null, null),
    AUTHENTICATION_ON_SETUP("4000002500003155", "visa", "authenticationRequiredOnSetup", Outcome.ASKS_ONCE, null, null),
    /** The holder says afterwards that the charge was not theirs. */
    DISPUTED("4000000000000259", "visa", "createDispute", Outcome.SUCCEEDS, null, null);

    /** What happens to a charge. */
    enum Outcome {
        SUCCEEDS,
        DECLINED,
        DECLINED_ONCE_SAVED,
        /** The card holder has to authorise it. */
        ASKS,
        /** As the other, until the holder has authorised it once. */
        ASKS_ONCE
    }

    private final String number;
    private final String brand;
    /** After {@code pm_card_} and {@code tok_}, with blanks between. */
    private final String names;

    private final Outcome outcome;
    private final @Nullable String code;
    private final @Nullable String declineCode;

    TestCard(
            String number,
            String brand,
            String names,
            Outcome outcome,
            @Nullable String code,
            @Nullable String declineCode) {
        this.number = number;
        this.brand = brand;
        this.names = names;
        this.outcome = outcome;
        this.code = code;
        this.declineCode = declineCode;
    }

    /** By {@code pm_card_…}. */
    static Optional<TestCard> ofMethod(String id) {
        return ofPrefixed("pm_card_", id);
    }

    /** By {@code tok_…}. */
    static Optional<TestCard> ofToken(String token) {
        return ofPrefixed("tok_", token);
    }

    static Optional<TestCard> ofNumber(String number) {
        String digits = number.replaceAll("[ -]", "");
        return Arrays.stream(values())
                .filter(card -> card.number.equals(digits))
                .findFirst();
    }

    static TestCard ofLast4(String last4) {
        return Arrays.stream(values())
                .filter(card -> card.last4().equals(last4))
                .findFirst()
                .orElse(VISA);
    }

    private static Optional<TestCard> ofPrefixed(String prefix, String name) {
        return Arrays.stream(values())
                .filter(card -> Arrays.stream(card.names.split(" ", -1)).anyMatch(each -> name.equals(prefix + each)))
                .findFirst();
    }

    String brand() {
        return brand;
    }

    String last4() {
        return number.substring(number.length() - 4);
    }

    Outcome outcome() {
        return outcome;
    }

    /** The error of a declined charge. */
    StripeProblem decline() {
        String message = switch (String.valueOf(declineCode == null ? code : declineCode)) {
            case "insufficient_funds" -> "Your card has insufficient funds.";
            case "expired_card" -> "Your card has expired.";
            case "processing_error" -> "An error occurred while processing your card. Try again in a little bit.";
            default -> "Your card was declined.";
        };
        StripeProblem problem = StripeProblem.of(402, "card_error", code, message);
        if (declineCode != null) {
            problem = problem.with("decline_code", declineCode);
        }
        return problem.executed();
    }
}
