package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.QuoteTax;
import dev.berth.bookings.BookingCommand.TaxSource;
import dev.berth.fees.BookedFee;
import dev.berth.fees.FeeCommand.AddPolicy;
import dev.berth.fees.FeeCommand.AddTax;
import dev.berth.fees.FeeCommand.GetTax;
import dev.berth.fees.FeeCommand.ListTaxes;
import dev.berth.fees.PlaceTax;
import dev.berth.fees.ServiceFeeRate;
import dev.berth.fees.TaxVersion;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.platform.problems.ProblemType;
import dev.berth.pricing.PriceLine;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tax of a place counts where the tariff says nothing, and for the service fee (RULES 31). */
@WithServices
@Tag("rule-31")
@Tag("PY11")
class TaxByPlaceIT {
    private static final Principal ADMIN = new Principal(UserId.next(), Set.of(Role.ADMIN));
    private static final TimeRange STAY = BookingWorld.stay(240, 2);

    private final BookingWorld world;

    TaxByPlaceIT(Services services) {
        world = new BookingWorld(services);
        world.ask(new AddPolicy(ADMIN, null, 1_200, new ServiceFeeRate(1_000, null), null, "test", null));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    /** 5.00 an hour. */
    private Listing listing(String timeZone, Tariff tariff) {
        Listing like = world.listing(1, tariff);
        Listing there = new Listing(
                like.id(),
                like.version(),
                like.owner(),
                like.title(),
                like.description(),
                like.type(),
                like.location(),
                like.address(),
                timeZone,
                tariff,
                like.amenities(),
                true,
                CancellationPolicy.FLEXIBLE,
                null,
                false,
                null,
                like.slots());
        world.listings.put(there.id(), there);
        return there;
    }

    private Quote quote(String timeZone) {
        return world.quote(listing(timeZone, new Tariff("EUR", 500, null)), STAY);
    }

    private TaxVersion add(String place, int basisPoints, boolean inclusive, String... zones) {
        return world.ask(new AddTax(ADMIN, place, "tax", basisPoints, inclusive, List.of(zones), null, "test", null));
    }

    private static long taxOf(Quote quote) {
        return quote.lines().stream()
                .filter(line -> line.kind() != PriceLine.Kind.TAX)
                .mapToLong(line -> requireNonNull(line.tax()))
                .sum();
    }

    @Test
    void aTariffThatSaysNothing_hasTheTaxOfItsPlace_inItsPrices_andTheFeeHasItToo() {
        Quote german = quote("Europe/Berlin");
        assertThat(german.tax()).isEqualTo(new QuoteTax(TaxSource.PLACE, "DE", "USt", 1_900, true));
        assertThat(taxOf(german)).isEqualTo(160);
        assertThat(requireNonNull(german.serviceFee()).tax()).isEqualTo(eur(16));
        assertThat(german.finalPrice()).isEqualTo(eur(1_100));

        Quote french = quote("Europe/Paris");
        assertThat(taxOf(french)).isEqualTo(167);
        assertThat(requireNonNull(french.serviceFee()).taxPlace()).isEqualTo("FR");
        assertThat(quote("Atlantic/Canary").tax().place()).as("a subdivision").isEqualTo("ES-CN");
    }

    @Test
    void aTariffsOwnTax_goesFirst_butTheFeeHasThePlaces() {
        TariffRules own = new TariffRules(
                null, null, null, null, List.of(), null, null, List.of(), List.of(), new Tax(700, true), null);
        Quote quote = world.quote(listing("Europe/Berlin", new Tariff("EUR", 500, null, own)), STAY);
        assertThat(quote.tax()).isEqualTo(new QuoteTax(TaxSource.TARIFF, null, null, 700, true));
        assertThat(taxOf(quote)).isEqualTo(65);
        assertThat(requireNonNull(quote.serviceFee()).tax()).isEqualTo(eur(16));
    }

    @Test
    void whereNothingIsKnown_thereIsNone_andThatIsSaid() {
        Quote quote = quote("America/Denver");
        assertThat(quote.tax().source()).isEqualTo(TaxSource.UNKNOWN);
        assertThat(quote.lines()).allMatch(line -> line.tax() == null);
        assertThat(requireNonNull(quote.serviceFee()).taxBasisPoints()).isNull();
        assertThat(requireNonNull(quote.serviceFee()).tax()).isEqualTo(eur(0));
    }

    @Test
    void wherePricesAreWithout_itIsAddedToThem_andToTheFee() {
        add("US-CO", 810, false, "America/Denver");
        Quote quote = quote("America/Denver");
        assertThat(quote.lines().getLast().kind()).isEqualTo(PriceLine.Kind.TAX);
        assertThat(quote.lines().getLast().amount()).isEqualTo(81);
        // 10 % of 10.81, and 8.1 % of that.
        assertThat(requireNonNull(quote.serviceFee()).amount()).isEqualTo(eur(108 + 9));
        assertThat(quote.finalPrice()).isEqualTo(eur(1_081 + 117));
    }

    @Test
    void anotherVersion_countsFromItsTimeOn_andWhatIsSoldKeepsItsOwn() {
        Listing listing = listing("Europe/Berlin", new Tariff("EUR", 500, null));
        Principal driver = BookingWorld.someone();
        Instant before = Instant.now();
        Booking booking = world.placeAndPay(driver, listing, STAY).booking();
        PlaceTax sold = requireNonNull(requireNonNull(booking.fee()).terms().tax());
        assertThat(sold.basisPoints()).isEqualTo(1_900);
        TaxVersion later = world.ask(new AddTax(
                ADMIN,
                "DE",
                "USt",
                2_500,
                true,
                List.of("Europe/Berlin"),
                Instant.now().plusSeconds(3_600),
                "later",
                null));
        assertThat(quote("Europe/Berlin").tax().basisPoints()).isEqualTo(1_900);
        add("DE", 2_100, true, "Europe/Berlin");
        assertThat(quote("Europe/Berlin").tax().basisPoints()).isEqualTo(2_100);
        BookedFee kept = world.ask(new BookingCommand.GetBooking(driver, booking.id()))
                .booking()
                .fee();
        assertThat(kept).isEqualTo(booking.fee());
        assertThat(requireNonNull(world.ask(new GetTax("Europe/Berlin", before)).tax())
                        .basisPoints())
                .isEqualTo(1_900);
        assertThat(requireNonNull(world.ask(new GetTax("Europe/Berlin", later.validFrom()))
                                .tax())
                        .basisPoints())
                .isEqualTo(2_500);

        // None any more.
        add("DE", 0, true);
        assertThat(quote("Europe/Berlin").tax().source()).isEqualTo(TaxSource.UNKNOWN);
        List<TaxVersion> history =
                world.ask(new ListTaxes(ADMIN, "DE", null, 10)).items();
        assertThat(history).hasSize(4);
        assertThat(history.getLast().createdBy()).isNull();
    }

    @Test
    void taxes_areAdmins_wellFormed_andOnlyEverAdded() {
        Principal host = BookingWorld.someone();
        AddTax tax = new AddTax(host, "DE", "USt", 1_900, true, List.of(), null, "no", null);
        assertThat(world.refusal(tax).type()).isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new ListTaxes(host, null, null, 10)).type()).isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new AddTax(
                                ADMIN, "DE", "USt", 1_900, true, List.of("Europe/Atlantis"), null, "no", null))
                        .errors()
                        .getFirst()
                        .pointer())
                .isEqualTo("/zones");
        assertThat(world.refusal(new AddTax(
                                ADMIN,
                                "DE",
                                "USt",
                                1_900,
                                true,
                                List.of(),
                                Instant.now().minusSeconds(3_600),
                                "no",
                                null))
                        .errors()
                        .getFirst()
                        .pointer())
                .isEqualTo("/validFrom");
        assertThatThrownBy(() -> world.sql("UPDATE fees.tax SET basis_points = 0"))
                .isInstanceOf(PgException.class);
    }
}
