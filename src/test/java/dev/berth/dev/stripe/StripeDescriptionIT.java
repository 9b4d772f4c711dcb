package dev.berth.dev.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.model.Account;
import com.stripe.model.Dispute;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Refund;
import com.stripe.model.SetupIntent;
import com.stripe.model.Transfer;
import com.stripe.param.AccountCreateParams;
import com.stripe.param.AccountLinkCreateParams;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.DisputeListParams;
import com.stripe.param.DisputeUpdateParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.SetupIntentCreateParams;
import com.stripe.param.SetupIntentRetrieveParams;
import com.stripe.param.TransferCreateParams;
import com.stripe.param.TransferListParams;
import com.stripe.param.TransferReversalCreateParams;
import dev.berth.testing.StripeDescription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The simulator against Stripe's published description, in every operation that Berth uses, and in what its events tell. */
@Timeout(120)
class StripeDescriptionIT {
    private static final String KEY = "sk_test_berth";
    private static final String RETURN = "http://127.0.0.1:1/return";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private StripeSimulator simulator;
    private StripeRecorder recorder;
    private StripeClient stripe;

    @BeforeEach
    void start() throws Exception {
        simulator = new StripeSimulator(StripeSimulator.Settings.of(0, folder, KEY, null));
        await(vertx.deployVerticle(simulator));
        recorder = new StripeRecorder(simulator.url());
        await(vertx.deployVerticle(recorder));
        stripe = StripeClient.builder()
                .setApiKey(KEY)
                .setApiBase(recorder.url())
                .setMaxNetworkRetries(0)
                .build();
    }

    @AfterEach
    void end() throws Exception {
        await(vertx.close());
        http.close();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private JsonObject outside(String path, String form) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulator.url() + path))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/x-www-form-urlencoded");
        HttpResponse<String> answer = http.send(
                form.isEmpty()
                        ? request.build()
                        : request.POST(BodyPublishers.ofString(form)).build(),
                BodyHandlers.ofString());
        return answer.statusCode() == 303 ? new JsonObject() : new JsonObject(answer.body());
    }

    private PaymentIntent intent(String customer, long amount, boolean setAside) throws Exception {
        PaymentIntentCreateParams.Builder params = PaymentIntentCreateParams.builder()
                .setAmount(amount)
                .setCurrency("eur")
                .setCustomer(customer)
                .setDescription("Parking")
                .addPaymentMethodType("card")
                .putMetadata("payment", "p");
        if (setAside) {
            params.setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                    .setSetupFutureUsage(PaymentIntentCreateParams.SetupFutureUsage.OFF_SESSION);
        } else {
            params.setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.AUTOMATIC);
        }
        return stripe.v1().paymentIntents().create(params.build());
    }

    private PaymentIntent confirm(PaymentIntent intent, String method) throws Exception {
        return stripe.v1()
                .paymentIntents()
                .confirm(
                        intent.getId(),
                        PaymentIntentConfirmParams.builder()
                                .setPaymentMethod(method)
                                .setReturnUrl(RETURN)
                                .addExpand("latest_charge")
                                .build());
    }

    private void atTheBank(String url, String answer) throws Exception {
        URI page = URI.create(url);
        outside(page.getPath(), page.getRawQuery() + "&answer=" + answer);
    }

    private void payments(String customer) throws Exception {
        PaymentIntent paid = confirm(intent(customer, 1_000, false), "pm_card_visa");
        stripe.v1()
                .paymentIntents()
                .retrieve(
                        paid.getId(),
                        PaymentIntentRetrieveParams.builder()
                                .addExpand("latest_charge")
                                .build());
        Refund refund = stripe.v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(paid.getId())
                        .setAmount(400L)
                        .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                        .putMetadata("refund", "r")
                        .build());
        stripe.v1().refunds().retrieve(refund.getId());

        PaymentIntent held = confirm(intent(customer, 1_000, true), "pm_card_visa");
        assertThat(held.getStatus()).isEqualTo("requires_capture");
        stripe.v1()
                .paymentIntents()
                .capture(
                        held.getId(),
                        PaymentIntentCaptureParams.builder()
                                .setAmountToCapture(700L)
                                .build());
        stripe.v1()
                .paymentIntents()
                .cancel(confirm(intent(customer, 1_000, true), "pm_card_visa").getId());
        PaymentIntent letGo = confirm(intent(customer, 1_000, true), "pm_card_visa");
        outside("/simulator/holds/" + letGo.getId(), "ends_in_seconds=-1");
        assertThat(stripe.v1().paymentIntents().retrieve(letGo.getId()).getCancellationReason())
                .isEqualTo("automatic");

        PaymentIntent poor = intent(customer, 1_000, false);
        assertThatThrownBy(() -> confirm(poor, "pm_card_chargeDeclinedInsufficientFunds"))
                .isInstanceOf(CardException.class);
        stripe.v1().paymentIntents().retrieve(poor.getId());
        for (String answer : new String[] {"authorise", "refuse"}) {
            PaymentIntent asked = confirm(intent(customer, 1_000, false), "pm_card_threeDSecure2Required");
            atTheBank(asked.getNextAction().getRedirectToUrl().getUrl(), answer);
            stripe.v1().paymentIntents().retrieve(asked.getId());
        }
        assertThatThrownBy(() -> stripe.v1().paymentIntents().cancel(paid.getId()))
                .isInstanceOf(InvalidRequestException.class);
    }

    private void cards(String customer) throws Exception {
        SetupIntentCreateParams.Builder params = SetupIntentCreateParams.builder()
                .setCustomer(customer)
                .addPaymentMethodType("card")
                .setUsage(SetupIntentCreateParams.Usage.OFF_SESSION);
        SetupIntent open = stripe.v1().setupIntents().create(params.build());
        stripe.v1().setupIntents().cancel(open.getId());
        SetupIntent asked = stripe.v1()
                .setupIntents()
                .create(params.setConfirm(true)
                        .setReturnUrl(RETURN)
                        .setPaymentMethod("pm_card_authenticationRequiredOnSetup")
                        .build());
        atTheBank(asked.getNextAction().getRedirectToUrl().getUrl(), "authorise");
        PaymentMethod saved = stripe.v1()
                .setupIntents()
                .retrieve(
                        asked.getId(),
                        SetupIntentRetrieveParams.builder()
                                .addExpand("payment_method")
                                .build())
                .getPaymentMethodObject();
        stripe.v1().paymentMethods().retrieve(saved.getId());
        stripe.v1().paymentMethods().detach(saved.getId());
        PaymentMethod attached = stripe.v1()
                .paymentMethods()
                .attach(
                        "pm_card_mastercard",
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer)
                                .build());
        stripe.v1().paymentMethods().detach(attached.getId());
        assertThatThrownBy(() -> stripe.v1()
                        .setupIntents()
                        .create(params.setPaymentMethod("pm_card_chargeDeclined")
                                .build()))
                .isInstanceOf(CardException.class);
    }

    private void disputes(String customer) throws Exception {
        for (String evidence : new String[] {"winning_evidence", "losing_evidence"}) {
            PaymentIntent contested = confirm(intent(customer, 1_000, false), "pm_card_createDispute");
            Dispute dispute = stripe.v1()
                    .disputes()
                    .list(DisputeListParams.builder()
                            .setPaymentIntent(contested.getId())
                            .build())
                    .getData()
                    .getFirst();
            stripe.v1().disputes().retrieve(dispute.getId());
            stripe.v1()
                    .disputes()
                    .update(
                            dispute.getId(),
                            DisputeUpdateParams.builder()
                                    .setSubmit(true)
                                    .setEvidence(DisputeUpdateParams.Evidence.builder()
                                            .setUncategorizedText(evidence)
                                            .setProductDescription("Parking")
                                            .build())
                                    .build());
        }
    }

    private void payouts() throws Exception {
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
                        .putMetadata("host", "h")
                        .build());
        String page = stripe.v1()
                .accountLinks()
                .create(AccountLinkCreateParams.builder()
                        .setAccount(account.getId())
                        .setType(AccountLinkCreateParams.Type.ACCOUNT_ONBOARDING)
                        .setRefreshUrl(RETURN)
                        .setReturnUrl(RETURN)
                        .build())
                .getUrl();
        atTheBank(page, "complete");
        stripe.v1().accounts().retrieve(account.getId());
        Transfer transfer = stripe.v1()
                .transfers()
                .create(TransferCreateParams.builder()
                        .setAmount(500L)
                        .setCurrency("eur")
                        .setDestination(account.getId())
                        .setTransferGroup("g")
                        .putMetadata("payout", "p")
                        .build());
        stripe.v1()
                .transfers()
                .reversals()
                .create(
                        transfer.getId(),
                        TransferReversalCreateParams.builder().setAmount(200L).build());
        stripe.v1()
                .transfers()
                .list(TransferListParams.builder().setTransferGroup("g").build());
    }

    @Test
    void whatIsSent_isKnown_andWhatIsAnsweredAndTold_isAsDescribed() throws Exception {
        String customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .putMetadata("driver", "d")
                        .build())
                .getId();
        payments(customer);
        cards(customer);
        disputes(customer);
        payouts();
        stripe.v1()
                .balanceTransactions()
                .list(BalanceTransactionListParams.builder()
                        .setCreated(BalanceTransactionListParams.Created.builder()
                                .setGte(0L)
                                .setLt(4_000_000_000L)
                                .build())
                        .setLimit(100L)
                        .addExpand("data.source")
                        .build());
        JsonObject told = outside("/v1/events?limit=100", "");
        assertThat(told.getJsonArray("data").size()).isGreaterThan(30);
        told.getJsonArray("data").forEach(event -> recorder.told((JsonObject) event));

        assertThat(recorder.deviations()).isEmpty();
        assertThat(recorder.operations())
                .as("what Berth uses")
                .contains(
                        "GetAccountsAccount",
                        "GetBalanceTransactions",
                        "GetDisputesDispute",
                        "GetPaymentIntentsIntent",
                        "GetPaymentMethodsPaymentMethod",
                        "GetRefundsRefund",
                        "GetSetupIntentsIntent",
                        "GetTransfers",
                        "PostAccountLinks",
                        "PostAccounts",
                        "PostCustomers",
                        "PostDisputesDispute",
                        "PostPaymentIntents",
                        "PostPaymentIntentsIntentCancel",
                        "PostPaymentIntentsIntentCapture",
                        "PostPaymentIntentsIntentConfirm",
                        "PostPaymentMethodsPaymentMethodAttach",
                        "PostPaymentMethodsPaymentMethodDetach",
                        "PostRefunds",
                        "PostSetupIntents",
                        "PostTransfers");
    }

    @Test
    void whatIsNotAsDescribed_isFound() {
        StripeDescription description = StripeDescription.published();
        JsonObject refund = new JsonObject()
                .put("id", "re_1")
                .put("object", "refund")
                .put("amount", 5)
                .put("created", 1)
                .put("currency", "eur");
        assertThat(description.checkObject(refund)).isEmpty();
        assertThat(description.checkObject(refund.copy().putNull("amount"))).isNotEmpty();
        assertThat(description.checkObject(without(refund, "currency"))).isNotEmpty();
        assertThat(description.checkObject(refund.copy().put("object", "unheard_of")))
                .isNotEmpty();
        JsonObject charge = new JsonObject().put("id", "ch_1").put("object", "charge");
        assertThat(description.checkObject(refund.copy().put("charge", "ch_1"))).isEmpty();
        assertThat(description.checkObject(refund.copy().put("charge", charge)))
                .as("an object in place of its id")
                .isNotEmpty();
        assertThat(description.knowsEvent("payment_intent.vanished")).isFalse();

        JsonObject sent = new JsonObject()
                .put("amount", "x")
                .put("metadata", new JsonObject().put("any", "text"))
                .put("unheard_of", "1");
        assertThat(description
                        .check("POST", "/v1/refunds", sent, 200, refund.encode())
                        .deviations())
                .containsExactlyInAnyOrder(
                        "sent: amount is \"x\", not of type integer", "sent: unheard_of is not a parameter");
        assertThat(description
                        .check("POST", "/v1/unheard_of", new JsonObject(), 200, "{}")
                        .deviations())
                .isNotEmpty();
        JsonObject nested = new JsonObject()
                .put("evidence", new JsonObject().put("unheard_of", "1").put("product_description", "p"));
        assertThat(description
                        .check("POST", "/v1/disputes/dp_1", nested, 200, "{}")
                        .deviations())
                .contains("sent: evidence[unheard_of] is not a parameter");
    }

    private static JsonObject without(JsonObject object, String member) {
        JsonObject copy = object.copy();
        copy.remove(member);
        return copy;
    }
}
