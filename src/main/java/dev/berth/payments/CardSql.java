package dev.berth.payments;

import dev.berth.payments.CardCommand.Card;
import dev.berth.payments.CardGateway.ProviderCard;
import dev.berth.platform.db.Db;
import dev.berth.values.CardId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All SQL of saved cards. */
final class CardSql {
    private static final String COLUMNS = """
            c.id, c.brand, c.last4, c.exp_month, c.exp_year, c.created_at,
            make_date(c.exp_year, c.exp_month, 1) + interval '1 month' <= now() AT TIME ZONE 'UTC' AS expired,
            c.id = coalesce(
                (SELECT d.card FROM payments.default_card d JOIN payments.card k ON k.id = d.card
                 WHERE d.driver = c.driver AND k.removed_at IS NULL),
                (SELECT k.id FROM payments.card k
                 WHERE k.driver = c.driver AND k.removed_at IS NULL ORDER BY k.id DESC LIMIT 1)) AS is_default
            """;
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM payments.card c WHERE c.driver = $1 AND c.removed_at IS NULL ORDER BY is_default DESC, c.id DESC
            """;
    private static final String FIND = "SELECT " + COLUMNS + """
             FROM payments.card c WHERE c.id = $1 AND c.driver = $2 AND c.removed_at IS NULL
            """;
    private static final String OF_METHOD = "SELECT " + COLUMNS + """
             FROM payments.card c WHERE c.provider_method = $1 AND c.driver = $2 AND c.removed_at IS NULL
            """;
    private static final String METHOD =
            "SELECT provider_method FROM payments.card WHERE id = $1 AND driver = $2 AND removed_at IS NULL";
    private static final String COUNT = "SELECT count(*) FROM payments.card WHERE driver = $1 AND removed_at IS NULL";
    private static final String DRIVER_OF = "SELECT driver FROM payments.customer WHERE provider_customer = $1";
    private static final String ADD = """
            INSERT INTO payments.card (id, driver, provider_method, brand, last4, exp_month, exp_year)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (provider_method) DO NOTHING
            """;
    private static final String REFRESH = """
            UPDATE payments.card SET brand = $2, last4 = $3, exp_month = $4, exp_year = $5
            WHERE provider_method = $1 AND removed_at IS NULL
            """;
    private static final String SET_DEFAULT = """
            INSERT INTO payments.default_card (driver, card)
            SELECT driver, id FROM payments.card WHERE id = $1 AND driver = $2 AND removed_at IS NULL
            ON CONFLICT (driver) DO UPDATE SET card = excluded.card
            """;
    /** One that pays just now stays: its attempt may be asked what has become of it, and asked again. */
    private static final String REMOVE = """
            UPDATE payments.card c
            SET removed_at = now(), next_check_at = now() + $3 * interval '1 millisecond'
            WHERE c.id = $1 AND c.driver = $2 AND c.removed_at IS NULL AND NOT EXISTS (
                SELECT FROM payments.payment p
                WHERE p.driver = c.driver AND p.method = c.provider_method AND NOT p.abandoned
                    AND p.status IN ('PROCESSING', 'REQUIRES_ACTION'))
            RETURNING c.provider_method
            """;

    private static final String GONE = """
            UPDATE payments.card SET removed_at = coalesce(removed_at, now()), next_check_at = NULL
            WHERE provider_method = $1
            """;
    private static final String CLAIM_REMOVED = """
            UPDATE payments.card SET next_check_at = now() + $1 * interval '1 millisecond'
            WHERE id IN (
                SELECT id FROM payments.card WHERE next_check_at <= now()
                ORDER BY next_check_at LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING provider_method
            """;

    private final Db db;

    CardSql(Db db) {
        this.db = db;
    }

    List<Card> list(UserId driver) {
        return cards(db.query(LIST, Tuple.of(driver.value())));
    }

    Optional<Card> find(CardId card, UserId driver) {
        return cards(db.query(FIND, Tuple.of(card.value(), driver.value()))).stream()
                .findFirst();
    }

    /** The provider's token of a driver's card. */
    Optional<String> method(CardId card, UserId driver) {
        return text(db.query(METHOD, Tuple.of(card.value(), driver.value())));
    }

    long count(UserId driver) {
        return db.query(COUNT, Tuple.of(driver.value())).iterator().next().getLong(0);
    }

    /** Whose a provider's customer is. */
    Optional<UserId> driverOf(String customer) {
        for (Row row : db.query(DRIVER_OF, Tuple.of(customer))) {
            return Optional.of(new UserId(row.getUUID(0)));
        }
        return Optional.empty();
    }

    /** Keeps a card, once; empty when it is kept for somebody else, or was removed. */
    Optional<Card> add(UserId driver, ProviderCard card) {
        db.query(
                ADD,
                Tuple.of(
                        CardId.next().value(),
                        driver.value(),
                        card.method(),
                        card.brand(),
                        card.last4(),
                        card.expMonth(),
                        card.expYear()));
        return cards(db.query(OF_METHOD, Tuple.of(card.method(), driver.value()))).stream()
                .findFirst();
    }

    /** What the provider tells of a card that is kept. */
    void refresh(ProviderCard card) {
        db.query(REFRESH, Tuple.of(card.method(), card.brand(), card.last4(), card.expMonth(), card.expYear()));
    }

    /** False when it is not the driver's. */
    boolean setDefault(CardId card, UserId driver) {
        return db.query(SET_DEFAULT, Tuple.of(card.value(), driver.value())).rowCount() > 0;
    }

    /** The provider's token; empty when it is not the driver's, or a payment with it is under way. */
    Optional<String> remove(CardId card, UserId driver, Duration tellWithin) {
        return text(db.query(REMOVE, Tuple.of(card.value(), driver.value(), (double) tellWithin.toMillis())));
    }

    /** The provider does not have it any more. */
    void gone(String method) {
        db.query(GONE, Tuple.of(method));
    }

    /** Removed cards of which the provider is to be told now; no other node gets them before the pause is over. */
    List<String> claimRemoved(Duration pause, int limit) {
        List<String> methods = new ArrayList<>();
        db.query(CLAIM_REMOVED, Tuple.of((double) pause.toMillis(), limit))
                .forEach(row -> methods.add(row.getString(0)));
        return methods;
    }

    private static Optional<String> text(RowSet<Row> rows) {
        for (Row row : rows) {
            return Optional.of(row.getString(0));
        }
        return Optional.empty();
    }

    private static List<Card> cards(RowSet<Row> rows) {
        List<Card> cards = new ArrayList<>();
        for (Row row : rows) {
            cards.add(new Card(
                    new CardId(row.getUUID("id")),
                    row.getString("brand"),
                    row.getString("last4"),
                    row.getInteger("exp_month"),
                    row.getInteger("exp_year"),
                    row.getBoolean("expired"),
                    row.getBoolean("is_default"),
                    row.getOffsetDateTime("created_at").toInstant()));
        }
        return cards;
    }
}
