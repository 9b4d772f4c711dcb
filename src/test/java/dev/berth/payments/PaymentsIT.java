package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.COMMISSION;
import static dev.berth.payments.PaymentFixture.PRICE;
import static dev.berth.payments.PaymentFixture.WEBHOOK_SECRET;
import static dev.berth.payments.PaymentFixture.charge;
import static dev.berth.payments.PaymentFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.model.PaymentIntent;
import com.stripe.net.Webhook.Signature;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundListParams;
import dev.berth.ledger.AccountSum;
import dev.berth.ledger.Postings;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.ChargedPart;
import dev.berth.payments.PaymentCommand.FindCharged;
import dev.berth.payments.PaymentCommand.GetTrialBalance;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.payments.PaymentCommand.TransactionPage;
import dev.berth.payments.PaymentCommand.TrialBalance;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.realtime.RealtimeEvent.UserTold;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Longer than other files: what a payment can come to is played through in one setting, with its provider and its database. */
class PaymentsIT extends PaymentSetting {
    private static final List<String> CHARGED =
            List.of("host_payable -1173", "platform_revenue -160", "processor_clearing 1333");

    @ParameterizedTest
    @CsvSource({"pm_card_visa", "pm_card_mastercard", "pm_card_amex"})
    void aGoodCard_isCharged_postedAndTold(String method) throws Exception {
        Charge charge = charge(method);
        BlockingQueue<UserTold> told = new LinkedBlockingQueue<>();
        PaymentFixture.await(payments.bus.subscribe(RealtimeEvent.ADDRESS, UserTold.class, told::add));

        assertThat(payments.ask(charge))
                .isEqualTo(new Payment(charge.payment(), PaymentStatus.SUCCEEDED, null, null, null));

        assertThat(payments.balances(charge.payment())).isEqualTo(CHARGED);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
        PaymentIntent intent = payments.intents(charge.payment()).getFirst();
        assertThat(intent.getStatus()).isEqualTo("succeeded");
        assertThat(intent.getAmountReceived()).isEqualTo(PRICE.amount());
        UserTold message = told.poll(10, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        assertThat(message.user()).isEqualTo(charge.driver());
        assertThat(message.body())
                .contains("\"kind\":\"payment\"", charge.booking().toString(), "SUCCEEDED");
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined, generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds, insufficient_funds",
        "pm_card_chargeDeclinedExpiredCard, expired_card",
        "pm_card_chargeDeclinedProcessingError, processing_error",
        "pm_there_is_none, resource_missing"
    })
    void aBadCard_isDeclined_withTheProvidersReason_andAnotherMayFollow(String method, String code) throws Exception {
        Charge charge = charge(method);

        Payment declined = payments.ask(charge);

        assertThat(declined.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(declined.declineCode()).isEqualTo(code);
        assertThat(declined.declineMessage()).isNotBlank();
        assertThat(payments.transfers(charge.payment())).isZero();
        assertThat(payments.events("PaymentFailed", charge.payment())).isEqualTo(1);

        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).hasSize(1);
        assertThat(payments.balances(charge.payment())).isEqualTo(CHARGED);
    }

    @Test
    void aChargeAskedForByManyAtOnce_isMadeOnce() throws Exception {
        Charge charge = charge(VISA);

        assertThat(payments.together(30, charge))
                .allMatch(payment ->
                        payment.status() == PaymentStatus.SUCCEEDED || payment.status() == PaymentStatus.PROCESSING);

        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).hasSize(1);
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
    }

    @Test
    void aDriversPayments_shareOneCustomer() throws Exception {
        Charge first = charge(VISA);
        Charge second = new Charge(
                PaymentId.next(),
                charge(VISA).booking(),
                first.driver(),
                first.host(),
                PRICE,
                COMMISSION,
                VISA,
                "",
                first.returnUrl());
        payments.ask(first);
        payments.ask(second);
        assertThat(payments.intents(first.payment()).getFirst().getCustomer())
                .isEqualTo(payments.intents(second.payment()).getFirst().getCustomer());
    }

    @Test
    void thePaymentOfSomethingElse_isRefused() {
        Charge charge = charge(VISA);
        payments.ask(charge);
        Charge other = new Charge(
                charge.payment(),
                charge.booking(),
                charge.driver(),
                charge.host(),
                new Money(1, "EUR"),
                COMMISSION,
                VISA,
                "",
                "");
        assertThat(refusal(() -> payments.ask(other))).isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void nothingToPay_isPaid_withoutTheProvider() throws Exception {
        Charge free = new Charge(
                PaymentId.next(),
                charge(VISA).booking(),
                UserId.next(),
                UserId.next(),
                Money.zero("EUR"),
                COMMISSION,
                VISA,
                "",
                "");
        assertThat(payments.ask(free).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(free.payment())).isEmpty();
        assertThat(payments.ask(new Refund(free.payment(), "")).status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(payments.events("PaymentRefunded", free.payment())).isEqualTo(1);
    }

    @Test
    void aWebhookDeliveredManyTimesAtOnce_hasItsEffectOnce() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        Payment asked = payments.ask(charge);
        assertThat(asked.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(payments.ask(charge).actionUrl()).isEqualTo(asked.actionUrl());
        payments.answerChallenge(String.valueOf(asked.actionUrl()), "authorise");
        ReceiveWebhook webhook = payments.webhook("payment_intent.succeeded", charge.payment());

        payments.together(20, webhook);

        assertThat(payments.payment(charge.payment()).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
        // Replayed later, and what came before it, change nothing.
        payments.ask(webhook);
        payments.ask(signed(webhook.payload()
                .replaceFirst("\"evt_[^\"]+\"", "\"evt_late\"")
                .replace("payment_intent.succeeded", "payment_intent.payment_failed")));
        assertThat(payments.payment(charge.payment()).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
    }

    @Test
    void aForgedOrOldWebhook_isRefused() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        payments.ask(charge);
        ReceiveWebhook genuine = payments.webhook("payment_intent.requires_action", charge.payment());
        String event = new JsonObject(genuine.payload()).getString("id");
        long old = Instant.now().minusSeconds(600).getEpochSecond();
        for (ReceiveWebhook webhook : List.of(
                new ReceiveWebhook(genuine.payload() + " ", genuine.signature()),
                new ReceiveWebhook(genuine.payload(), genuine.signature().replace("v1=", "v1=0")),
                new ReceiveWebhook(genuine.payload(), ""),
                new ReceiveWebhook(genuine.payload(), "t=,v1="),
                new ReceiveWebhook(
                        genuine.payload(), Signature.generateSignatureHeader(genuine.payload(), "whsec_other")),
                new ReceiveWebhook(
                        genuine.payload(),
                        Signature.generateSignatureHeader(genuine.payload(), WEBHOOK_SECRET, old)))) {
            assertThat(refusal(() -> payments.ask(webhook))).isEqualTo(ProblemType.INVALID_REQUEST);
        }
        assertThat(payments.number("SELECT count(*) FROM payments.webhook_event WHERE id = $1", event))
                .isZero();
        payments.ask(genuine);
        assertThat(payments.number("SELECT count(*) FROM payments.webhook_event WHERE id = $1", event))
                .isEqualTo(1);
    }

    @Test
    void aChallengeWhoseWebhookIsLost_isLookedUp() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        payments.answerChallenge(String.valueOf(payments.ask(charge).actionUrl()), "authorise");
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(charge.payment())).isEqualTo(CHARGED);
    }

    @Test
    void aChallengeThatIsRefused_isADecline() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        payments.answerChallenge(String.valueOf(payments.ask(charge).actionUrl()), "refuse");
        payments.awaitStatus(charge.payment(), PaymentStatus.DECLINED);
        assertThat(payments.payment(charge.payment()).declineCode()).isEqualTo("payment_intent_authentication_failure");
        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
    }

    @Test
    void aNodeThatDiesAfterTheProvidersCall_losesNothing() throws Exception {
        Charge charge = charge(VISA);
        PaymentIntent intent = payments.stripe
                .v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(PRICE.amount())
                        .setCurrency("eur")
                        .setPaymentMethod(VISA)
                        .setConfirm(true)
                        .setReturnUrl(charge.returnUrl())
                        .addPaymentMethodType("card")
                        .putMetadata("payment", charge.payment().toString())
                        .build());
        leftBehind(charge, intent.getId());

        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);

        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(payments.balances(charge.payment())).isEqualTo(CHARGED);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).hasSize(1);
    }

    @Test
    void aNodeThatDiesBeforeTheProvidersCall_leavesAPaymentThatCanBeTriedAgain() {
        Charge charge = charge(VISA);
        leftBehind(charge, null);
        payments.awaitStatus(charge.payment(), PaymentStatus.DECLINED);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
    }

    private void leftBehind(Charge charge, @org.jspecify.annotations.Nullable String intent) {
        payments.db.query(
                """
                INSERT INTO payments.payment (id, booking, driver, host, amount, currency, commission_basis_points,
                    description, status, attempt, version, method, return_url, provider_intent, next_check_at)
                VALUES ($1, $2, $3, $4, $5, 'EUR', $6, '', 'PROCESSING', 1, 1, 'pm_card_visa', '', $7, now())
                """,
                Tuple.of(
                        charge.payment().value(),
                        charge.booking().value(),
                        charge.driver().value(),
                        charge.host().value(),
                        PRICE.amount(),
                        COMMISSION,
                        intent));
    }

    @Test
    void aChargeThatTakesTooLong_isAnsweredAsProcessing_andStillToldWhenItSucceeds() throws Exception {
        // Customer, intent and confirmation, each in time, are together longer than an ask is kept waiting.
        payments.faults("latency_millis=1200");
        Charge charge = charge(VISA);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.PROCESSING);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.PROCESSING);
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(charge.payment())).isEqualTo(CHARGED);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
    }

    @Test
    void aConfirmationWhoseAnswerNeverComes_isFoundOut_andChargedOnce() throws Exception {
        Charge charge = charge("pm_card_chargeDeclined");
        payments.ask(charge);
        // Later than the client waits: the provider has carried it out.
        payments.faults("latency_millis=2500");
        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.PROCESSING);
        payments.faults("");
        payments.lookUpNow();

        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);

        assertThat(payments.intents(charge.payment())).hasSize(1);
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
    }

    @Test
    void aProviderThatDoesNotAnswer_isARefusal_andTheSameAskSucceedsLater() throws Exception {
        Charge charge = charge(VISA);
        payments.faults("latency_millis=2500");
        assertThat(refusal(() -> payments.ask(charge))).isEqualTo(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE);
        assertThat(payments.payment(charge.payment()).status()).isEqualTo(PaymentStatus.REQUIRES_PAYMENT_METHOD);
        payments.faults("");
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).hasSize(1);
    }

    @Test
    void aRefund_undoesTheCharge_once() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(charge);

        payments.together(20, new Refund(charge.payment(), "cancelled"));
        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);
        payments.ask(new Refund(charge.payment(), "again"));

        assertThat(payments.balances(charge.payment())).isEmpty();
        assertThat(payments.transfers(charge.payment())).isEqualTo(2);
        assertThat(payments.events("PaymentRefunded", charge.payment())).isEqualTo(1);
        assertThat(refundsAtProvider(charge)).isEqualTo(1);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.REFUNDED);
    }

    @Test
    void aRefundWhoseAnswerNeverComes_isAskedForAgain_andGivenOnce() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(charge);
        payments.faults("latency_millis=2500");
        assertThat(payments.ask(new Refund(charge.payment(), "cancelled")).status())
                .isEqualTo(PaymentStatus.SUCCEEDED);
        payments.faults("");
        payments.lookUpNow();

        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);

        assertThat(refundsAtProvider(charge)).isEqualTo(1);
        assertThat(payments.balances(charge.payment())).isEmpty();
        assertThat(payments.events("PaymentRefunded", charge.payment())).isEqualTo(1);
    }

    @Test
    @Tag("rule-29")
    void aPart_isGivenBackOnce_andTheHostKeepsItsShareOfTheRest() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(charge);
        Money part = new Money(500, PRICE.currency());

        payments.together(20, new Refund(charge.payment(), "cancelled", part));
        PaymentFixture.until(() -> payments.events("PaymentRefunded", charge.payment()) == 1, "part to be back");
        assertThat(payments.ask(new Refund(charge.payment(), "again", part)).status())
                .isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.transfers(charge.payment())).isEqualTo(2);
        assertThat(refundsAtProvider(charge)).isEqualTo(1);
        Postings.Split kept = Postings.split(PRICE.minus(part), charge.commissionBasisPoints());
        assertThat(payments.balances(charge.payment()))
                .containsExactly(
                        "host_payable " + -kept.host().amount(),
                        "platform_revenue " + -kept.platform().amount(),
                        "processor_clearing " + (PRICE.amount() - part.amount()));

        // And the rest, when it comes to that: more than the price is the price.
        payments.ask(new Refund(charge.payment(), "all", PRICE.plus(PRICE)));
        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);
        assertThat(payments.balances(charge.payment())).isEmpty();
        assertThat(refundsAtProvider(charge)).isEqualTo(2);
    }

    @Test
    @Tag("rule-18")
    @Tag("rule-26")
    void whatWasPaid_becomesAnotherHosts_once_andThePlatformAddsWhatIsMissing() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(charge);
        UserId other = UserId.next();
        Reassign reassign = new Reassign(charge.booking(), other, new Money(2_000, PRICE.currency()));
        payments.together(20, reassign);
        payments.ask(reassign);
        assertThat(hostBalance(charge, charge.host())).isZero();
        assertThat(hostBalance(charge, other)).as("88 % of 20.00").isEqualTo(-1_760);
        assertThat(payments.balances(charge.payment()))
                .containsExactly("host_payable -1760", "platform_revenue 427", "processor_clearing 1333");
        assertThat(payments.transfers(charge.payment())).isEqualTo(2);

        // What is given back now is the other host's to give; what the platform has added stays theirs.
        payments.ask(new Refund(charge.payment(), "cancelled"));
        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);
        assertThat(hostBalance(charge, charge.host())).isZero();
        assertThat(payments.balances(charge.payment())).containsExactly("host_payable -587", "platform_revenue 587");
        assertThat(payments.ask(new ListTransactions(charge.driver(), null, 10)).items())
                .as("the driver neither paid nor got anything for it")
                .hasSize(2);
    }

    private long hostBalance(Charge charge, UserId host) {
        return payments.db
                .query("""
                        SELECT coalesce(sum(e.amount), 0)::bigint FROM payments.entry e
                        JOIN payments.account a ON a.id = e.account JOIN payments.transfer t ON t.id = e.transfer
                        WHERE t.payment = $1 AND a.kind = 'host_payable' AND a.owner = $2
                        """, Tuple.of(charge.payment().value(), host.value()))
                .iterator()
                .next()
                .getLong(0);
    }

    private int refundsAtProvider(Charge charge) throws Exception {
        return payments.stripe
                .v1()
                .refunds()
                .list(RefundListParams.builder()
                        .setPaymentIntent(
                                payments.intents(charge.payment()).getFirst().getId())
                        .build())
                .getData()
                .size();
    }

    @Test
    void anAbandonedPayment_isCancelledAtTheProvider_andCannotBeCharged() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        payments.ask(charge);
        assertThat(payments.ask(new Abandon(charge.payment())).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.intents(charge.payment()).getFirst().getStatus()).isEqualTo("canceled");
        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.transfers(charge.payment())).isZero();
    }

    @Test
    void aPaymentAbandonedWhileTheProviderIsAway_isCancelledLater() throws Exception {
        Charge charge = charge("pm_card_chargeDeclined");
        payments.ask(charge);
        payments.faults("latency_millis=2500");
        payments.ask(new Abandon(charge.payment()));
        payments.faults("");
        payments.awaitStatus(charge.payment(), PaymentStatus.CANCELLED);
        assertThat(payments.intents(charge.payment()).getFirst().getStatus()).isEqualTo("canceled");
    }

    @Test
    void aPaymentAbandonedBeforeItsCharge_isNeverCharged() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Abandon(charge.payment()));
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.intents(charge.payment())).isEmpty();
    }

    @Test
    void aPaymentAbandonedAfterItSucceeded_staysPaid() {
        Charge charge = charge(VISA);
        payments.ask(charge);
        assertThat(payments.ask(new Abandon(charge.payment())).status()).isEqualTo(PaymentStatus.SUCCEEDED);
    }

    @Test
    void whatNobodyHasTried_requiresAMethod() {
        assertThat(payments.payment(PaymentId.next()).status()).isEqualTo(PaymentStatus.REQUIRES_PAYMENT_METHOD);
    }

    @Test
    @Tag("PY4")
    void transactions_areTheDriversOwn_inPages() {
        Charge first = charge(VISA);
        payments.ask(first);
        payments.ask(new Refund(first.payment(), ""));
        payments.ask(charge(VISA));

        TransactionPage page = payments.ask(new ListTransactions(first.driver(), null, 1));
        assertThat(page.items()).extracting(Transaction::kind).containsExactly(TransactionKind.REFUND);
        assertThat(page.items().getFirst().amount()).isEqualTo(PRICE);
        TransactionPage rest = payments.ask(new ListTransactions(first.driver(), page.next(), 1));
        assertThat(rest.items()).extracting(Transaction::kind).containsExactly(TransactionKind.CHARGE);
        assertThat(rest.items().getFirst().description()).isEqualTo("Parking at Marktplatz");
        assertThat(rest.next()).isNull();

        Instant charged = rest.items().getFirst().createdAt();
        assertThat(payments.ask(new ListTransactions(
                                first.driver(), TransactionKind.CHARGE, charged, charged.plusSeconds(60), null, 10))
                        .items())
                .isEqualTo(rest.items());
        assertThat(payments.ask(new ListTransactions(first.driver(), null, null, charged, null, 10))
                        .items())
                .isEmpty();
        assertThat(payments.ask(new FindCharged(first.payment())).parts())
                .containsExactly(
                        new ChargedPart(first.payment(), first.booking(), first.driver(), first.host(), PRICE));
    }

    @Test
    void theTrialBalance_balances_andIsForAdministrators() {
        Principal admin = new Principal(UserId.next(), Set.of(Role.ADMIN));
        Charge charge = charge(VISA);
        payments.ask(charge);
        AccountSum before = clearing(payments.ask(new GetTrialBalance(admin)));
        payments.ask(charge(VISA));
        payments.ask(new Refund(charge.payment(), ""));

        TrialBalance balance = payments.ask(new GetTrialBalance(admin));

        assertThat(balance.balanced()).isTrue();
        assertThat(clearing(balance))
                .isEqualTo(new AccountSum(
                        "processor_clearing",
                        "EUR",
                        before.debit() + 1_333,
                        before.credit() + 1_333,
                        before.balance()));
        assertThat(balance.accounts().stream()
                        .mapToLong(sum -> sum.debit() - sum.credit())
                        .sum())
                .isZero();
        assertThat(refusal(() -> payments.ask(
                        new GetTrialBalance(new Principal(UserId.next(), Set.of(Role.DRIVER, Role.HOST))))))
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    private static AccountSum clearing(TrialBalance balance) {
        return balance.accounts().stream()
                .filter(sum -> sum.kind().equals("processor_clearing"))
                .findFirst()
                .orElseThrow();
    }

    private static ReceiveWebhook signed(String payload) throws Exception {
        return new ReceiveWebhook(payload, Signature.generateSignatureHeader(payload, WEBHOOK_SECRET));
    }

    private static ProblemType refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(Rejection.class, call).problem().type();
    }
}
