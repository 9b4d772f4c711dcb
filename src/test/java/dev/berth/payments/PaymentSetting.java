package dev.berth.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.payments.PaymentCommand.GetTrialBalance;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes' payments, so that they have the chance to do things twice; after each test the provider is well and the books are right. */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
abstract class PaymentSetting {
    static final String VISA = "pm_card_visa";
    static final String THREE_D_SECURE = "pm_card_threeDSecure2Required";

    PaymentFixture payments;

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
    void allIsBalanced() throws Exception {
        payments.faults("");
        Principal admin = new Principal(UserId.next(), Set.of(Role.ADMIN));
        assertThat(payments.ask(new GetTrialBalance(admin)).balanced()).isTrue();
        assertThat(payments.ask(new FinanceCommand.FindDifferences(admin)).items())
                .isEmpty();
    }

    static Money eur(long amount) {
        return new Money(amount, "EUR");
    }
}
