package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.ReturnMoney;
import dev.berth.bookings.BookingCommand.SettlePayment;
import dev.berth.fees.FeeCommand.AddPolicy;
import dev.berth.fees.FeeCommand.GetCommission;
import dev.berth.fees.FeeCommand.ListPolicies;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.BookedDiscount;
import dev.berth.promotions.Payer;
import dev.berth.promotions.Promotion;
import dev.berth.promotions.PromotionCommand.AppointMerchant;
import dev.berth.promotions.PromotionCommand.CreatePromotion;
import dev.berth.promotions.PromotionCommand.GenerateCodes;
import dev.berth.promotions.PromotionCommand.GetMerchant;
import dev.berth.promotions.PromotionCommand.ListCodes;
import dev.berth.promotions.PromotionCommand.ListPromotions;
import dev.berth.promotions.PromotionCommand.Merchant;
import dev.berth.promotions.PromotionCommand.MerchantEntry;
import dev.berth.promotions.PromotionCommand.MerchantEntryKind;
import dev.berth.promotions.PromotionCommand.ReadMerchantStatement;
import dev.berth.promotions.PromotionCommand.SettleValidations;
import dev.berth.promotions.PromotionCommand.WithdrawPromotion;
import dev.berth.promotions.PromotionConfig;
import dev.berth.promotions.PromotionTerms;
import dev.berth.promotions.PromotionVerticle;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Codes from the quote to the ledger, and what the platform takes. */
@Tag("PY12")
@WithServices
class PromoCodesIT {
    private static final Principal ADMIN = new Principal(UserId.next(), Set.of(Role.ADMIN));
    private static final TimeRange STAY = BookingWorld.stay(72, 4);

    private final BookingWorld world;
    private int named;

    PromoCodesIT(Services services) {
        world = new BookingWorld(services);
        world.deploy(new PromotionVerticle(
                world.bus,
                world.db,
                world.outbox,
                world.json,
                PromotionConfig.defaults(),
                Clock.systemUTC(),
                new SimpleMeterRegistry()));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static PromotionTerms terms(Payer payer, int percent, @Nullable UserId host) {
        Instant now = Instant.now();
        return new PromotionTerms(
                "x", payer, percent, null, "EUR", 0, 5_000L, now, now.plus(Duration.ofDays(30)), host, null, null);
    }

    private static PromotionTerms limited(PromotionTerms terms, @Nullable Integer uses, @Nullable Integer perDriver) {
        return new PromotionTerms(
                terms.name(),
                terms.payer(),
                terms.percent(),
                terms.amount(),
                terms.currency(),
                terms.minimumPrice(),
                terms.cap(),
                Instant.now().minusSeconds(1),
                terms.validUntil(),
                terms.host(),
                uses,
                perDriver);
    }

    private String code(Principal actor, PromotionTerms terms) {
        String code = "promo-%d-%s".formatted(++named, Long.toString(System.nanoTime() % 1_000_000, 36));
        world.ask(new CreatePromotion(actor, terms, code, null));
        return code;
    }

    private static CreateQuote asking(@Nullable Principal driver, Listing listing, String code) {
        return new CreateQuote(
                driver, listing.id(), STAY.from().toString(), STAY.to().toString(), null, null, false, code);
    }

    private static ProblemType reason(Future<?> failed) {
        return ((Rejection) failed.cause()).problem().type();
    }

    private long balance(String account, @Nullable UserId owner) {
        return world.number("SELECT coalesce(sum(amount), 0)::bigint FROM payments.balance WHERE kind = '%s' AND %s"
                .formatted(account, owner == null ? "owner IS NULL" : "owner = '" + owner + "'"));
    }

    private String state(Booking booking) {
        return world.sql("SELECT state FROM promotions.use WHERE booking = '%s'".formatted(booking.id()))
                .getFirst()
                .getString(0);
    }

    @Test
    @Tag("rule-36")
    void ofSixtyFourAtOnce_asManyHaveTheCodeAsThereAre() {
        Listing listing = world.listing(64);
        String code = code(ADMIN, limited(terms(Payer.PLATFORM, 50, null), 5, null));
        List<PlaceBooking> tries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Principal driver = BookingWorld.someone();
            tries.add(world.booking(driver, world.ask(asking(driver, listing, code)), null));
        }
        List<Future<BookingDetails>> wave = tries.stream().map(world::send).toList();
        BookingWorld.await(Future.join(wave).otherwiseEmpty());
        assertThat(wave.stream().filter(Future::succeeded)).hasSize(5);
        assertThat(wave.stream().filter(Future::failed).map(PromoCodesIT::reason))
                .hasSize(59)
                .containsOnly(ProblemType.PROMO_CODE_REFUSED);
        // Who is refused has booked nothing; and the same request again is the same booking.
        assertThat(world.number(
                        "SELECT count(*) FROM bookings.occupation WHERE listing_id = '%s'".formatted(listing.id())))
                .isEqualTo(5);
        int winner =
                wave.indexOf(wave.stream().filter(Future::succeeded).findFirst().orElseThrow());
        BookingDetails again = world.ask(tries.get(winner));
        assertThat(again.booking().id())
                .isEqualTo(wave.get(winner).result().booking().id());
        Promotion promotion = world.ask(new ListPromotions(ADMIN, Payer.PLATFORM, null, 10)).items().stream()
                .filter(each -> code.equals(each.code()))
                .findFirst()
                .orElseThrow();
        assertThat(promotion.reserved()).isEqualTo(5);
        assertThat(promotion.consumed()).isZero();
    }

    @Test
    void aBookingWithACode_isOneStatement_andSaysWhatIsOff() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        String code = code(ADMIN, limited(terms(Payer.PLATFORM, 20, listing.owner()), 10, 1));
        // Nobody is paid for parking at their own place.
        assertThat(world.refusal(asking(BookingWorld.owner(listing), listing, code))
                        .type())
                .isEqualTo(ProblemType.PROMO_CODE_REFUSED);
        Quote quote = world.ask(asking(driver, listing, code.toUpperCase(Locale.ROOT)));
        assertThat(quote.total()).isEqualTo(new Money(1_000, "EUR"));
        assertThat(requireNonNull(quote.discount()).amount()).isEqualTo(new Money(200, "EUR"));
        assertThat(quote.finalPrice()).isEqualTo(new Money(800, "EUR"));
        PlaceBooking booking = world.booking(driver, quote, null);
        world.statements.set(0);
        BookingDetails details = world.ask(booking);
        assertThat(world.statements).hasValue(1);
        BookedDiscount off = requireNonNull(details.discount());
        assertThat(off.price()).isEqualTo(quote.total());
        assertThat(world.ask(new BookingCommand.GetBooking(
                                driver, details.booking().id()))
                        .discount())
                .isEqualTo(off);
        // Once by the same driver.
        assertThat(world.refusal(asking(driver, listing, code)).type()).isEqualTo(ProblemType.PROMO_CODE_REFUSED);
    }

    @Test
    void whyACodeIsRefused_isToldNobody() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        String others = code(ADMIN, terms(Payer.PLATFORM, 20, UserId.next()));
        String gone = code(ADMIN, terms(Payer.PLATFORM, 20, null));
        Promotion withdrawn =
                world.ask(new ListPromotions(ADMIN, null, null, 1)).items().getFirst();
        assertThat(withdrawn.code()).isEqualTo(gone);
        Quote before = world.ask(asking(driver, listing, gone));
        assertThat(world.refusal(new WithdrawPromotion(BookingWorld.someone(), withdrawn.id()))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        world.ask(new WithdrawPromotion(ADMIN, withdrawn.id()));
        assertThat(List.of(
                        world.refusal(asking(driver, listing, "never-there")),
                        world.refusal(asking(driver, listing, others)),
                        world.refusal(asking(driver, listing, "§")),
                        world.refusal(asking(null, listing, gone))))
                .allMatch(problem -> problem.type() == ProblemType.PROMO_CODE_REFUSED
                        && problem.errors().getFirst().pointer().equals("/promoCode"))
                .extracting(problem -> problem.detail())
                .containsOnly(world.refusal(asking(driver, listing, gone)).detail());
        assertThat(world.refusal(world.booking(driver, before, null)).type()).isEqualTo(ProblemType.PROMO_CODE_REFUSED);
        // Whose money it is decides who may.
        assertThat(world.refusal(new CreatePromotion(driver, terms(Payer.PLATFORM, 5, null), "mine-all", null))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new CreatePromotion(driver, terms(Payer.HOST, 5, listing.owner()), "mine-all", null))
                        .type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(world.refusal(new CreatePromotion(driver, terms(Payer.MERCHANT, 5, null), null, null))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
    }

    /** Its hold ends, and its event comes. */
    private void expire(Booking booking) {
        world.expireHold(booking);
        world.sql("SELECT bookings.expire_holds(10)");
        world.ask(new ReturnMoney(booking.id()));
    }

    @Test
    @Tag("rule-9")
    void aUseIsFreeAgain_whenItsBookingEndsUnpaid_andLateMoneyFindsItOnlyIfItIsThere() {
        Listing listing = world.listing(4);
        String code = code(ADMIN, limited(terms(Payer.PLATFORM, 20, null), 1, null));
        Principal driver = BookingWorld.someone();
        Quote next = world.ask(asking(BookingWorld.someone(), listing, code));
        Booking first = world.ask(world.booking(driver, world.ask(asking(driver, listing, code)), null))
                .booking();
        assertThat(world.refusal(asking(driver, listing, code)).type()).isEqualTo(ProblemType.PROMO_CODE_REFUSED);
        expire(first);
        assertThat(state(first)).isEqualTo("RETURNED");
        world.ask(new ReturnMoney(first.id()));

        // Its money comes after all, and the code is there.
        world.payments.statuses.put(first.payment(), PaymentStatus.SUCCEEDED);
        world.ask(new SettlePayment(first.id()));
        assertThat(state(first)).isEqualTo("CONSUMED");
        assertThat(world.refusal(world.booking(BookingWorld.someone(), next, null))
                        .type())
                .isEqualTo(ProblemType.PROMO_CODE_REFUSED);

        // Of two who want the last one, the one whose money is late gets it back.
        String other = code(ADMIN, limited(terms(Payer.PLATFORM, 20, null), 1, null));
        Booking late = world.ask(world.booking(driver, world.ask(asking(driver, listing, other)), null))
                .booking();
        expire(late);
        Principal faster = BookingWorld.someone();
        world.ask(world.booking(faster, world.ask(asking(faster, listing, other)), null));
        world.payments.statuses.put(late.payment(), PaymentStatus.SUCCEEDED);
        world.ask(new SettlePayment(late.id()));
        assertThat(world.payments.refunds).contains(late.payment());
        assertThat(state(late)).isEqualTo("RETURNED");
    }

    @Test
    @Tag("rule-26")
    @Tag("rule-27")
    void whoPays_bearsWhatIsOff_andOfWhatGoesBack_itsPart() {
        Listing listing = world.listing(3, 250, CancellationPolicy.MODERATE);
        UserId host = listing.owner();
        Principal driver = BookingWorld.someone();
        long before = balance("promotions", null);
        String platform = code(ADMIN, terms(Payer.PLATFORM, 20, null));
        Booking paid = world.ask(
                        world.booking(driver, world.ask(asking(driver, listing, platform)), PretendPayments.SUCCEEDS))
                .booking();
        assertThat(state(paid)).isEqualTo("CONSUMED");
        assertThat(balance("promotions", null) - before).isEqualTo(200);
        // The share of 10.00, less that of the 8.00 that the driver has paid.
        assertThat(balance("host_payable", host)).isEqualTo(-(880 - 704));

        // The reduced price is what counts where the host pays.
        String own = code(BookingWorld.owner(listing), terms(Payer.HOST, 20, host));
        Booking reduced = world.ask(
                        world.booking(driver, world.ask(asking(driver, listing, own)), PretendPayments.SUCCEEDS))
                .booking();
        assertThat(reduced.price()).isEqualTo(new Money(800, "EUR"));
        assertThat(balance("host_payable", host)).isEqualTo(-(880 - 704));

        // Half of the price comes back, and half of what was off.
        world.paidAgo(paid, 60);
        world.sql(
                "UPDATE bookings.occupation SET stay = tstzrange(now() + interval '5 hours', now() + interval '9 hours')"
                        + " WHERE id = '" + paid.id() + "'");
        world.ask(new CancelBooking(driver, paid.id(), null));
        world.ask(new ReturnMoney(paid.id()));
        assertThat(world.payments.refundTotals.get(paid.payment())).isEqualTo(new Money(400, "EUR"));
        assertThat(balance("promotions", null) - before).isEqualTo(100);
        assertThat(balance("host_payable", host)).isEqualTo(-(440 - 352));
        world.ask(new ReturnMoney(paid.id()));
        assertThat(balance("promotions", null) - before).isEqualTo(100);
        assertThat(world.number("SELECT count(*) FROM payments.difference")).isZero();
    }

    @Test
    @Tag("rule-14")
    void anotherTime_keepsWhatIsOff_andACheaperOneItsPart() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        String code = code(ADMIN, terms(Payer.PLATFORM, 20, null));
        Booking booking = world.ask(
                        world.booking(driver, world.ask(asking(driver, listing, code)), PretendPayments.SUCCEEDS))
                .booking();
        assertThat(changed(driver, listing, booking, 6)).isEqualTo(new Money(1_500 - 200, "EUR"));
        assertThat(changed(driver, listing, booking, 2)).isEqualTo(new Money(500 - 100, "EUR"));
    }

    private Money changed(Principal driver, Listing listing, Booking booking, int hours) {
        TimeRange stay = new TimeRange(STAY.from(), STAY.from().plusSeconds(hours * 3_600L));
        Quote quote = world.quote(listing, stay);
        return world.ask(new BookingCommand.ModifyBooking(
                        driver, booking.id(), quote.quoteId(), quote.finalPrice(), PretendPayments.SUCCEEDS))
                .booking()
                .price();
    }

    @Test
    @Tag("rule-36")
    void aMerchantsCode_countsOnce_upToItsLimit_andIsOwedByTheMerchant() {
        Listing listing = world.listing(4);
        Principal merchant = BookingWorld.someone();
        assertThat(world.refusal(new GetMerchant(merchant)).type()).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.refusal(new AppointMerchant(merchant, merchant.user(), "Shop", new Money(1, "EUR")))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        world.ask(new AppointMerchant(ADMIN, merchant.user(), "Shop", new Money(2_500, "EUR")));
        PromotionTerms all = new PromotionTerms(
                "free parking",
                Payer.MERCHANT,
                100,
                null,
                "EUR",
                0,
                1_000L,
                Instant.now().minusSeconds(1),
                Instant.now().plusSeconds(86_400),
                null,
                null,
                null);
        Promotion promotion = world.ask(new CreatePromotion(merchant, all, null, new Once("key-merchant", "0a")));
        assertThat(world.ask(new CreatePromotion(merchant, all, null, new Once("key-merchant", "0a")))
                        .id())
                .isEqualTo(promotion.id());
        assertThat(world.refusal(new GenerateCodes(merchant, promotion.id(), 3, null))
                        .type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        List<String> codes =
                world.ask(new GenerateCodes(merchant, promotion.id(), 2, null)).codes();
        assertThat(world.refusal(new GenerateCodes(merchant, promotion.id(), 1, null))
                        .type())
                .isEqualTo(ProblemType.UNPROCESSABLE);

        // All of the price: no card is needed.
        Principal driver = BookingWorld.someone();
        Quote quote = world.ask(asking(driver, listing, codes.getFirst()));
        assertThat(quote.finalPrice().isZero()).isTrue();
        Booking booking = world.ask(world.booking(driver, quote, null)).booking();
        assertThat(booking.status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(world.payments.charges).isEmpty();
        assertThat(world.refusal(asking(driver, listing, codes.getFirst())).type())
                .isEqualTo(ProblemType.PROMO_CODE_REFUSED);
        assertThat(balance("host_payable", listing.owner())).isEqualTo(-880);
        Merchant now = world.ask(new GetMerchant(merchant));
        assertThat(now.owed()).isEqualTo(new Money(1_000, "EUR"));
        assertThat(now.open()).isEqualTo(new Money(1_000, "EUR"));
        assertThat(world.ask(new ListCodes(merchant, promotion.id(), null, 10)).items())
                .hasSize(2)
                .filteredOn(each -> each.usable())
                .hasSize(1);

        // The host calls it off: nothing is owed. What the merchant does owe, its wallet pays.
        world.ask(new CancelBooking(BookingWorld.owner(listing), booking.id(), null));
        assertThat(world.ask(new GetMerchant(merchant)).owed().isZero()).isTrue();
        assertThat(balance("host_payable", listing.owner())).isZero();
        Booking second = world.ask(world.booking(driver, world.ask(asking(driver, listing, codes.getLast())), null))
                .booking();
        assertThat(second.status()).isEqualTo(BookingStatus.CONFIRMED);
        SettleValidations settle = new SettleValidations(merchant, new Money(600, "EUR"), new Once("key-settle", "0b"));
        assertThat(world.refusal(settle).type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
        world.sql("SELECT payments.post_transfer(uuidv7(), 'TOP_UP', uuidv7(), NULL, NULL,"
                + " '{processor_clearing,wallet}', ARRAY[NULL, '%s'::uuid], '{EUR,EUR}', '{700,-700}')"
                        .formatted(merchant.user()));
        world.ask(settle);
        assertThat(world.ask(settle).owed()).isEqualTo(new Money(400, "EUR"));
        assertThat(balance("wallet", merchant.user())).isEqualTo(-100);
        assertThat(world.ask(new ReadMerchantStatement(merchant, null, 10)).items())
                .extracting(MerchantEntry::kind)
                .containsExactly(
                        MerchantEntryKind.PAID,
                        MerchantEntryKind.VALIDATION,
                        MerchantEntryKind.RETURNED,
                        MerchantEntryKind.VALIDATION);
    }

    @Test
    @Tag("rule-27")
    @Tag("PY11")
    void whatThePlatformTakes_hasVersions_andABookingKeepsWhatItWasQuoted() {
        Listing listing = world.listing(3);
        UserId host = listing.owner();
        Principal driver = BookingWorld.someone();
        Quote old = world.quote(listing, STAY);
        assertThat(world.ask(new GetCommission(host)).basisPoints()).isEqualTo(1_200);
        assertThat(world.refusal(new AddPolicy(driver, host, 500, null, "no", null))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new AddPolicy(ADMIN, host, 500, Instant.now().minusSeconds(3_600), "late", null))
                        .type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        world.ask(new AddPolicy(ADMIN, host, 500, null, "a good host", new Once("key-policy", "0a")));
        world.ask(new AddPolicy(ADMIN, host, 500, null, "a good host", new Once("key-policy", "0a")));
        world.ask(new AddPolicy(ADMIN, host, 700, Instant.now().plusSeconds(3_600), "later", null));
        world.eventually(() -> world.ask(new GetCommission(host)).basisPoints() == 500);
        assertThat(world.ask(new GetCommission(UserId.next())).basisPoints()).isEqualTo(1_200);
        assertThat(world.ask(world.booking(driver, old, null)).booking().commissionBasisPoints())
                .isEqualTo(1_200);
        assertThat(world.place(driver, listing, STAY).booking().commissionBasisPoints())
                .isEqualTo(500);
        // The host's own ends, and what counts for all counts again.
        world.ask(new AddPolicy(ADMIN, host, null, null, "as all", null));
        world.eventually(() -> world.ask(new GetCommission(host)).basisPoints() == 1_200);
        assertThat(world.ask(new ListPolicies(ADMIN, host, null, 10)).items())
                .extracting(policy -> policy.reason())
                .containsExactly("as all", "later", "a good host");
    }
}
