package dev.berth.payouts;

import static dev.berth.payments.StripeCalls.key;

import com.stripe.model.Account;
import com.stripe.model.AccountLink;
import com.stripe.param.AccountCreateParams;
import com.stripe.param.AccountLinkCreateParams;
import com.stripe.param.TransferCreateParams;
import com.stripe.param.TransferListParams;
import dev.berth.payments.StripeCalls;
import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.Onboarding;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Stripe Connect, through Stripe's own client.
 *
 * <p>A payout is a transfer from the platform's balance to the host's express account. From there Stripe brings it to the
 * host's bank by that account's own schedule (daily, unless the host chooses another): Berth neither sees the bank account nor
 * starts that last step.
 */
final class StripeConnect implements ConnectGateway {
    private final StripeCalls calls;
    private final PayoutMetrics metrics;

    StripeConnect(StripeCalls calls, PayoutMetrics metrics) {
        this.calls = calls;
        this.metrics = metrics;
    }

    @Override
    public Future<String> createAccount(UserId host, String country) {
        return call(stripe -> stripe.v1()
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
        return call(stripe -> state(stripe.v1().accounts().retrieve(account)));
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
        return call(stripe -> {
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
        return call(stripe -> transfer(stripe.v1()
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
                stripe -> stripe
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

    private <T> Future<T> call(StripeCalls.Call<T> call) {
        return calls.call(call).recover(failure -> {
            if (!(failure instanceof StripeCalls.Failure trouble)) {
                return Future.failedFuture(failure);
            } else if (trouble.refusal() == null) {
                metrics.unreachable.increment();
            }
            return Future.failedFuture(
                    new GatewayException(String.valueOf(trouble.getMessage()), trouble.refusal(), trouble.getCause()));
        });
    }
}
