package dev.berth.billing;

import dev.berth.billing.BillingCommand.BillingDetails;
import dev.berth.billing.BillingConfig.Seller;
import dev.berth.billing.BillingSql.Draft;
import dev.berth.billing.BillingSql.Locked;
import dev.berth.billing.BillingSql.Rate;
import dev.berth.billing.Invoice.Content;
import dev.berth.billing.Invoice.Corrected;
import dev.berth.billing.Invoice.Party;
import dev.berth.billing.Invoice.Purpose;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.DescribeCharge;
import dev.berth.bookings.BookingCommand.DescribedCharge;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.fees.BookedFee;
import dev.berth.fees.FeeCommand.GetTax;
import dev.berth.fees.FeeCommand.TaxOfPlace;
import dev.berth.fees.PlaceTax;
import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.ledger.ServiceFee;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.payments.PaymentCommand.ChargedPart;
import dev.berth.payments.PaymentCommand.FindCharged;
import dev.berth.payments.PaymentEvent.PassPaid;
import dev.berth.payments.PaymentEvent.PassRefunded;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.subscriptions.Subscription;
import dev.berth.subscriptions.SubscriptionCommand.DescribePass;
import dev.berth.subscriptions.SubscriptionCommand.DescribedPass;
import dev.berth.subscriptions.SubscriptionEvent.PaidMonth;
import dev.berth.subscriptions.SubscriptionStatus;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what money that has come or gone back makes necessary, each thing once however often its event comes.
 *
 * <p>A charge makes an invoice; a payment for a series one for each of its bookings. A service fee in it is sold by the platform, and
 * has an invoice of the platform's own beside that, which is the last one of which something goes back. What goes back makes a credit note of the
 * invoice. A booking that is brought to another host has had the wrong seller: what is left of its invoices is taken back, and
 * sold anew by that host. Events of one booking may come in another order than they happened in, as they come by several
 * topics: what is needed and not yet there is written first.
 */
final class Biller {
    static final String CONSUMER = "billing";

    static final Set<Class<? extends Event>> TYPES = Set.of(
            PaymentSucceeded.class, PaymentRefunded.class, BookingRescued.class, PassPaid.class, PassRefunded.class);

    private static final Logger LOG = LoggerFactory.getLogger(Biller.class);

    private final Bus bus;
    private final BillingSql sql;
    private final BillingConfig config;
    private final BillingMetrics metrics;
    private final DocumentTexts.All texts;

    Biller(Bus bus, BillingSql sql, BillingConfig config, BillingMetrics metrics, DocumentTexts.All texts) {
        this.bus = bus;
        this.sql = sql;
        this.config = config;
        this.metrics = metrics;
        this.texts = texts;
    }

    void take(EventRecord record) {
        switch (record.event()) {
            case PaymentSucceeded event -> invoice(event.payment());
            case PaymentRefunded event -> {
                // The share of a series may come back before the event of the whole is here.
                invoice(event.payment());
                credit(record.id(), event.payment(), event.amount());
            }
            case BookingRescued event -> resell(record.id(), event);
            case PassPaid event -> invoicePass(event.payment());
            case PassRefunded event -> {
                // What is given back of a pass may be a deposit, or a month that has never begun: of those there is
                // none.
                invoicePass(event.payment());
                if (sql.isInvoiced(event.payment())) {
                    credit(record.id(), event.payment(), event.amount());
                }
            }
            default -> {
                // No money.
            }
        }
    }

    private void invoice(PaymentId payment) {
        for (ChargedPart part : bus.ask(new FindCharged(payment)).await().parts()) {
            ServiceFee fee = part.fee() == null ? ServiceFee.none(part.price().currency()) : part.fee();
            ChargedPart parking = new ChargedPart(
                    part.payment(),
                    part.booking(),
                    part.driver(),
                    part.host(),
                    part.price().minus(fee.amount()));
            boolean ofParking = !parking.price().isZero() && !sql.isInvoiced(part.payment());
            boolean ofFee = !fee.isNone()
                    && !sql.isInvoiced(part.payment(), ofFee(part.payment().value()));
            if (ofParking || ofFee) {
                DescribedCharge charge = bus.ask(new DescribeCharge(part.payment(), part.booking()))
                        .await();
                Draft draft = draft(parking, charge);
                if (ofParking) {
                    sql.issue(draft).ifPresent(number -> metrics.count(draft));
                }
                if (ofFee) {
                    Draft second = ofFee(draft, charge.booking(), fee);
                    sql.issue(second).ifPresent(number -> metrics.count(second));
                }
            }
        }
    }

    /** Why a service fee's document is written, beside what is written for the same reason of the parking. */
    private static UUID ofFee(UUID cause) {
        return UUID.nameUUIDFromBytes(("service fee " + cause).getBytes(StandardCharsets.UTF_8));
    }

    private Draft ofFee(Draft parking, Booking booking, ServiceFee fee) {
        BookedFee booked = booking.fee();
        PlaceTax tax = booked == null ? null : booked.terms().tax();
        Integer rate = tax == null ? null : tax.basisPoints();
        Content about = parking.content();
        TaxedLine line = new TaxedLine(
                texts.in(about.language()).single(Purpose.SERVICE_FEE),
                fee.amount().amount(),
                rate == null ? 0 : fee.tax().amount(),
                rate);
        Content content = new Content(
                about.language(),
                platform(),
                about.buyer(),
                null,
                null,
                Purpose.SERVICE_FEE,
                about.title(),
                about.address(),
                about.slotName(),
                about.from(),
                about.to(),
                about.timeZone(),
                about.currency(),
                List.of(line));
        return new Draft(
                ofFee(parking.payment().value()),
                null,
                parking.buyer(),
                parking.payment(),
                parking.booking(),
                parking.listing(),
                null,
                rate,
                content);
    }

    /** A month of a pass is sold like a stay; a deposit buys nothing, and a month that has not begun is given back. */
    private void invoicePass(PaymentId payment) {
        for (ChargedPart part : bus.ask(new FindCharged(payment)).await().parts()) {
            if (part.price().isZero() || sql.isInvoiced(part.payment())) {
                continue;
            }
            DescribedPass described =
                    found(new DescribePass(part.payment())).await().orElse(null);
            PaidMonth month = described == null ? null : described.month();
            if (described != null && month != null && described.subscription().status() != SubscriptionStatus.FAILED) {
                Draft draft = draft(part, described.subscription(), month);
                sql.issue(draft).ifPresent(number -> metrics.count(draft));
            }
        }
    }

    private Draft draft(ChargedPart part, Subscription pass, PaidMonth month) {
        Future<TaxOfPlace> place = bus.ask(new GetTax(pass.timeZone(), null));
        Integer rate = at(found(new GetTariff(pass.listing())).await(), place.await())
                .map(Biller::rate)
                .orElse(null);
        UserId seller = config.seller() == Seller.HOST ? part.host() : null;
        Named buyer = named(part.driver());
        Content content = new Content(
                buyer.language(),
                seller == null ? platform() : named(seller).party(),
                buyer.party(),
                seller == null ? null : config.platformName(),
                null,
                Purpose.PASS,
                pass.title(),
                pass.locationText(),
                pass.slotNames(),
                month.from(),
                month.to(),
                pass.timeZone(),
                part.price().currency(),
                List.of(TaxedLine.of(
                        texts.in(buyer.language()).single(Purpose.PASS),
                        part.price().amount(),
                        rate)));
        return new Draft(
                part.payment().value(),
                seller,
                part.driver(),
                part.payment(),
                month.charge(),
                pass.listing(),
                null,
                rate,
                content);
    }

    private Draft draft(ChargedPart part, DescribedCharge charge) {
        Booking booking = charge.booking();
        Future<Optional<ListingTariff>> asked = found(new GetTariff(booking.listing()));
        Optional<Rate> before = sql.rate(booking.id(), booking.listing());
        Future<TaxOfPlace> place = bus.ask(new GetTax(booking.timeZone(), booking.createdAt()));
        Optional<Tariff> tariff = at(asked.await(), place.await());
        Integer rate = before.isPresent()
                ? before.get().basisPoints()
                : tariff.map(Biller::rate).orElse(null);
        UserId seller = config.seller() == Seller.HOST ? part.host() : null;
        Named buyer = named(part.driver());
        DocumentTexts text = texts.in(buyer.language());
        Content content = new Content(
                buyer.language(),
                seller == null ? platform() : named(seller).party(),
                buyer.party(),
                seller == null ? null : config.platformName(),
                null,
                purpose(charge),
                booking.title(),
                booking.locationText(),
                booking.slotName(),
                charge.stay().from(),
                charge.stay().to(),
                booking.timeZone(),
                part.price().currency(),
                new ChargeLines(text).of(charge, part.price(), tariff, rate));
        return new Draft(
                part.payment().value(),
                seller,
                part.driver(),
                part.payment(),
                booking.id(),
                booking.listing(),
                null,
                rate,
                content);
    }

    static Purpose purpose(DescribedCharge charge) {
        return switch (charge.purpose()) {
            case STAY -> Purpose.STAY;
            case CHANGE -> Purpose.CHANGE;
            case OVERSTAY -> Purpose.OVERSTAY;
        };
    }

    /** What counts: a tariff that says nothing of tax has that of its place, as it was when the booking was made (RULES 31). */
    private static Optional<Tariff> at(Optional<ListingTariff> found, TaxOfPlace place) {
        PlaceTax tax = place.tax();
        return found.map(ListingTariff::tariff)
                .map(tariff -> tariff.at(tax == null ? null : new Tax(tax.basisPoints(), tax.inclusive())));
    }

    private static @Nullable Integer rate(Tariff tariff) {
        Tax tax = tariff.rules() == null ? null : tariff.rules().tax();
        return tax == null ? null : tax.basisPoints();
    }

    private void credit(UUID event, PaymentId payment, Money amount) {
        if (amount.isZero()) {
            return;
        }
        List<Draft> written = sql.inTransaction(connection -> {
            List<Locked> invoices = sql.lock(connection, payment);
            List<Draft> drafts = new ArrayList<>();
            boolean done = sql.isDone(connection, event) || sql.isDone(connection, ofFee(event));
            long left = done ? 0 : amount.amount();
            // The last one first: an earlier one of another seller has been taken back whole. The fee goes last.
            for (Locked each : lastFirst(invoices)) {
                long before = sql.credited(connection, each.invoice().id());
                long part = Math.min(left, each.invoice().content().gross() - before);
                if (part > 0) {
                    Draft draft = creditNote(event, each, before, part);
                    sql.issue(connection, draft);
                    drafts.add(draft);
                    left -= part;
                }
            }
            if (left > 0) {
                metrics.contradictions.increment();
                LOG.error("payment {}: more was given back than its invoices have", payment);
            }
            return drafts;
        });
        written.forEach(metrics::count);
    }

    private static List<Locked> lastFirst(List<Locked> invoices) {
        List<Locked> sorted = new ArrayList<>(invoices.reversed());
        sorted.sort(Comparator.comparing(Biller::isFee));
        return sorted;
    }

    private static boolean isFee(Locked each) {
        return each.invoice().content().purpose() == Purpose.SERVICE_FEE;
    }

    private static Draft creditNote(UUID cause, Locked locked, long before, long amount) {
        Invoice invoice = locked.invoice();
        Content content = invoice.content();
        List<TaxedLine> back = TaxedLine.credited(content.lines(), before, amount);
        return new Draft(
                isFee(locked) ? ofFee(cause) : cause,
                invoice.sellerId(),
                invoice.buyerId(),
                invoice.paymentId(),
                invoice.bookingId(),
                locked.listing(),
                invoice.id(),
                content.lines().getFirst().taxBasisPoints(),
                content.correcting(new Corrected(invoice.id(), invoice.number()), back));
    }

    private void resell(UUID event, BookingRescued rescued) {
        if (config.seller() == Seller.PLATFORM
                || rescued.origin().host().equals(rescued.booking().host())) {
            return;
        }
        Booking booking = rescued.booking();
        Future<TaxOfPlace> place = bus.ask(new GetTax(booking.timeZone(), booking.createdAt()));
        Integer rate = at(found(new GetTariff(booking.listing())).await(), place.await())
                .map(Biller::rate)
                .orElse(null);
        Party seller = named(booking.host()).party();
        List<Draft> written = sql.inTransaction(connection -> {
            List<Locked> invoices = sql.lock(connection, booking.id());
            List<Draft> drafts = new ArrayList<>();
            for (Locked each : sql.isDone(connection, event) ? List.<Locked>of() : invoices) {
                Invoice invoice = each.invoice();
                long before = sql.credited(connection, invoice.id());
                long left = invoice.content().gross() - before;
                if (left > 0 && !isFee(each) && !booking.host().equals(invoice.sellerId())) {
                    drafts.add(creditNote(event, each, before, left));
                    drafts.add(soldBy(seller, rate, event, invoice, booking, left));
                }
            }
            drafts.forEach(draft -> sql.issue(connection, draft));
            return drafts;
        });
        written.forEach(metrics::count);
    }

    private Draft soldBy(
            Party seller, @Nullable Integer rate, UUID cause, Invoice invoice, Booking booking, long amount) {
        Content before = invoice.content();
        DocumentTexts text = texts.in(before.language());
        Content content = new Content(
                before.language(),
                seller,
                before.buyer(),
                before.agent(),
                null,
                before.purpose(),
                booking.title(),
                booking.locationText(),
                booking.slotName(),
                before.from(),
                before.to(),
                booking.timeZone(),
                before.currency(),
                List.of(TaxedLine.of(text.single(before.purpose()), amount, rate)));
        return new Draft(
                cause,
                booking.host(),
                invoice.buyerId(),
                invoice.paymentId(),
                booking.id(),
                booking.listing(),
                null,
                rate,
                content);
    }

    private record Named(Party party, String language) {}

    /** As they want to be named, else as their account is. */
    private Named named(UserId user) {
        Future<Optional<Contact>> asked = found(new GetContact(user));
        Optional<BillingDetails> details = sql.details(user);
        Optional<Contact> contact = asked.await();
        Party party = details.map(said -> new Party(said.name(), said.address(), said.vatId()))
                .orElseGet(() -> new Party(contact.map(Contact::name).orElse("–"), "", null));
        return new Named(party, contact.map(Contact::locale).orElse("en"));
    }

    private Party platform() {
        String address = config.platformAddress();
        return new Party(
                config.platformName(),
                address == null ? "" : address.replaceAll("\\s*,\\s*", "\n"),
                config.platformVatId());
    }

    /** Empty when there is no such thing any more. */
    private <R extends Message> Future<Optional<R>> found(Command<R> command) {
        return bus.ask(command)
                .map(Optional::of)
                .recover(failure -> failure instanceof Rejection rejection
                                && rejection.problem().type() == ProblemType.NOT_FOUND
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }
}
