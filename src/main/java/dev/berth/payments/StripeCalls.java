package dev.berth.payments;

import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls Stripe through its own client. That blocks, so each call has a virtual thread of its own: on a verticle's thread it
 * would hold up everything else the verticle does. No more calls are under way at once than is configured.
 */
public final class StripeCalls {
    private static final String REPLAYED = "Idempotent-Replayed";
    private static final String REFUSED = "refused";
    private static final String TRY_AGAIN = "lock_timeout";

    private final StripeClient stripe;
    private final PaymentConfig config;
    private final Semaphore underWay;

    public StripeCalls(PaymentConfig config) {
        this.config = config;
        this.underWay = new Semaphore(config.concurrentCalls());
        this.stripe = StripeClient.builder()
                .setApiKey(config.secretKey().value())
                .setApiBase(config.apiBase().toString())
                .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                .setReadTimeout(Math.toIntExact(config.readTimeout().toMillis()))
                .setMaxNetworkRetries(config.networkRetries())
                .build();
    }

    /** What is done with the client, which blocks. */
    public interface Call<T> {
        T send(StripeClient stripe) throws StripeException;
    }

    /** A call that has no answer to rely on, or one that is a refusal. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean unknown;
        private final boolean kept;
        private final @Nullable String refusal;

        private Failure(
                String message, boolean unknown, boolean kept, @Nullable String refusal, @Nullable Throwable cause) {
            super(message, cause);
            this.unknown = unknown;
            this.kept = kept;
            this.refusal = refusal;
        }

        /** Whether the call may have had its effect. */
        public boolean unknown() {
            return unknown;
        }

        /** Whether it is what the provider keeps under the call's idempotency key: the same call again fails as it did. */
        public boolean kept() {
            return kept;
        }

        /** The code of a refusal that stays one: what was asked for is wrong. Null when the same may work later. */
        public @Nullable String refusal() {
            return refusal;
        }
    }

    /** The same request with the same key has no further effect for a day. */
    public static RequestOptions key(String idempotencyKey) {
        return RequestOptions.builder().setIdempotencyKey(idempotencyKey).build();
    }

    /** Fails with a {@link Failure} only. */
    public <T> Future<T> call(Call<T> call) {
        Promise<T> promise = Promise.promise();
        Thread.ofVirtual().name("stripe").start(() -> {
            try {
                if (!underWay.tryAcquire(config.callWait().toMillis(), TimeUnit.MILLISECONDS)) {
                    promise.fail(new Failure("too many calls are under way", false, false, null, null));
                    return;
                }
                try {
                    promise.complete(call.send(stripe));
                } finally {
                    underWay.release();
                }
            } catch (StripeException e) {
                promise.fail(translate(e));
            } catch (InterruptedException | RuntimeException e) {
                promise.fail(new Failure("the provider's answer cannot be used", true, false, null, e));
            }
        });
        return promise.future();
    }

    /**
     * Only what is wrong with the request itself is a refusal: a wrong key or too many requests are ours to mend. The provider's
     * own text stays out: it may repeat what was sent.
     */
    private static Failure translate(StripeException e) {
        boolean certain = e instanceof InvalidRequestException
                || e instanceof CardException
                || e instanceof AuthenticationException
                || e instanceof PermissionException
                || e instanceof RateLimitException;
        String code = e.getCode() == null ? REFUSED : e.getCode();
        boolean isRefusal = e instanceof InvalidRequestException && !TRY_AGAIN.equals(code);
        String message = "%s, status %s, code %s, request %s"
                .formatted(e.getClass().getSimpleName(), e.getStatusCode(), e.getCode(), e.getRequestId());
        return new Failure(message, !certain, isReplayed(e), isRefusal ? code : null, null);
    }

    private static boolean isReplayed(StripeException e) {
        StripeError error = e.getStripeError();
        return error != null
                && error.getLastResponse() != null
                && error.getLastResponse().headers().firstValue(REPLAYED).isPresent();
    }
}
