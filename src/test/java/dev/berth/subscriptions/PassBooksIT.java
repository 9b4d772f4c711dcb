package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.BillingCommand;
import dev.berth.billing.BillingCommand.ListInvoices;
import dev.berth.billing.BillingConfig;
import dev.berth.billing.BillingVerticle;
import dev.berth.billing.Invoice;
import dev.berth.billing.TaxedLine;
import dev.berth.ledger.Account;
import dev.berth.listings.Listing;
import dev.berth.notifications.MailConfig;
import dev.berth.notifications.NotificationConfig;
import dev.berth.notifications.NotificationVerticle;
import dev.berth.payments.WalletCommand;
import dev.berth.payouts.PayoutConfig;
import dev.berth.payouts.PayoutVerticle;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.json.Json;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.Change;
import dev.berth.subscriptions.SubscriptionCommand.QuoteChange;
import dev.berth.subscriptions.SubscriptionCommand.TakesEffect;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What passes are good for elsewhere: documents, hosts' money and mails, from end to end. */
class PassBooksIT extends PassSetting {
    /** Where nobody takes mails: they are read where they wait. */
    private static final MailConfig NO_MAIL = new MailConfig(
            "127.0.0.1",
            1,
            MailConfig.Tls.NONE,
            null,
            null,
            "Berth <no-reply@berth.example>",
            2,
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            20,
            4,
            Duration.ofDays(1),
            Duration.ofDays(1),
            Duration.ofDays(1));

    @Override
    void deployMore(EventConsumers consumers, Path folder) {
        Path none = Path.of("no-such-file.yaml");
        node.deploy(new BillingVerticle(
                node.bus(),
                node.db(),
                consumers,
                Json.mapper(),
                new BillingConfig(
                        BillingConfig.Seller.HOST, "Berth", null, null, "BI-", "BC-", 6, 2, Duration.ofSeconds(20)),
                new SimpleMeterRegistry()));
        node.deploy(new PayoutVerticle(
                node.bus(),
                node.db(),
                node.outbox(),
                consumers,
                Json.mapper(),
                URI.create("https://berth.example"),
                payments,
                ConfigLoader.load(PayoutConfig.class, none, Map.of("BERTH_INTERVAL", "100ms")),
                new SimpleMeterRegistry()));
        node.deploy(new NotificationVerticle(
                node.bus(),
                node.db(),
                consumers,
                Json.mapper(),
                URI.create("https://berth.example"),
                new NotificationConfig(Duration.ofDays(1)),
                NO_MAIL,
                new SimpleMeterRegistry()));
    }

    private List<Invoice> documents(Principal buyer, Invoice.Kind kind) {
        return node.ask(new ListInvoices(buyer, BillingCommand.Side.BUYER, kind, null, null, null, null, 20))
                .items();
    }

    private long gross(Principal buyer, Invoice.Kind kind) {
        return documents(buyer, kind).stream()
                .flatMap(each -> each.content().lines().stream())
                .mapToLong(TaxedLine::gross)
                .sum();
    }

    private void mailed(UserId to, String... subjects) {
        for (String subject : subjects) {
            eventually(subject + " is mailed", () -> number("""
                    SELECT count(*) FROM notifications.mail WHERE address = $1 AND subject LIKE $2 || '%'
                    """, to + "@example.org", subject) == 1);
        }
    }

    @Test
    void monthsAndChanges_areInvoiced_credited_releasedToTheHost_andMailed() {
        Listing listing = listing(3);
        Plan large = plan(listing, terms(PRICE, DEPOSIT, 2), 2);
        Plan small = plan(listing, terms(new Money(4_000, "EUR"), NOTHING, 1), 2);
        Principal driver = rich(60_000);
        SubscriptionId id = node.ask(buy(driver, large, WalletCommand.METHOD))
                .subscription()
                .id();
        eventually("it is invoiced, without the deposit", () -> gross(driver, Invoice.Kind.INVOICE) == PRICE.amount());
        later(id, Duration.ofDays(10));
        var wanted = new Change(driver, id, small.id(), null, TakesEffect.NOW, NOTHING, null);
        Money due = node.ask(new QuoteChange(wanted)).due();
        assertThat(due.amount()).isNegative();
        node.ask(new Change(driver, id, small.id(), null, TakesEffect.NOW, due, null));
        eventually("it is credited", () -> Math.abs(gross(driver, Invoice.Kind.CREDIT_NOTE)) == -due.amount());
        long share = balance(Account.HOST_PAYABLE, listing.owner());
        assertThat(balance(Account.HOST_AVAILABLE, listing.owner()))
                .as("held until the month is over")
                .isZero();

        // The month and the holdback are over: what is left of the month is the host's to have.
        untilPaidUntil(id);
        eventually("it is renewed", () -> events("SubscriptionRenewed", id) == 1);
        eventually("the next one is invoiced", () -> gross(driver, Invoice.Kind.INVOICE) == PRICE.amount() + 4_000);
        node.rows("""
                UPDATE payouts.stay s SET ends_at = now() - interval '49 hours' FROM subscriptions.month m
                WHERE s.booking = m.charge AND m.number = 1 AND m.subscription_id = $1
                """, id.value());
        eventually("it is available", () -> balance(Account.HOST_AVAILABLE, listing.owner()) == share);
        node.ask(new Cancel(driver, id));
        mailed(
                driver.user(),
                "Your monthly pass for",
                "Monthly pass changed",
                "Monthly pass renewed",
                "Monthly pass cancelled");
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.ENDED);
        mailed(driver.user(), "Monthly pass ended");
        eventually(
                "the deposit is back",
                () -> balance(Account.DEPOSIT, driver.user()) == 0
                        && balance(Account.WALLET, driver.user()) == 60_000 - PRICE.amount() - 4_000 - due.amount());
        assertThat(gross(driver, Invoice.Kind.INVOICE))
                .as("a deposit is sold to nobody")
                .isEqualTo(PRICE.amount() + 4_000);
    }

    @Test
    void aMonthThatIsNotPaid_isMailed_untilItIsTooLate() {
        Listing listing = listing(1);
        Principal driver = rich(PRICE.amount());
        SubscriptionId id = node.ask(buy(driver, plan(listing, terms(PRICE, NOTHING, 1), 1), WalletCommand.METHOD))
                .subscription()
                .id();
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        mailed(driver.user(), "Your monthly pass could not be paid");
        later(id, Duration.ofDays(3));
        becomes(id, SubscriptionStatus.SUSPENDED);
        mailed(driver.user(), "Monthly pass suspended");
        later(id, Duration.ofDays(1));
        becomes(id, SubscriptionStatus.ENDED);
        mailed(driver.user(), "Monthly pass ended");
    }
}
