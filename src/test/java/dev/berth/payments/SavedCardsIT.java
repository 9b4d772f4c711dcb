package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.PRICE;
import static dev.berth.payments.PaymentFixture.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.param.PaymentMethodCreateParams;
import com.stripe.param.PaymentMethodUpdateParams;
import dev.berth.payments.CardCommand.AddCard;
import dev.berth.payments.CardCommand.Card;
import dev.berth.payments.CardCommand.ListCards;
import dev.berth.payments.CardCommand.RemoveCard;
import dev.berth.payments.CardCommand.SetDefaultCard;
import dev.berth.payments.CardCommand.SetUp;
import dev.berth.payments.CardCommand.Setup;
import dev.berth.payments.CardCommand.SetupStatus;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.platform.bus.Command;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.CardId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cards that drivers keep: saved, chosen, charged again later, removed; and nobody else's. */
@WithServices
@Timeout(120)
@Tag("PY2")
@Tag("rule-28")
@TestInstance(Lifecycle.PER_CLASS)
class SavedCardsIT {
    private static final String VISA = "pm_card_visa";
    private static final String MASTERCARD = "pm_card_mastercard";
    private static final String ASKS = "pm_card_authenticationRequired";
    private static final String ASKS_ONCE = "pm_card_authenticationRequiredOnSetup";

    private PaymentFixture payments;

    @BeforeAll
    void start(Services services, @TempDir Path folder) throws Exception {
        payments = new PaymentFixture(services, folder);
        payments.deploy();
    }

    @AfterAll
    void close() {
        payments.close();
    }

    private static Principal driver() {
        return new Principal(UserId.next(), Set.of());
    }

    private Setup setUp(Principal actor, String token) {
        return payments.ask(new SetUp(actor, token, PaymentId.next().toString(), "http://127.0.0.1:1/cards"));
    }

    private Card saved(Principal actor, String token) {
        return Objects.requireNonNull(setUp(actor, token).card());
    }

    private static Charge by(Principal actor, @Nullable String method) {
        return by(actor, BookingId.next(), method, "http://127.0.0.1:1/return");
    }

    private static Charge by(Principal actor, BookingId booking, @Nullable String method, String returnUrl) {
        Charge like = charge(VISA);
        return new Charge(
                PaymentId.next(),
                booking,
                actor.user(),
                like.host(),
                PRICE,
                like.commissionBasisPoints(),
                method,
                like.description(),
                returnUrl);
    }

    private ProblemType refusal(Command<?> command) {
        return catchThrowableOfType(Rejection.class, () -> payments.ask(command))
                .problem()
                .type();
    }

    @Test
    void aCard_isSavedWithoutCharge_onlyItsTokenAndLooksAreKept_theNewestComesFirst_orTheChosenOne() {
        Principal actor = driver();
        Card visa = saved(actor, VISA);
        assertThat(visa.brand()).isEqualTo("visa");
        assertThat(visa.last4()).isEqualTo("4242");
        assertThat(visa.expired()).isFalse();
        Card other = saved(actor, MASTERCARD);
        assertThat(payments.ask(new ListCards(actor)).items())
                .extracting(Card::id, Card::isDefault)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(other.id(), true),
                        org.assertj.core.groups.Tuple.tuple(visa.id(), false));
        assertThat(payments.ask(new SetDefaultCard(actor, visa.id())).isDefault())
                .isTrue();
        assertThat(payments.ask(new ListCards(actor)).items().getFirst().id()).isEqualTo(visa.id());
        payments.ask(new RemoveCard(actor, visa.id()));
        assertThat(payments.ask(new ListCards(actor)).items())
                .extracting(Card::id, Card::isDefault)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(other.id(), true));
        saved(actor, VISA);
        saved(actor, VISA);
        assertThat(refusal(new SetUp(actor, VISA, "one too many", ""))).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(new ListCards(new Principal(UserId.next(), Set.of(Role.GUEST)))))
                .isEqualTo(ProblemType.ACCOUNT_REQUIRED);
    }

    @Test
    void theBankIsAsked_andTheCardIsSaved_byTheDriverWhoComesBack_orByTheWebhookOfOneWhoDoesNot() throws Exception {
        Principal actor = driver();
        Setup asked = setUp(actor, ASKS);
        assertThat(asked.status()).isEqualTo(SetupStatus.REQUIRES_ACTION);
        assertThat(asked.card()).isNull();
        assertThat(refusal(new AddCard(actor, asked.id()))).isEqualTo(ProblemType.ILLEGAL_STATE);
        payments.answerChallenge(Objects.requireNonNull(asked.actionUrl()), "authorise");
        assertThat(refusal(new AddCard(driver(), asked.id()))).isEqualTo(ProblemType.NOT_FOUND);
        Card card = payments.ask(new AddCard(actor, asked.id()));
        assertThat(payments.ask(new AddCard(actor, asked.id())).id()).isEqualTo(card.id());

        Principal gone = driver();
        Setup left = setUp(gone, ASKS);
        payments.answerChallenge(Objects.requireNonNull(left.actionUrl()), "authorise");
        payments.ask(payments.webhook("setup_intent.succeeded", left.id()));
        assertThat(payments.ask(new ListCards(gone)).items()).hasSize(1);

        Setup refused = setUp(gone, ASKS);
        payments.answerChallenge(Objects.requireNonNull(refused.actionUrl()), "refuse");
        assertThat(refusal(new AddCard(gone, refused.id()))).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(setUp(gone, "pm_card_chargeDeclined").status()).isEqualTo(SetupStatus.DECLINED);
        assertThat(setUp(gone, "pm_nothing").status()).isEqualTo(SetupStatus.DECLINED);
        assertThat(payments.ask(new ListCards(gone)).items()).hasSize(1);
    }

    @Test
    void aSavedCard_pays_setsAside_andPaysOnceMoreForTheSameBooking_withoutItsHolder() throws Exception {
        Principal actor = driver();
        Setup asked = setUp(actor, ASKS_ONCE);
        payments.answerChallenge(Objects.requireNonNull(asked.actionUrl()), "authorise");
        String method =
                CardMethod.saved(payments.ask(new AddCard(actor, asked.id())).id());
        Charge charge = by(actor, method);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).hasSize(1);
        assertThat(payments.ask(new Authorise(by(actor, method))).status()).isEqualTo(PaymentStatus.AUTHORISED);
        // An overstay: the driver is not there.
        assertThat(payments.ask(by(actor, charge.booking(), null, "")).status()).isEqualTo(PaymentStatus.SUCCEEDED);

        // A bank that always asks declines then; with the driver it asks.
        Setup strict = setUp(actor, ASKS);
        payments.answerChallenge(Objects.requireNonNull(strict.actionUrl()), "authorise");
        String always =
                CardMethod.saved(payments.ask(new AddCard(actor, strict.id())).id());
        Charge absent = by(actor, BookingId.next(), always, "");
        Payment declined = payments.ask(absent);
        assertThat(declined.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(declined.declineCode()).isEqualTo("authentication_required");
        Charge there = new Charge(
                absent.payment(),
                absent.booking(),
                absent.driver(),
                absent.host(),
                absent.price(),
                absent.commissionBasisPoints(),
                always,
                absent.description(),
                "http://127.0.0.1:1/return");
        assertThat(payments.ask(there).status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        // While the bank asks, the card stays.
        CardId strictCard = payments.ask(new AddCard(actor, strict.id())).id();
        assertThat(refusal(new RemoveCard(actor, strictCard))).isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    /** RULES 28: it was not saved, but its holder has left it for what the booking may still cost. */
    @Test
    @Tag("rule-28")
    void aCardThatIsNotSaved_paysOnceMoreForTheSameBooking_withoutItsHolder() throws Exception {
        Principal actor = driver();
        String typed = payments.stripe
                .v1()
                .paymentMethods()
                .create(PaymentMethodCreateParams.builder()
                        .setType(PaymentMethodCreateParams.Type.CARD)
                        .setCard(PaymentMethodCreateParams.Token.builder()
                                .setToken("tok_visa")
                                .build())
                        .build())
                .getId();
        Charge charge = by(actor, typed);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.ask(by(actor, charge.booking(), null, "")).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.ask(new ListCards(actor)).items()).isEmpty();
    }

    @Test
    void aCardIsKeptByTheWay_whileItPays_orFillsTheWallet() {
        Principal actor = driver();
        Charge charge = by(actor, CardMethod.of(VISA, null, true));
        assertThat(payments.together(3, charge)).anyMatch(answer -> answer.status() == PaymentStatus.SUCCEEDED);
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.ask(new ListCards(actor)).items()).hasSize(1);
        CardId kept = payments.ask(new ListCards(actor)).items().getFirst().id();
        WalletCommand.TopUp topUp = new WalletCommand.TopUp(
                PaymentId.next(),
                actor.user(),
                new Money(1_000, "EUR"),
                CardMethod.saved(kept),
                "http://127.0.0.1:1/w");
        assertThat(payments.ask(topUp).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        Payment declined = payments.ask(by(actor, CardMethod.of("pm_card_chargeDeclined", null, true)));
        assertThat(declined.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(declined.declineCode()).isEqualTo("generic_decline");
        assertThat(payments.ask(new ListCards(actor)).items()).hasSize(1);
    }

    @Test
    void aStrangersCard_isNotFound_whateverIsAskedOfIt() {
        Principal actor = driver();
        Principal stranger = driver();
        CardId card = saved(actor, VISA).id();
        assertThat(refusal(by(stranger, CardMethod.saved(card)))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new SetDefaultCard(stranger, card))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new RemoveCard(stranger, card))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(payments.ask(new ListCards(stranger)).items()).isEmpty();
        // Nor does its token help.
        String token = token(card);
        assertThat(payments.ask(by(stranger, token)).status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(setUp(stranger, token).status()).isEqualTo(SetupStatus.DECLINED);
        assertThat(catchThrowableOfType(Rejection.class, () -> CardMethod.of("card:" + card, null, null)))
                .isNotNull();
    }

    @Test
    void aRemovedCard_isForgottenAtTheProvider_alsoWhenThatDoesNotAnswer_andPaysNothingAnyMore() throws Exception {
        Principal actor = driver();
        CardId card = saved(actor, VISA).id();
        String token = token(card);
        Charge charge = by(actor, CardMethod.saved(card));
        payments.ask(charge);
        payments.faults("drop_answers=1");
        payments.ask(new RemoveCard(actor, card));
        payments.faults("");
        assertThat(payments.ask(new ListCards(actor)).items()).isEmpty();
        PaymentFixture.until(() -> owner(token) == null, "the card to be detached");
        assertThat(refusal(by(actor, CardMethod.saved(card)))).isEqualTo(ProblemType.NOT_FOUND);
        // What the booking costs more has to be paid otherwise.
        assertThat(refusal(by(actor, charge.booking(), null, ""))).isEqualTo(ProblemType.UNPROCESSABLE);
    }

    @Test
    void aCardThatTheProviderChangesOrForgets_isSoHereToo_andAnExpiredOneIsDeclined() throws Exception {
        Principal actor = driver();
        CardId card = saved(actor, VISA).id();
        String token = token(card);
        YearMonth past = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
        payments.stripe
                .v1()
                .paymentMethods()
                .update(
                        token,
                        PaymentMethodUpdateParams.builder()
                                .setCard(PaymentMethodUpdateParams.Card.builder()
                                        .setExpMonth((long) past.getMonthValue())
                                        .setExpYear((long) past.getYear())
                                        .build())
                                .build());
        payments.ask(payments.webhook("payment_method.updated", token));
        assertThat(payments.ask(new ListCards(actor)).items().getFirst().expired())
                .isTrue();
        Payment declined = payments.ask(by(actor, CardMethod.saved(card)));
        assertThat(declined.declineCode()).isEqualTo("expired_card");
        payments.stripe.v1().paymentMethods().detach(token);
        payments.ask(payments.webhook("payment_method.detached", token));
        assertThat(payments.ask(new ListCards(actor)).items()).isEmpty();
    }

    private String token(CardId card) {
        return payments.db
                .query("SELECT provider_method FROM payments.card WHERE id = $1", Tuple.of(card.value()))
                .iterator()
                .next()
                .getString(0);
    }

    private @Nullable String owner(String token) {
        try {
            return payments.stripe.v1().paymentMethods().retrieve(token).getCustomer();
        } catch (com.stripe.exception.StripeException e) {
            throw new AssertionError(e);
        }
    }
}
