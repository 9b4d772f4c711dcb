package dev.berth.payouts;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Account;
import com.stripe.model.AccountLink;
import com.stripe.net.RequestOptions;
import com.stripe.param.AccountCreateParams;
import com.stripe.param.AccountLinkCreateParams;
import com.stripe.param.TransferCreateParams;
import com.stripe.param.TransferListParams;
import dev.berth.payments.PaymentConfig;
import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.Onboarding;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Stripe Connect, through Stripe's own client. That blocks, so each call has a virtual thread of its own.
 *
 * <p>A payout is a transfer from the platform's balance to the host's express account. From there Stripe brings it to the
 * host's bank by that account's own schedule (daily, unless the host chooses another): Berth neither sees the bank account nor
 * starts that last step.
 */
final class StripeConnect implements ConnectGateway {
    private static final String REFUSED = "refused";

    private final StripeClient stripe;
    private final PaymentConfig config;
    private final PayoutMetrics metrics;
    private final Semaphore calls;

    StripeConnect(PaymentConfig config, PayoutMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.calls = new Semaphore(config.concurrentCalls());
        this.stripe = StripeClient.builder()
                .setApiKey(config.secretKey().value())
                .setApiBase(config.apiBase().toString())
                .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                .setReadTimeout(Math.toIntExact(config.readTimeout().toMillis()))
                .setMaxNetworkRetries(config.networkRetries())
                .build();
    }

    @Override
    public Future<String> createAccount(UserId host, String country) {
        return call(() -> stripe.v1()
                .accounts()
                .create(
                        AccountCreateParams.builder()
                                .setType(AccountCreateParams.Type.EXPRESS)
                                .setCountry(country)
                                .setCapabilities(AccountCreateParams.Capabilities.builder()
                                        .setTransfers(AccountCreateParams.Capabilities.Transfers.builder()
                                                .setRequested(true)
                                                .build())
                                        .build())
                                .putMetadata("host", host.toString())
                                .build(),
                        key("account-" + host))
                .getId());
    }

    @Override
    public Future<AccountState> account(String account) {
        return call(() -> state(stripe.v1().accounts().retrieve(account)));
    }

    private static AccountState state(Account account) {
        boolean canBeSentTo = account.getCapabilities() != null
                && "active".equals(account.getCapabilities().getTransfers());
        if (Boolean.TRUE.equals(account.getPayoutsEnabled()) && canBeSentTo) {
            return AccountState.ENABLED;
        }
        return Boolean.TRUE.equals(account.getDetailsSubmitted()) ? AccountState.RESTRICTED : AccountState.ONBOARDING;
    }

    @Override
    public Future<Onboarding> onboarding(String account, URI returnUrl) {
        return call(() -> {
            AccountLink link = stripe.v1()
                    .accountLinks()
                    .create(AccountLinkCreateParams.builder()
                            .setAccount(account)
                            .setType(AccountLinkCreateParams.Type.ACCOUNT_ONBOARDING)
                            .setRefreshUrl(returnUrl.toString())
                            .setReturnUrl(returnUrl.toString())
                            .build());
            return new Onboarding(URI.create(link.getUrl()), Instant.ofEpochSecond(link.getExpiresAt()));
        });
    }

    @Override
    public Future<Transfer> transfer(PayoutId payout, String account, Money amount) {
        return call(() -> transfer(stripe.v1()
                .transfers()
                .create(
                        TransferCreateParams.builder()
                                .setAmount(amount.amount())
                                .setCurrency(amount.currency().toLowerCase(Locale.ROOT))
                                .setDestination(account)
                                .setTransferGroup(group(payout))
                                .putMetadata("payout", payout.toString())
                                .build(),
                        key("payout-" + payout))));
    }

    @Override
    public Future<Optional<Transfer>> find(PayoutId payout) {
        return call(
                () -> stripe
                        .v1()
                        .transfers()
                        .list(TransferListParams.builder()
                                .setTransferGroup(group(payout))
                                .build())
                        .getData()
                        .stream()
                        .findFirst()
                        .map(StripeConnect::transfer));
    }

    private static Transfer transfer(com.stripe.model.Transfer transfer) {
        Long reversed = transfer.getAmountReversed();
        return new Transfer(transfer.getId(), reversed == null ? 0 : reversed);
    }

    private static String group(PayoutId payout) {
        return "payout-" + payout;
    }

    private static RequestOptions key(String idempotencyKey) {
        return RequestOptions.builder().setIdempotencyKey(idempotencyKey).build();
    }

    private interface Call<T> {
        T send() throws StripeException;
    }

    private <T> Future<T> call(Call<T> call) {
        Promise<T> promise = Promise.promise();
        Thread.ofVirtual().name("stripe-connect").start(() -> {
            try {
                if (!calls.tryAcquire(config.callWait().toMillis(), TimeUnit.MILLISECONDS)) {
                    promise.fail(new GatewayException("too many calls are under way", null, null));
                    return;
                }
                try {
                    promise.complete(call.send());
                } finally {
                    calls.release();
                }
            } catch (StripeException e) {
                promise.fail(translate(e));
            } catch (InterruptedException | RuntimeException e) {
                promise.fail(new GatewayException("the provider's answer cannot be used", null, e));
            }
        });
        return promise.future().onFailure(failure -> {
            if (failure instanceof GatewayException trouble && trouble.refusal() == null) {
                metrics.unreachable.increment();
            }
        });
    }

    /**
     * Only what is wrong with the request itself is a refusal: a wrong key or too many requests are ours to mend, and the
     * payout is asked for again. The provider's own text stays out: it may repeat what was sent.
     */
    private static GatewayException translate(StripeException e) {
        String message = "%s, status %s, code %s, request %s"
                .formatted(e.getClass().getSimpleName(), e.getStatusCode(), e.getCode(), e.getRequestId());
        String code = e.getCode() == null ? REFUSED : e.getCode();
        boolean isRefusal = e instanceof InvalidRequestException && !"lock_timeout".equals(code);
        return new GatewayException(message, isRefusal ? code : null, null);
    }
}
