package dev.berth.dev.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.exception.StripeException;
import com.stripe.model.Account;
import com.stripe.model.AccountLink;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Payout;
import com.stripe.model.Refund;
import com.stripe.model.Transfer;
import com.stripe.model.TransferReversal;
import com.stripe.model.WebhookEndpoint;
import com.stripe.net.RequestOptions;
import com.stripe.net.Webhook;
import com.stripe.param.AccountCreateParams;
import com.stripe.param.AccountLinkCreateParams;
import com.stripe.param.AccountRejectParams;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentUpdateParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.PaymentMethodCreateParams;
import com.stripe.param.PaymentMethodListParams;
import com.stripe.param.PayoutCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.TransferCreateParams;
import com.stripe.param.TransferListParams;
import com.stripe.param.TransferReversalCreateParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.WebhookEndpointUpdateParams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call is made by Stripe's client as it is published.
 *
 * <p>Longer than other files, because the simulator is one contract, played through with one client.
 */
@Timeout(60)
class StripeSimulatorIT {
    private static final String KEY = "sk_test_simulated";
    private static final String WEBHOOK_SECRET = "whsec_simulated";
    private static final String RETURN_URL = "http://127.0.0.1:1/return?booking=7";
    private static final int PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private StripeSimulator simulator;
    private StripeClient stripe;
    private String deployment;
    private int receiverPort;

    @TempDir
    private Path folder;

    private record Delivery(String signature, String payload) {}

    @BeforeEach
    void start() throws Exception {
        receiverPort = await(vertx.createHttpServer()
                        .requestHandler(request -> request.body().onSuccess(body -> {
                            if (refusals.getAndDecrement() > 0) {
                                request.response().setStatusCode(500).end();
                            } else {
                                deliveries.add(new Delivery(
                                        String.valueOf(request.getHeader("Stripe-Signature")), body.toString()));
                                request.response().end();
                            }
                        }))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        deploy();
    }

    private void deploy() throws Exception {
        simulator = newSimulator(folder);
        deployment = await(vertx.deployVerticle(simulator));
        stripe = client(simulator.url(), KEY);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        await(vertx.close());
        http.close();
    }

    private StripeSimulator newSimulator(Path path) {
        return new StripeSimulator(new StripeSimulator.Settings(
                "127.0.0.1",
                0,
                null,
                path,
                KEY,
                new StripeSimulator.Webhook("http://127.0.0.1:" + receiverPort + "/webhook", WEBHOOK_SECRET),
                Duration.ofMillis(20),
                Duration.ofDays(7)));
    }

    private static StripeClient client(String base, String key) {
        return StripeClient.builder()
                .setApiKey(key)
                .setApiBase(base)
                .setMaxNetworkRetries(0)
                .build();
    }

    private void restart() throws Exception {
        await(vertx.undeploy(deployment));
        deploy();
    }

    @Test
    void customers_areCreatedChangedListedAndDeleted() throws Exception {
        Customer customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setName("Ada & Söhne")
                        .setEmail("ada@example.com")
                        .putMetadata("user", "7")
                        .build());
        assertThat(customer.getId()).startsWith("cus_");
        assertThat(customer.getName()).isEqualTo("Ada & Söhne");
        assertThat(customer.getMetadata()).containsEntry("user", "7");

        stripe.v1()
                .customers()
                .update(
                        customer.getId(),
                        CustomerUpdateParams.builder().setPhone("+49").build());
        Customer changed = stripe.v1().customers().retrieve(customer.getId());
        assertThat(changed.getPhone()).isEqualTo("+49");
        assertThat(changed.getEmail()).isEqualTo("ada@example.com");
        assertThat(stripe.v1().customers().list().getData())
                .extracting(Customer::getId)
                .containsExactly(customer.getId());

        assertThat(stripe.v1().customers().delete(customer.getId()).getDeleted())
                .isTrue();
        InvalidRequestException gone = catchThrowableOfType(
                InvalidRequestException.class, () -> stripe.v1().customers().retrieve(customer.getId()));
        assertThat(gone.getStatusCode()).isEqualTo(404);
        assertThat(gone.getCode()).isEqualTo("resource_missing");
    }

    @Test
    void paymentMethods_areAttachedListedAndDetached() throws Exception {
        String customer = customer();
        PaymentMethod card = attach("pm_card_mastercard", customer);
        assertThat(card.getId()).startsWith("pm_").isNotEqualTo("pm_card_mastercard");
        assertThat(card.getCard().getBrand()).isEqualTo("mastercard");
        assertThat(card.getCard().getLast4()).isEqualTo("4444");
        assertThat(stripe.v1().paymentMethods().retrieve(card.getId()).getCustomer())
                .isEqualTo(customer);
        assertThat(stripe.v1()
                        .paymentMethods()
                        .list(PaymentMethodListParams.builder()
                                .setCustomer(customer)
                                .setType(PaymentMethodListParams.Type.CARD)
                                .build())
                        .getData())
                .hasSize(1);
        assertThat(stripe.v1().customers().paymentMethods().list(customer).getData())
                .hasSize(1);

        assertThat(stripe.v1().paymentMethods().detach(card.getId()).getCustomer())
                .isNull();
        assertThat(stripe.v1().customers().paymentMethods().list(customer).getData())
                .isEmpty();
        assertThatThrownBy(() -> attach(card.getId(), customer)).hasMessageContaining("may not be used again");

        PaymentMethod created = stripe.v1()
                .paymentMethods()
                .create(PaymentMethodCreateParams.builder()
                        .setType(PaymentMethodCreateParams.Type.CARD)
                        .setCard(PaymentMethodCreateParams.Token.builder()
                                .setToken("tok_visa")
                                .build())
                        .build());
        assertThat(created.getCard().getLast4()).isEqualTo("4242");
        assertThat(catchThrowableOfType(CardException.class, () -> attach("pm_card_chargeDeclined", customer))
                        .getDeclineCode())
                .isEqualTo("generic_decline");
    }

    @Test
    void payment_confirmedAtOnce_isCharged_andToldInSignedEvents() throws Exception {
        PaymentIntent intent = stripe.v1()
                .paymentIntents()
                .create(payment(1250, "pm_card_visa")
                        .putMetadata("booking", "b-1")
                        .setConfirm(true)
                        .build());

        assertThat(intent.getStatus()).isEqualTo("succeeded");
        assertThat(intent.getAmountReceived()).isEqualTo(1250);
        assertThat(intent.getCurrency()).isEqualTo("eur");
        assertThat(stripe.v1().charges().retrieve(intent.getLatestCharge()).getCaptured())
                .isTrue();
        Event event = awaitEvent("payment_intent.succeeded");
        PaymentIntent told =
                (PaymentIntent) event.getDataObjectDeserializer().getObject().orElseThrow();
        assertThat(told.getId()).isEqualTo(intent.getId());
        assertThat(told.getMetadata()).containsEntry("booking", "b-1");
        assertThat(stripe.v1().events().retrieve(event.getId()).getType()).isEqualTo("payment_intent.succeeded");
        assertThat(stripe.v1()
                        .events()
                        .list(EventListParams.builder()
                                .setType("payment_intent.*")
                                .build())
                        .getData())
                .extracting(Event::getType)
                .containsExactly("payment_intent.succeeded", "payment_intent.created");
    }

    @Test
    void payment_inSteps_withManualCapture() throws Exception {
        PaymentIntent created = stripe.v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(2000L)
                        .setCurrency("eur")
                        .addPaymentMethodType("card")
                        .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                        .build());
        assertThat(created.getStatus()).isEqualTo("requires_payment_method");
        assertThat(catchThrowableOfType(
                                InvalidRequestException.class,
                                () -> stripe.v1().paymentIntents().confirm(created.getId()))
                        .getCode())
                .isEqualTo("payment_intent_unexpected_state");
        assertThat(stripe.v1()
                        .paymentIntents()
                        .update(
                                created.getId(),
                                PaymentIntentUpdateParams.builder()
                                        .setAmount(1800L)
                                        .build())
                        .getAmount())
                .isEqualTo(1800);

        PaymentIntent reserved = stripe.v1()
                .paymentIntents()
                .confirm(
                        created.getId(),
                        PaymentIntentConfirmParams.builder()
                                .setPaymentMethod("pm_card_visa")
                                .build());
        assertThat(reserved.getStatus()).isEqualTo("requires_capture");
        assertThat(reserved.getAmountCapturable()).isEqualTo(1800);
        assertThatThrownBy(() -> stripe.v1()
                        .paymentIntents()
                        .capture(
                                created.getId(),
                                PaymentIntentCaptureParams.builder()
                                        .setAmountToCapture(1801L)
                                        .build()))
                .isInstanceOf(InvalidRequestException.class);

        PaymentIntent captured = stripe.v1()
                .paymentIntents()
                .capture(
                        created.getId(),
                        PaymentIntentCaptureParams.builder()
                                .setAmountToCapture(1500L)
                                .build());
        assertThat(captured.getStatus()).isEqualTo("succeeded");
        assertThat(captured.getAmountReceived()).isEqualTo(1500);
        assertThatThrownBy(() -> stripe.v1().paymentIntents().cancel(created.getId()))
                .hasMessageContaining("status of succeeded");
        assertThatThrownBy(() -> refund(created.getId(), 1501L)).hasMessageContaining("greater than unrefunded amount");
    }

    @Test
    void payment_isCanceled_andListed() throws Exception {
        PaymentIntent intent = stripe.v1()
                .paymentIntents()
                .create(payment(700, "pm_card_visa")
                        .setConfirm(true)
                        .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                        .build());
        assertThat(intent.getStatus()).isEqualTo("requires_capture");
        assertThat(stripe.v1().paymentIntents().cancel(intent.getId()).getStatus())
                .isEqualTo("canceled");
        awaitEvent("payment_intent.canceled");
        for (int i = 0; i < 4; i++) {
            stripe.v1()
                    .paymentIntents()
                    .create(payment(1000 + i, "pm_card_visa").build());
        }
        var page = stripe.v1()
                .paymentIntents()
                .list(PaymentIntentListParams.builder().setLimit(2L).build());
        assertThat(page.getHasMore()).isTrue();
        assertThat(page.getData()).extracting(PaymentIntent::getAmount).containsExactly(1003L, 1002L);
        assertThat(page.autoPagingIterable()).hasSize(5);
    }

    @Test
    void declinedCards_failWithTheirCodes_andThePaymentCanBeTriedAgain() throws Exception {
        CardException declined = catchThrowableOfType(
                CardException.class,
                () -> stripe.v1()
                        .paymentIntents()
                        .create(payment(900, "pm_card_chargeDeclined")
                                .setConfirm(true)
                                .build()));
        assertThat(declined.getStatusCode()).isEqualTo(402);
        assertThat(declined.getCode()).isEqualTo("card_declined");
        assertThat(declined.getDeclineCode()).isEqualTo("generic_decline");
        PaymentIntent failed = declined.getStripeError().getPaymentIntent();
        assertThat(failed.getStatus()).isEqualTo("requires_payment_method");
        assertThat(failed.getLastPaymentError().getCode()).isEqualTo("card_declined");
        awaitEvent("payment_intent.payment_failed");

        CardException poor = catchThrowableOfType(
                CardException.class,
                () -> stripe.v1()
                        .paymentIntents()
                        .confirm(
                                failed.getId(),
                                PaymentIntentConfirmParams.builder()
                                        .setPaymentMethod("pm_card_chargeDeclinedInsufficientFunds")
                                        .build()));
        assertThat(poor.getDeclineCode()).isEqualTo("insufficient_funds");

        assertThat(stripe.v1()
                        .paymentIntents()
                        .confirm(
                                failed.getId(),
                                PaymentIntentConfirmParams.builder()
                                        .setPaymentMethod("pm_card_mastercard")
                                        .build())
                        .getStatus())
                .isEqualTo("succeeded");
    }

    @Test
    void cardHolder_authorises_orRefuses() throws Exception {
        PaymentIntent refused = asking("pm_card_authenticationRequired");
        assertThat(answer(refused, "refuse"))
                .startsWith(RETURN_URL + "&payment_intent=" + refused.getId())
                .endsWith("&redirect_status=failed");
        PaymentIntent afterRefusal = stripe.v1().paymentIntents().retrieve(refused.getId());
        assertThat(afterRefusal.getStatus()).isEqualTo("requires_payment_method");
        assertThat(afterRefusal.getLastPaymentError().getCode()).isEqualTo("payment_intent_authentication_failure");
        awaitEvent("payment_intent.payment_failed");

        PaymentIntent authorised = asking("pm_card_threeDSecure2Required");
        String page = authorised.getNextAction().getRedirectToUrl().getUrl();
        assertThat(get(page).body()).contains("9.00 EUR").contains("Authorise").contains("Refuse");
        assertThat(get(page.replaceAll("secret=.*", "secret=guessed")).statusCode())
                .isEqualTo(410);
        assertThat(answer(authorised, "authorise")).endsWith("&redirect_status=succeeded");
        assertThat(stripe.v1().paymentIntents().retrieve(authorised.getId()).getStatus())
                .isEqualTo("succeeded");
        awaitEvent("payment_intent.succeeded");
        assertThat(get(page).statusCode()).isEqualTo(410);

        assertThat(catchThrowableOfType(
                                CardException.class,
                                () -> stripe.v1()
                                        .paymentIntents()
                                        .create(payment(900, "pm_card_authenticationRequired")
                                                .setConfirm(true)
                                                .setOffSession(true)
                                                .build()))
                        .getCode())
                .isEqualTo("authentication_required");
    }

    @Test
    void refunds_areInParts_andNeverMoreThanWasPaid() throws Exception {
        PaymentIntent intent = stripe.v1()
                .paymentIntents()
                .create(payment(1000, "pm_card_visa").setConfirm(true).build());
        Refund first = refund(intent.getId(), 400L);
        assertThat(first.getStatus()).isEqualTo("succeeded");
        assertThat(first.getAmount()).isEqualTo(400);
        assertThatThrownBy(() -> refund(intent.getId(), 601L))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("greater than unrefunded amount on charge (600)");
        Refund rest = stripe.v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(intent.getId())
                        .build());
        assertThat(rest.getAmount()).isEqualTo(600);
        assertThat(stripe.v1().refunds().retrieve(rest.getId()).getPaymentIntent())
                .isEqualTo(intent.getId());
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> refund(intent.getId(), 1L))
                        .getCode())
                .isEqualTo("charge_already_refunded");
        assertThat(stripe.v1()
                        .refunds()
                        .list(RefundListParams.builder()
                                .setPaymentIntent(intent.getId())
                                .build())
                        .getData())
                .extracting(Refund::getAmount)
                .containsExactly(600L, 400L);
        awaitEvent("charge.refunded");
    }

    @Test
    void connectedAccount_isPaid_onceItsOwnerHasSaidWhereTo() throws Exception {
        Account account = stripe.v1()
                .accounts()
                .create(AccountCreateParams.builder()
                        .setType(AccountCreateParams.Type.EXPRESS)
                        .setCountry("DE")
                        .setCapabilities(AccountCreateParams.Capabilities.builder()
                                .setTransfers(AccountCreateParams.Capabilities.Transfers.builder()
                                        .setRequested(true)
                                        .build())
                                .build())
                        .build());
        assertThat(account.getPayoutsEnabled()).isFalse();
        assertThat(account.getRequirements().getCurrentlyDue()).contains("external_account");
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> transfer(account.getId(), "early"))
                        .getCode())
                .isEqualTo("insufficient_capabilities_for_transfer");

        AccountLink link = stripe.v1()
                .accountLinks()
                .create(AccountLinkCreateParams.builder()
                        .setAccount(account.getId())
                        .setType(AccountLinkCreateParams.Type.ACCOUNT_ONBOARDING)
                        .setRefreshUrl(RETURN_URL)
                        .setReturnUrl(RETURN_URL)
                        .build());
        String page = link.getUrl();
        assertThat(get(page).body()).contains("Where your money goes");
        assertThat(get(page.replaceAll("secret=.*", "secret=guessed")).statusCode())
                .isEqualTo(410);
        assertThat(pressed(page, "complete")).isEqualTo(RETURN_URL);
        assertThat(get(page).statusCode()).as("a link works once").isEqualTo(410);
        awaitEvent("account.updated");
        Account ready = stripe.v1().accounts().retrieve(account.getId());
        assertThat(ready.getPayoutsEnabled()).isTrue();
        assertThat(ready.getCapabilities().getTransfers()).isEqualTo("active");

        Transfer sent = transfer(account.getId(), "group-1");
        assertThat(transfer(account.getId(), "group-1").getId())
                .as("the same key")
                .isEqualTo(sent.getId());
        awaitEvent("transfer.created");
        assertThat(stripe.v1()
                        .transfers()
                        .list(TransferListParams.builder()
                                .setTransferGroup("group-1")
                                .build())
                        .getData())
                .extracting(Transfer::getId)
                .containsExactly(sent.getId());
        TransferReversal part = stripe.v1()
                .transfers()
                .reversals()
                .create(
                        sent.getId(),
                        TransferReversalCreateParams.builder().setAmount(400L).build());
        assertThat(part.getTransfer()).isEqualTo(sent.getId());
        awaitEvent("transfer.reversed");
        Transfer after = stripe.v1().transfers().retrieve(sent.getId());
        assertThat(after.getAmountReversed()).isEqualTo(400);
        assertThat(after.getReversed()).isFalse();

        stripe.v1()
                .accounts()
                .reject(
                        account.getId(),
                        AccountRejectParams.builder().setReason("fraud").build());
        assertThat(stripe.v1().accounts().retrieve(account.getId()).getPayoutsEnabled())
                .isFalse();
        assertThatThrownBy(() -> transfer(account.getId(), "late")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void payouts_bringTheBalanceToOurBank_atMostAllOfIt_andComeBackWhenItDoesNotTakeThem() throws Exception {
        stripe.v1()
                .paymentIntents()
                .create(payment(1000, "pm_card_visa").setConfirm(true).build());
        // Less the fee of 1.5 % and 25.
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> payout(961))
                        .getCode())
                .isEqualTo("balance_insufficient");
        Payout sent = payout(960);
        assertThat(sent.getStatus()).isEqualTo("paid");
        awaitEvent("payout.paid");
        assertThat(moved(sent.getBalanceTransaction())).isEqualTo("payout -960");
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> payout(1)))
                .isNotNull();

        assertThat(post("/simulator/payouts/" + sent.getId() + "/fail", "").statusCode())
                .isEqualTo(200);
        awaitEvent("payout.failed");
        Payout failed = stripe.v1().payouts().retrieve(sent.getId());
        assertThat(failed.getStatus()).isEqualTo("failed");
        assertThat(moved(failed.getFailureBalanceTransaction())).isEqualTo("payout_failure 960");
        assertThat(payout(960).getStatus()).isEqualTo("paid");
    }

    private Payout payout(long amount) throws StripeException {
        return stripe.v1()
                .payouts()
                .create(PayoutCreateParams.builder()
                        .setAmount(amount)
                        .setCurrency("eur")
                        .build());
    }

    private String moved(String transaction) throws StripeException {
        BalanceTransaction moved = stripe.v1().balanceTransactions().retrieve(transaction);
        return moved.getType() + " " + moved.getNet();
    }

    @Test
    void aRefundThatTheBankDoesNotTake_fails_andItsMoneyComesBack() throws Exception {
        PaymentIntent intent = stripe.v1()
                .paymentIntents()
                .create(payment(1000, "pm_card_visa").setConfirm(true).build());
        Refund refund = refund(intent.getId(), 1000L);
        assertThat(post("/simulator/refunds/" + refund.getId() + "/fail", "").statusCode())
                .isEqualTo(200);
        awaitEvent("refund.failed");
        Refund failed = stripe.v1().refunds().retrieve(refund.getId());
        assertThat(failed.getStatus()).isEqualTo("failed");
        assertThat(failed.getFailureReason()).isEqualTo("lost_or_stolen_card");
        assertThat(moved(failed.getFailureBalanceTransaction())).isEqualTo("refund_failure 1000");
        assertThat(refund(intent.getId(), 1000L).getStatus()).isEqualTo("succeeded");
    }

    @Test
    void aFaultThatIsKept_isTheAnswerToItsKey_whetherOrNotAnythingWasDone() throws Exception {
        for (String fault : List.of("keep_failures", "keep_failures_after")) {
            post("/simulator/faults", fault + "=1");
            RequestOptions once =
                    RequestOptions.builder().setIdempotencyKey(fault).build();
            PaymentIntentCreateParams parameters = payment(1100, "pm_card_visa").build();
            assertThatThrownBy(() -> stripe.v1().paymentIntents().create(parameters, once))
                    .isInstanceOf(ApiException.class);
            ApiException again = catchThrowableOfType(
                    ApiException.class, () -> stripe.v1().paymentIntents().create(parameters, once));
            assertThat(again.getStripeError().getLastResponse().headers().firstValue("Idempotent-Replayed"))
                    .contains("true");
        }
        assertThat(stripe.v1().paymentIntents().list().getData()).hasSize(1);
    }

    private Transfer transfer(String account, String group) throws StripeException {
        return stripe.v1()
                .transfers()
                .create(
                        TransferCreateParams.builder()
                                .setAmount(1760L)
                                .setCurrency("eur")
                                .setDestination(account)
                                .setTransferGroup(group)
                                .build(),
                        RequestOptions.builder().setIdempotencyKey(group).build());
    }

    @Test
    void repeatedKey_givesTheSameAnswer_alsoAfterARestart() throws Exception {
        RequestOptions once =
                RequestOptions.builder().setIdempotencyKey("booking-1").build();
        PaymentIntentCreateParams parameters =
                payment(1100, "pm_card_visa").setConfirm(true).build();
        PaymentIntent first = stripe.v1().paymentIntents().create(parameters, once);
        PaymentIntent second = stripe.v1().paymentIntents().create(parameters, once);
        assertThat(second.getId()).isEqualTo(first.getId());
        assertThat(second.getLastResponse().headers().firstValue("Idempotent-Replayed"))
                .contains("true");
        assertThatThrownBy(() -> stripe.v1()
                        .paymentIntents()
                        .create(payment(1101, "pm_card_visa").build(), once))
                .isInstanceOf(IdempotencyException.class);

        restart();

        assertThat(stripe.v1().paymentIntents().create(parameters, once).getId())
                .isEqualTo(first.getId());
        assertThat(stripe.v1().paymentIntents().list().getData()).hasSize(1);
    }

    @Test
    void lostAnswer_isCaughtUpByARepetitionWithTheSameKey() throws Exception {
        // One for the client's call, one for the repetition that the JDK makes by itself.
        assertThat(new JsonObject(post("/simulator/faults", "drop_answers=2").body()).getInteger("drop_answers"))
                .isEqualTo(2);
        RequestOptions once = RequestOptions.builder().setIdempotencyKey("lost").build();
        PaymentIntentCreateParams parameters =
                payment(1100, "pm_card_visa").setConfirm(true).build();
        assertThatThrownBy(() -> stripe.v1().paymentIntents().create(parameters, once))
                .isInstanceOf(ApiConnectionException.class);
        assertThat(stripe.v1().paymentIntents().create(parameters, once).getStatus())
                .isEqualTo("succeeded");
        assertThat(stripe.v1().paymentIntents().list().getData()).hasSize(1);
    }

    @Test
    void tornJournal_losesOnlyWhatNobodyWasTold() throws Exception {
        String customer = customer();
        await(vertx.undeploy(deployment));
        Files.writeString(folder.resolve("journal.jsonl"), "[{\"id\":\"cus_torn\",\"obj", StandardOpenOption.APPEND);
        deploy();
        assertThat(stripe.v1().customers().retrieve(customer).getId()).isEqualTo(customer);
        assertThat(stripe.v1().customers().list().getData()).hasSize(1);
    }

    @Test
    void refusedWebhook_isSentAgain_alsoAfterARestart() throws Exception {
        refusals.set(2);
        customer();
        assertThat(awaitEvent("customer.created").getPendingWebhooks()).isPositive();

        refusals.set(1_000_000);
        customer();
        restart();
        refusals.set(0);
        awaitEvent("customer.created");
    }

    @Test
    void webhookEndpoints_haveTheirOwnSecrets_andHearWhatTheyAskedFor() throws Exception {
        WebhookEndpoint endpoint = stripe.v1()
                .webhookEndpoints()
                .create(WebhookEndpointCreateParams.builder()
                        .setUrl("http://127.0.0.1:" + receiverPort + "/other")
                        .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.CUSTOMER__DELETED)
                        .build());
        assertThat(endpoint.getSecret()).startsWith("whsec_");
        assertThat(stripe.v1().webhookEndpoints().retrieve(endpoint.getId()).getSecret())
                .isNull();
        stripe.v1().customers().delete(customer());
        List<Delivery> all = List.of(awaitDelivery(), awaitDelivery(), awaitDelivery());
        assertThat(all)
                .filteredOn(delivery -> isSignedWith(delivery, endpoint.getSecret()))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.payload()).contains("customer.deleted"));
        assertThat(all)
                .filteredOn(delivery -> isSignedWith(delivery, WEBHOOK_SECRET))
                .hasSize(2);

        assertThat(stripe.v1()
                        .webhookEndpoints()
                        .update(
                                endpoint.getId(),
                                WebhookEndpointUpdateParams.builder()
                                        .setDisabled(true)
                                        .build())
                        .getStatus())
                .isEqualTo("disabled");
        assertThat(stripe.v1().webhookEndpoints().list().getData()).hasSize(2);
        assertThat(stripe.v1().webhookEndpoints().delete(endpoint.getId()).getDeleted())
                .isTrue();
        assertThat(stripe.v1().webhookEndpoints().list().getData()).hasSize(1);
    }

    @Test
    void wrongRequests_areRefused() throws Exception {
        assertThatThrownBy(() -> client(simulator.url(), "sk_test_other")
                        .v1()
                        .customers()
                        .list())
                .isInstanceOf(AuthenticationException.class);
        assertThat(catchThrowableOfType(
                                InvalidRequestException.class,
                                () -> stripe.v1()
                                        .paymentIntents()
                                        .create(payment(49, "pm_card_visa").build()))
                        .getCode())
                .isEqualTo("amount_too_small");
        assertThat(catchThrowableOfType(
                                InvalidRequestException.class,
                                () -> stripe.v1()
                                        .paymentIntents()
                                        .create(payment(500, "pm_none").build()))
                        .getCode())
                .isEqualTo("resource_missing");
        assertThat(get(simulator.url() + "/v1/customers").statusCode()).isEqualTo(401);
        assertThat(post("/v1/unknown", "a=1").statusCode()).isEqualTo(404);
        assertThat(post("/v1/customers", "a=%zz").statusCode()).isEqualTo(400);
        assertThat(post("/v1/customers", "a=" + "x".repeat(300_000)).statusCode())
                .isEqualTo(413);
        assertThatThrownBy(() -> Webhook.constructEvent("{}", "t=1,v1=00", WEBHOOK_SECRET))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void expandedFields_areObjects() throws Exception {
        PaymentIntent intent = stripe.v1()
                .paymentIntents()
                .create(payment(600, "pm_card_visa")
                        .setConfirm(true)
                        .addExpand("latest_charge")
                        .addExpand("payment_method")
                        .build());
        assertThat(intent.getLatestChargeObject()
                        .getPaymentMethodDetails()
                        .getCard()
                        .getLast4())
                .isEqualTo("4242");
        assertThat(intent.getPaymentMethodObject().getCard().getBrand()).isEqualTo("visa");
    }

    private PaymentIntentCreateParams.Builder payment(long amount, String method) {
        return PaymentIntentCreateParams.builder()
                .setAmount(amount)
                .setCurrency("eur")
                .setPaymentMethod(method)
                .setAutomaticPaymentMethods(PaymentIntentCreateParams.AutomaticPaymentMethods.builder()
                        .setEnabled(true)
                        .setAllowRedirects(PaymentIntentCreateParams.AutomaticPaymentMethods.AllowRedirects.NEVER)
                        .build());
    }

    private String customer() throws StripeException {
        return stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder().setName("Ada").build())
                .getId();
    }

    private PaymentMethod attach(String method, String customer) throws StripeException {
        return stripe.v1()
                .paymentMethods()
                .attach(
                        method,
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer)
                                .build());
    }

    private Refund refund(String intent, long amount) throws StripeException {
        return stripe.v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(intent)
                        .setAmount(amount)
                        .build());
    }

    private PaymentIntent asking(String method) throws StripeException {
        PaymentIntent intent = stripe.v1()
                .paymentIntents()
                .create(payment(900, method)
                        .setConfirm(true)
                        .setReturnUrl(RETURN_URL)
                        .build());
        assertThat(intent.getStatus()).isEqualTo("requires_action");
        assertThat(intent.getNextAction().getType()).isEqualTo("redirect_to_url");
        assertThat(intent.getNextAction().getRedirectToUrl().getReturnUrl()).isEqualTo(RETURN_URL);
        return intent;
    }

    /** Presses a button of the bank's page, and tells where that leads. */
    private String answer(PaymentIntent intent, String answer) throws IOException, InterruptedException {
        return pressed(intent.getNextAction().getRedirectToUrl().getUrl(), answer);
    }

    private String pressed(String page, String answer) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(page.substring(0, page.indexOf('?'))))
                        .POST(BodyPublishers.ofString(page.substring(page.indexOf('?') + 1) + "&answer=" + answer))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(simulator.url() + path))
                        .header("Authorization", "Bearer " + KEY)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private Delivery awaitDelivery() throws InterruptedException {
        Delivery delivery = deliveries.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(delivery).isNotNull();
        return java.util.Objects.requireNonNull(delivery);
    }

    private Event awaitEvent(String type) throws Exception {
        while (true) {
            Delivery delivery = awaitDelivery();
            Event event = Webhook.constructEvent(delivery.payload(), delivery.signature(), WEBHOOK_SECRET);
            if (event.getType().equals(type)) {
                return event;
            }
        }
    }

    private static boolean isSignedWith(Delivery delivery, String secret) {
        try {
            return Webhook.Signature.verifyHeader(delivery.payload(), delivery.signature(), secret, 300);
        } catch (SignatureVerificationException e) {
            return false;
        }
    }
}
