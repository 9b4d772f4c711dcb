package dev.berth.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** What the database itself refuses, whatever the program above it does. */
@WithServices
@TestInstance(Lifecycle.PER_CLASS)
class LedgerIT {
    private Connection connection;
    private Statement statement;

    @BeforeAll
    void open(Services services) throws SQLException {
        DatabaseConfig database = DatabaseConfig.of(services.migratedDatabase());
        connection = DriverManager.getConnection(
                "jdbc:" + database.url(), database.user(), database.password().value());
        connection.setAutoCommit(false);
        statement = connection.createStatement();
        statement.execute("""
                INSERT INTO payments.account (kind, currency)
                VALUES ('processor_clearing', 'EUR'), ('platform_revenue', 'EUR'), ('platform_revenue', 'JPY')
                """);
        connection.commit();
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @AfterEach
    void rollBack() throws SQLException {
        connection.rollback();
    }

    @Test
    void aBalancedTransfer_isTaken() throws SQLException {
        transfer(10, -10);
        connection.commit();
    }

    @Test
    void anUnbalancedTransfer_isRefused() {
        assertThat(refusal(() -> transfer(10, -9))).isEqualTo("transfer_balanced");
    }

    @Test
    void aTransferWithoutEntries_isRefused_atTheCommit() throws SQLException {
        transfer();
        assertThat(refusal(connection::commit)).isEqualTo("transfer_balanced");
    }

    @Test
    void currencies_doNotMakeUpForEachOther() throws SQLException {
        UUID transfer = transfer();
        assertThat(refusal(() -> statement.execute("""
                INSERT INTO payments.entry
                SELECT '%s', id, id, CASE currency WHEN 'JPY' THEN -10 ELSE 10 END, currency FROM payments.account
                WHERE kind = 'platform_revenue'
                """.formatted(transfer)))).isEqualTo("transfer_balanced");
    }

    @Test
    void anEntryInAnotherCurrencyThanItsAccount_isRefused() throws SQLException {
        UUID transfer = transfer(10, -10);
        assertThat(refusal(() -> statement.execute("""
                INSERT INTO payments.entry
                SELECT '%s', 9 + l.line, id, l.amount, 'EUR'
                FROM payments.account, (VALUES (0, -10), (1, 10)) AS l (line, amount) WHERE currency = 'JPY'
                """.formatted(transfer)))).isEqualTo("entry_account_currency_fkey");
    }

    @Test
    void aBalancedAddition_toATransferThatIsClosed_isRefused() throws SQLException {
        UUID transfer = transfer(10, -10);
        connection.commit();
        assertThat(refusal(() -> entries(transfer, 8, 5, -5))).isEqualTo("ledger_append_only");
    }

    @Test
    void anAddition_thatIsNotBalanced_isRefused() throws SQLException {
        UUID transfer = transfer(10, -10);
        assertThat(refusal(() -> entries(transfer, 8, 5))).isEqualTo("transfer_balanced");
    }

    @Test
    void anAddition_afterAnEarlyCheck_isCheckedToo() throws SQLException {
        UUID transfer = transfer(10, -10);
        statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
        assertThat(refusal(() -> entries(transfer, 8, 5))).isEqualTo("transfer_balanced");
    }

    @Test
    void aSecondCharge_isRefused() throws SQLException {
        UUID transfer = transfer(10, -10);
        connection.commit();
        assertThat(refusal(() -> statement.execute("""
                INSERT INTO payments.transfer (id, kind, payment, booking)
                SELECT gen_random_uuid(), 'CHARGE', payment, booking FROM payments.transfer WHERE id = '%s'
                """.formatted(transfer)))).isEqualTo("transfer_one_charge");
    }

    @Test
    @Tag("rule-29")
    void moreBackThanWasCharged_isRefused_atTheCommit() throws SQLException {
        UUID transfer = transfer(10, -10);
        connection.commit();
        UUID refund = UUID.randomUUID();
        statement.execute("""
                INSERT INTO payments.transfer (id, kind, payment, booking, reverses)
                SELECT '%s', 'REFUND', payment, booking, id FROM payments.transfer WHERE id = '%s'
                """.formatted(refund, transfer));
        statement.execute("""
                INSERT INTO payments.entry
                SELECT '%s', id, id, CASE kind WHEN 'platform_revenue' THEN 1 ELSE -1 END, 'EUR' FROM payments.account
                WHERE kind IN ('platform_revenue', 'processor_clearing') AND currency = 'EUR'
                """.formatted(refund));
        assertThat(refusal(connection::commit)).isEqualTo("refund_within_charge");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE payments.entry SET amount = amount + 1",
                "DELETE FROM payments.entry",
                "TRUNCATE payments.entry",
                "UPDATE payments.transfer SET booking = payment",
                "DELETE FROM payments.transfer",
                "TRUNCATE payments.transfer CASCADE",
                "UPDATE payments.account SET kind = 'other'",
                "DELETE FROM payments.account"
            })
    void history_isNotChanged(String change) throws SQLException {
        transfer(10, -10);
        // Whoever gives themselves the right again still meets the trigger.
        connection.commit();
        statement.execute("GRANT ALL ON ALL TABLES IN SCHEMA payments TO CURRENT_USER");
        assertThat(refusal(() -> statement.execute(change))).isEqualTo("ledger_append_only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE payments.entry SET amount = amount + 1",
                "DELETE FROM payments.entry",
                "TRUNCATE payments.entry",
                "DELETE FROM payments.transfer",
                "DELETE FROM payments.account"
            })
    void thePlatformItself_hasNotEvenTheRight(String change) {
        PSQLException denied = catchThrowableOfType(PSQLException.class, () -> statement.execute(change));
        assertThat(denied.getSQLState()).isEqualTo("42501");
    }

    private UUID transfer(long... amounts) throws SQLException {
        UUID transfer = UUID.randomUUID();
        statement.execute("""
                INSERT INTO payments.transfer (id, kind, payment, booking)
                VALUES ('%s', 'CHARGE', gen_random_uuid(), gen_random_uuid())
                """.formatted(transfer));
        if (amounts.length > 0) {
            entries(transfer, 0, amounts);
        }
        return transfer;
    }

    /** Writes them in one statement. */
    private void entries(UUID transfer, int firstLine, long... amounts) throws SQLException {
        statement.execute("""
                INSERT INTO payments.entry
                SELECT '%s', l.line + %d, a.id, l.amount, 'EUR'
                FROM unnest('%s'::bigint[]) WITH ORDINALITY AS l (amount, line), payments.account a
                WHERE a.kind = 'processor_clearing'
                """.formatted(
                transfer, firstLine, Arrays.toString(amounts).replace('[', '{').replace(']', '}')));
    }

    private static String refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PSQLException refused = catchThrowableOfType(PSQLException.class, call);
        return String.valueOf(
                refused.getServerErrorMessage() == null
                        ? refused
                        : refused.getServerErrorMessage().getConstraint());
    }
}
