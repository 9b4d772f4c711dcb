package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.PRICE;
import static dev.berth.payments.PaymentFixture.charge;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.PaymentIntent;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.PaymentId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is set aside is set aside anew before the provider lets it go, and what it has let go is never collected (RULES 28). */
@WithServices
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("rule-28")
class HoldsIT {
    private static final String VISA = "pm_card_visa";
    private static final String THREE_D_SECURE = "pm_card_threeDSecure2Required";
    private static final int RACES = 12;

    private PaymentFixture payments;

    @BeforeAll
    void start(Services services, @TempDir Path folder) throws Exception {
        payments = new PaymentFixture(services, folder);
        payments.deploy();
        payments.deploy();
    }

    @AfterAll
    void close() {
        payments.close();
    }

    @AfterEach
    void endFaults() throws Exception {
        payments.faults("");
    }

    private List<PaymentIntent> intents(Charge charge) {
        try {
            return payments.intents(charge.payment());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<String> statuses(Charge charge) {
        return intents(charge).stream().map(PaymentIntent::getStatus).sorted().toList();
    }

    private Charge setAside(String method) throws Exception {
        Charge charge = charge(method);
        Payment asked = payments.ask(new Authorise(charge));
        if (asked.status() == PaymentStatus.REQUIRES_ACTION) {
            payments.answerChallenge(String.valueOf(asked.actionUrl()), "authorise");
        }
        payments.awaitStatus(charge.payment(), PaymentStatus.AUTHORISED);
        return charge;
    }

    private long secondsLeft(PaymentId payment) {
        return payments.number(
                "SELECT extract(epoch FROM ends_at - now())::bigint FROM payments.hold WHERE payment = $1",
                payment.value());
    }

    private long renewals(PaymentId payment) {
        return payments.number("SELECT renewals::bigint FROM payments.hold WHERE payment = $1", payment.value());
    }

    private boolean is(String state, PaymentId payment) {
        return payments.number(
                        "SELECT count(*) FROM payments.hold WHERE payment = $1 AND state = $2", payment.value(), state)
                == 1;
    }

    /** As if its end were near. */
    private void due(Charge charge) {
        payments.db.query(
                "UPDATE payments.hold SET due_at = now() WHERE payment = $1",
                Tuple.of(charge.payment().value()));
    }

    private void awaitStatuses(Charge charge, String... statuses) {
        PaymentFixture.until(
                () -> statuses(charge).equals(List.of(statuses)), "the intents to be " + List.of(statuses));
    }

    @Test
    void whenItEnds_isRemembered_andItIsDueADayBefore() throws Exception {
        Charge charge = setAside(VISA);
        assertThat(secondsLeft(charge.payment()))
                .isBetween(
                        Duration.ofDays(7).minusMinutes(2).toSeconds(),
                        Duration.ofDays(7).toSeconds());
        assertThat(payments.number(
                        "SELECT extract(epoch FROM ends_at - due_at)::bigint FROM payments.hold WHERE payment = $1",
                        charge.payment().value()))
                .isEqualTo(Duration.ofHours(24).toSeconds());
    }

    @Test
    void whatEndsSoon_isSetAsideAnew_andOnlyThenTheOldOneIsLetGo_andTheNewOneIsCollected() throws Exception {
        Charge charge = setAside(VISA);
        String old = intents(charge).getFirst().getId();
        due(charge);
        awaitStatuses(charge, "canceled", "requires_capture");

        assertThat(payments.stripe.v1().paymentIntents().retrieve(old).getStatus())
                .isEqualTo("canceled");
        assertThat(payments.payment(charge.payment()).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(renewals(charge.payment())).isEqualTo(1);
        assertThat(payments.events("PaymentAuthorised", charge.payment()))
                .as("nobody is asked twice")
                .isEqualTo(1);
        // The provider tells that the old one is gone: that is as it should be.
        payments.ask(payments.webhook("payment_intent.canceled", old));
        assertThat(payments.payment(charge.payment()).status()).isEqualTo(PaymentStatus.AUTHORISED);

        due(charge);
        awaitStatuses(charge, "canceled", "canceled", "requires_capture");
        payments.ask(charge);
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertCollectedOnce(charge);
    }

    private void assertCollectedOnce(Charge charge) {
        assertThat(intents(charge).stream()
                        .mapToLong(PaymentIntent::getAmountReceived)
                        .sum())
                .isEqualTo(PRICE.amount());
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
    }

    @Test
    void aBankThatWantsToSeeItsHolder_leavesTheOldOne_untilThatEnds() throws Exception {
        Charge charge = setAside(THREE_D_SECURE);
        String old = intents(charge).getFirst().getId();
        due(charge);
        PaymentFixture.until(() -> is("REFUSED", charge.payment()), "the bank to be asked");

        assertThat(payments.events("PaymentHoldEnding", charge.payment())).isEqualTo(1);
        assertThat(payments.number(
                        "SELECT count(*) FROM platform.outbox WHERE body LIKE '%' || $1 || '%authentication_required%'",
                        charge.payment().toString()))
                .isEqualTo(1);
        awaitStatuses(charge, "canceled", "requires_capture");
        assertThat(payments.payment(charge.payment()).status()).isEqualTo(PaymentStatus.AUTHORISED);

        payments.endHold(old, -1);
        payments.ask(payments.webhook("payment_intent.canceled", old));
        assertLetGo(charge);
    }

    private void assertLetGo(Charge charge) {
        payments.awaitStatus(charge.payment(), PaymentStatus.CANCELLED);
        assertThat(payments.payment(charge.payment()).declineCode()).isEqualTo("hold_expired");
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.events("PaymentFailed", charge.payment())).isEqualTo(1);
        assertThat(payments.transfers(charge.payment())).isZero();
        assertThat(statuses(charge)).containsOnly("canceled");
    }

    @Test
    void whatTheBankHasRefused_isLookedAt_whenItHasEnded_thoughNobodyTellsThatItHas() throws Exception {
        Charge charge = setAside(THREE_D_SECURE);
        due(charge);
        PaymentFixture.until(() -> is("REFUSED", charge.payment()), "the bank to be asked");
        String old = intents(charge).stream()
                .filter(intent -> intent.getStatus().equals("requires_capture"))
                .findFirst()
                .orElseThrow()
                .getId();
        payments.endHold(old, -1);
        due(charge);
        assertLetGo(charge);
    }

    @Test
    void whatHasEnded_isNotCollected_thoughNobodyHasToldThatItHas() throws Exception {
        Charge charge = setAside(VISA);
        payments.endHold(intents(charge).getFirst().getId(), -1);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertLetGo(charge);
    }

    @Test
    void anAnswerThatNeverComes_isFoundOut_andOneIsSetAsideAnew() throws Exception {
        Charge charge = setAside(VISA);
        payments.faults("drop_answers=3");
        due(charge);
        PaymentFixture.until(() -> !is("KEPT", charge.payment()) || renewals(charge.payment()) > 0, "it to be begun");
        due(charge);
        payments.faults("");
        PaymentFixture.until(
                () -> {
                    due(charge, "RENEWING");
                    return is("KEPT", charge.payment());
                },
                "it to be set aside anew");
        awaitStatuses(charge, "canceled", "requires_capture");
        assertThat(renewals(charge.payment())).isEqualTo(1);
        payments.ask(charge);
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertCollectedOnce(charge);
    }

    private void due(Charge charge, String state) {
        payments.db.query(
                "UPDATE payments.hold SET due_at = now() WHERE payment = $1 AND state = $2",
                Tuple.of(charge.payment().value(), state));
    }

    @Test
    void collectingWhileItIsSetAsideAnew_collectsOneOfThem_andTheOtherIsLetGo() throws Exception {
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < RACES; i++) {
            charges.add(setAside(VISA));
        }
        List<Future<Payment>> asked = new ArrayList<>();
        for (Charge charge : charges) {
            due(charge);
            asked.add(payments.bus.ask(charge, Duration.ofSeconds(30)));
        }
        asked.forEach(PaymentFixture::await);
        for (Charge charge : charges) {
            payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
            PaymentFixture.until(
                    () -> statuses(charge).stream()
                            .allMatch(status -> status.equals("succeeded") || status.equals("canceled")),
                    "what is left over to be let go");
            assertCollectedOnce(charge);
        }
    }

    @Test
    void givingUpWhileItIsSetAsideAnew_leavesNothingOnTheCard() throws Exception {
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < RACES; i++) {
            charges.add(setAside(VISA));
        }
        List<Future<Payment>> asked = new ArrayList<>();
        for (Charge charge : charges) {
            due(charge);
            asked.add(payments.bus.ask(new Abandon(charge.payment()), Duration.ofSeconds(30)));
        }
        asked.forEach(PaymentFixture::await);
        for (Charge charge : charges) {
            payments.awaitStatus(charge.payment(), PaymentStatus.CANCELLED);
            PaymentFixture.until(
                    () -> statuses(charge).stream().allMatch("canceled"::equals), "nothing to be left on the card");
        }
    }
}
