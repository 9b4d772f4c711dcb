package dev.berth.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.billing.BillingCommand.BillingDetails;
import dev.berth.billing.BillingCommand.ListInvoices;
import dev.berth.billing.BillingCommand.SetDetails;
import dev.berth.billing.BillingCommand.Side;
import dev.berth.billing.Invoice.Content;
import dev.berth.billing.Invoice.Kind;
import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.InvoiceId;
import dev.berth.values.ListingId;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All SQL of billing. */
final class BillingSql {
    /** Whose documents the platform's own are. */
    private static final UUID PLATFORM = new UUID(0, 0);

    private static final String COLUMNS = """
            SELECT d.id, d.kind, d.number, d.issued_at, d.issued_on, d.seller, d.buyer, d.booking, d.payment, d.listing, d.content
            FROM billing.document d
            """;

    private static final String FIND = COLUMNS + "WHERE d.id = $1";

    private static final String PAGE = """
            AND ($2::text IS NULL OR d.kind = $2) AND ($3::uuid IS NULL OR d.booking = $3)
                AND ($4::timestamptz IS NULL OR d.issued_at >= $4) AND ($5::timestamptz IS NULL OR d.issued_at < $5)
                AND ($6::uuid IS NULL OR d.id < $6)
            ORDER BY d.id DESC
            LIMIT $7
            """;
    private static final String LIST_OF_BUYER = COLUMNS + "WHERE d.buyer = $1 " + PAGE;
    private static final String LIST_OF_SELLER = COLUMNS + "WHERE d.seller = $1 " + PAGE;

    private static final String INVOICED = "SELECT FROM billing.document WHERE cause = $2 AND payment = $1";

    private static final String RATE = """
            SELECT tax_basis_points FROM billing.document
            WHERE booking = $1 AND listing = $2 AND kind = 'INVOICE' AND content::json->>'purpose' <> 'SERVICE_FEE'
            ORDER BY id LIMIT 1
            """;

    private static final String LOCK_OF_PAYMENT = COLUMNS + """
            WHERE d.payment = $1 AND d.kind = 'INVOICE' ORDER BY d.id FOR UPDATE
            """;
    private static final String LOCK_OF_BOOKING = COLUMNS + """
            WHERE d.booking = $1 AND d.kind = 'INVOICE' ORDER BY d.id FOR UPDATE
            """;

    private static final String CREDITED =
            "SELECT coalesce(sum(gross), 0)::bigint FROM billing.document WHERE invoice = $1";

    private static final String CAUSED = "SELECT FROM billing.document WHERE cause = $1";

    private static final String ISSUE =
            "SELECT billing.issue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

    private static final String DETAILS =
            "SELECT name, address, vat_id, version FROM billing.details WHERE user_id = $1";

    /** No row when the version is another. */
    private static final String SET_DETAILS = """
            INSERT INTO billing.details AS d (user_id, name, address, vat_id)
            SELECT $1, $2, $3, $4
            WHERE $5::bigint IS NULL OR $5 = coalesce((SELECT version FROM billing.details WHERE user_id = $1), 0)
            ON CONFLICT (user_id) DO UPDATE
            SET name = excluded.name, address = excluded.address, vat_id = excluded.vat_id, version = d.version + 1,
                updated_at = now()
            WHERE $5::bigint IS NULL OR d.version = $5
            RETURNING name, address, vat_id, version
            """;

    private final Db db;
    private final JsonMapper json;
    private final BillingConfig config;

    BillingSql(Db db, JsonMapper json, BillingConfig config) {
        this.db = db;
        this.json = json;
        this.config = config;
    }

    /**
     * A document that is to be issued.
     *
     * @param cause why: the same writes it once
     * @param seller null for the platform
     * @param corrects the invoice that a credit note corrects
     */
    record Draft(
            UUID cause,
            @Nullable UserId seller,
            UserId buyer,
            PaymentId payment,
            BookingId booking,
            ListingId listing,
            @Nullable InvoiceId corrects,
            @Nullable Integer taxBasisPoints,
            Content content) {
        Kind kind() {
            return corrects == null ? Kind.INVOICE : Kind.CREDIT_NOTE;
        }
    }

    Optional<Invoice> find(InvoiceId id) {
        return first(db.query(FIND, Tuple.of(id.value())), this::invoice);
    }

    /** @param limit one more than the page, to see whether there is another */
    List<Invoice> list(ListInvoices command, int limit) {
        UUID actor = command.actor().user().value();
        Tuple arguments = Tuple.wrap(Arrays.asList(
                actor,
                command.kind() == null ? null : command.kind().name(),
                command.booking() == null ? null : command.booking().value(),
                offset(command.from()),
                offset(command.to()),
                command.before() == null ? null : command.before().value(),
                limit));
        return all(db.query(command.side() == Side.BUYER ? LIST_OF_BUYER : LIST_OF_SELLER, arguments));
    }

    /** Whether there is the invoice that a payment had when its money came. */
    boolean isInvoiced(PaymentId payment) {
        return isInvoiced(payment, payment.value());
    }

    /** As the other, of what a payment had for that reason. */
    boolean isInvoiced(PaymentId payment, UUID cause) {
        return db.query(INVOICED, Tuple.of(payment.value(), cause)).rowCount() > 0;
    }

    /** A rate that is kept with a booking. */
    record Rate(@Nullable Integer basisPoints) {}

    /** The rate of what the booking was charged with before, at that place; empty when it was not. */
    Optional<Rate> rate(BookingId booking, ListingId listing) {
        return first(
                db.query(RATE, Tuple.of(booking.value(), listing.value())),
                row -> new Rate(row.getInteger("tax_basis_points")));
    }

    <T> T inTransaction(Function<SqlConnection, T> work) {
        return db.inTransaction(work);
    }

    /** An invoice that nobody else corrects until the end of the transaction, and where it was for. */
    record Locked(Invoice invoice, ListingId listing) {}

    List<Locked> lock(SqlConnection connection, PaymentId payment) {
        return locked(run(connection, LOCK_OF_PAYMENT, Tuple.of(payment.value())));
    }

    List<Locked> lock(SqlConnection connection, BookingId booking) {
        return locked(run(connection, LOCK_OF_BOOKING, Tuple.of(booking.value())));
    }

    private List<Locked> locked(RowSet<Row> rows) {
        List<Locked> locked = new ArrayList<>();
        rows.forEach(row -> locked.add(new Locked(invoice(row), new ListingId(row.getUUID("listing")))));
        return locked;
    }

    /** What an invoice's credit notes have taken back, in minor units. */
    long credited(SqlConnection connection, InvoiceId invoice) {
        return run(connection, CREDITED, Tuple.of(invoice.value()))
                .iterator()
                .next()
                .getLong(0);
    }

    /** Whether something was written for that cause. */
    boolean isDone(SqlConnection connection, UUID cause) {
        return run(connection, CAUSED, Tuple.of(cause)).rowCount() > 0;
    }

    /** Writes a document under its seller's next number; empty when it was written before. */
    Optional<String> issue(SqlConnection connection, Draft draft) {
        return first(run(connection, ISSUE, arguments(draft)), row -> row.getString(0));
    }

    /** As the other, in a transaction of its own and in one round trip. */
    Optional<String> issue(Draft draft) {
        return first(db.query(ISSUE, arguments(draft)), row -> row.getString(0));
    }

    private Tuple arguments(Draft draft) {
        UserId seller = draft.seller();
        Content content = draft.content();
        return Tuple.wrap(Arrays.asList(
                InvoiceId.next().value(),
                draft.kind().name(),
                seller == null ? PLATFORM : seller.value(),
                draft.kind() == Kind.INVOICE ? config.invoicePrefix() : config.creditNotePrefix(),
                config.numberDigits(),
                draft.buyer().value(),
                draft.corrects() == null ? null : draft.corrects().value(),
                draft.cause(),
                draft.payment().value(),
                draft.booking().value(),
                draft.listing().value(),
                content.currency(),
                content.gross(),
                content.tax(),
                draft.taxBasisPoints(),
                content.timeZone(),
                write(content)));
    }

    Optional<BillingDetails> details(UserId user) {
        return first(db.query(DETAILS, Tuple.of(user.value())), BillingSql::details);
    }

    /** Empty when the version is another. */
    Optional<BillingDetails> setDetails(SetDetails command) {
        return first(
                db.query(
                        SET_DETAILS,
                        Tuple.of(
                                command.actor().user().value(),
                                command.name(),
                                command.postal(),
                                command.vatId(),
                                command.version())),
                BillingSql::details);
    }

    private static BillingDetails details(Row row) {
        return new BillingDetails(
                row.getString("name"), row.getString("address"), row.getString("vat_id"), row.getLong("version"));
    }

    private List<Invoice> all(RowSet<Row> rows) {
        List<Invoice> all = new ArrayList<>();
        rows.forEach(row -> all.add(invoice(row)));
        return all;
    }

    private Invoice invoice(Row row) {
        UUID seller = row.getUUID("seller");
        return new Invoice(
                new InvoiceId(row.getUUID("id")),
                Kind.valueOf(row.getString("kind")),
                row.getString("number"),
                row.getOffsetDateTime("issued_at").toInstant(),
                row.getLocalDate("issued_on"),
                seller.equals(PLATFORM) ? null : new UserId(seller),
                new UserId(row.getUUID("buyer")),
                new BookingId(row.getUUID("booking")),
                new PaymentId(row.getUUID("payment")),
                read(row.getString("content")));
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }

    /** Empty when there is no row, or nothing in it. */
    private static <T> Optional<T> first(RowSet<Row> rows, Function<Row, @Nullable T> read) {
        for (Row row : rows) {
            return Optional.ofNullable(read.apply(row));
        }
        return Optional.empty();
    }

    private static @Nullable OffsetDateTime offset(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private String write(Content content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Content read(String content) {
        try {
            return json.readValue(content, Content.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
