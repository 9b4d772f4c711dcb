package dev.berth.platform.problems;

/** Every reason a request can be refused, with the HTTP status and title it maps to. The name is the public code. */
public enum ProblemType {
    MALFORMED_REQUEST(400, "The request cannot be read"),
    INVALID_REQUEST(400, "The request does not follow the contract"),
    INVALID_CURSOR(400, "The cursor is not one of ours"),
    IDEMPOTENCY_KEY_REQUIRED(400, "This operation needs an Idempotency-Key"),
    UNAUTHENTICATED(401, "Log in first"),
    INVALID_CREDENTIALS(401, "E-mail or password is wrong"),
    TOKEN_REUSED(401, "The session has been ended for safety"),
    PAYMENT_DECLINED(402, "The payment was declined"),
    FORBIDDEN(403, "You may not do this"),
    ACCOUNT_REQUIRED(403, "This needs an account"),
    ADDRESS_NOT_PROVEN(403, "Open the link in one of our mails first"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "This method is not offered here"),
    NOT_ACCEPTABLE(406, "The answer is not available in that form"),
    CONFLICT(409, "This conflicts with the present state"),
    EMAIL_TAKEN(409, "There is an account with this e-mail"),
    SLOT_TAKEN(409, "The slot is taken for that time"),
    PLAN_SOLD_OUT(409, "All places of this plan are taken"),
    SERIES_CONFLICT(409, "Not all of the series can be had"),
    EXTENSION_UNAVAILABLE(409, "The slot is not free for that long"),
    PRICE_ABOVE_HOLD(409, "It costs more than what is set aside"),
    QUOTE_STALE(409, "The quote is no longer valid"),
    ILLEGAL_STATE(409, "The state does not allow this"),
    IDEMPOTENCY_KEY_IN_USE(409, "A request with this Idempotency-Key is still running"),
    PRECONDITION_FAILED(412, "It has been changed meanwhile"),
    BODY_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's type is not supported"),
    UNPROCESSABLE(422, "The request makes no sense as it is"),
    NONEXISTENT_LOCAL_TIME(422, "That local time does not exist"),
    AMBIGUOUS_LOCAL_TIME(422, "The clocks show that local time twice"),
    PLACE_CLOSED(422, "The place is closed at that time"),
    STAY_TOO_SHORT(422, "The stay is shorter than the place allows"),
    STAY_TOO_LONG(422, "The stay is longer than the place allows"),
    STAY_TOO_SOON(422, "The stay begins sooner than it can be booked"),
    STAY_TOO_FAR_AHEAD(422, "The stay begins later than it can be booked"),
    RRULE_INVALID(422, "The rule of the series cannot be followed"),
    SERIES_TOO_LONG(422, "The series has too many occurrences"),
    SERIES_NOT_INSTANT(422, "The host wants to be asked for each stay"),
    NO_FITTING_BAY(422, "No bay here is for this vehicle"),
    PROMO_CODE_REFUSED(422, "The code cannot be used for this"),
    QUOTE_INVALID(422, "The quote is not one of ours"),
    IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used for another request"),
    PRECONDITION_REQUIRED(428, "Say which version you mean with If-Match"),
    RATE_LIMITED(429, "Too many requests"),
    INTERNAL(500, "Something went wrong on our side"),
    PAYMENT_PROVIDER_UNAVAILABLE(503, "The payment provider does not answer"),
    UNAVAILABLE(503, "A part of the service is not reachable");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status code. */
    public int status() {
        return status;
    }

    public String title() {
        return title;
    }
}
