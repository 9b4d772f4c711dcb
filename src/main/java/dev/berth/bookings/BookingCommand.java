package dev.berth.bookings;

import dev.berth.fees.BookedFee;
import dev.berth.fees.PlaceTax;
import dev.berth.listings.Arrival;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Misfit;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.pricing.PriceLine;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.promotions.BookedDiscount;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the bookings capability can be asked to do.
 *
 * <p>Longer than other files, because a contract is read as a whole.
 */
public sealed interface BookingCommand<R extends Message> extends Command<R> {
    String ADDRESS = "bookings.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** The calendar of one listing, from now on; an unknown listing has an empty one of version 0. */
    record GetCalendar(ListingId listing) implements BookingCommand<Calendar> {}

    /**
     * All calendars that have ever changed, in the order of their listings' ids: how a search node loads its index.
     *
     * @param after the last listing of the page before, null for the first
     * @param limit at most {@value #MAX_EXPORT}
     */
    record ExportCalendars(@Nullable ListingId after, int limit) implements BookingCommand<CalendarPage> {
        public static final int MAX_EXPORT = 2_000;
    }

    /** @param occupancies live ones that have not ended */
    record Calendar(ListingId listing, long calendarVersion, List<Occupancy> occupancies) implements Message {
        public Calendar {
            occupancies = List.copyOf(occupancies);
        }
    }

    /** @param calendars empty at the end */
    record CalendarPage(List<Calendar> calendars) implements Message {
        public CalendarPage {
            calendars = List.copyOf(calendars);
        }
    }

    /**
     * Prices a stay and promises the price for a few minutes. Refused with UNPROCESSABLE when the stay is not one that can
     * be booked, with NONEXISTENT_LOCAL_TIME when the clocks of the place skip a time as it was written, with NOT_FOUND
     * when there is no such listing.
     *
     * @param actor null for a visitor, who may look at prices but names no vehicle
     * @param from RFC 3339 with an offset, as the client wrote it
     * @param to as {@code from}
     * @param slot one that the driver wants; null for the best free one
     * @param permit whether the driver has a disabled person's permit, whatever the vehicle (RULES 11)
     * @param promoCode as it was typed; null for none. PROMO_CODE_REFUSED when it takes nothing off
     */
    record CreateQuote(
            @Nullable Principal actor,
            ListingId listing,
            String from,
            String to,
            @Nullable VehicleId vehicle,
            @Nullable SlotId slot,
            boolean permit,
            @Nullable String promoCode)
            implements BookingCommand<Quote> {
        /** Without a code. */
        public CreateQuote(
                @Nullable Principal actor,
                ListingId listing,
                String from,
                String to,
                @Nullable VehicleId vehicle,
                @Nullable SlotId slot,
                boolean permit) {
            this(actor, listing, from, to, vehicle, slot, permit, null);
        }
    }

    /**
     * What a code takes off a price, in the shape of the public API.
     *
     * @param label in English; the other fields are what a reader needs to say the same in another language
     * @param percent of the price; null when it is an amount
     */
    record QuoteDiscount(
            String code, String label, @Nullable Integer percent, Money amount) {}

    /**
     * The free bays of a listing that suit a vehicle, the best first (SM8, RULES 11, 25). Refused as a quote is.
     *
     * @param actor null for a visitor, who names no vehicle
     * @param from RFC 3339 with an offset, as the client wrote it
     * @param permit whether the driver has a disabled person's permit
     * @param near what the driver wants to be near to; null for what cuts up the calendars least
     * @param limit how many at most
     */
    record RecommendSlots(
            @Nullable Principal actor,
            ListingId listing,
            String from,
            String to,
            @Nullable VehicleId vehicle,
            boolean permit,
            @Nullable Near near,
            int limit)
            implements BookingCommand<Recommended> {}

    /** What a bay may be near to. The name is public. */
    enum Near {
        ENTRANCE,
        LIFT
    }

    /** What speaks for a bay. The name is public. */
    enum Reason {
        /** Its kind is kept for such vehicles or drivers. */
        KEPT_FOR_YOU,
        /** No free one that suits them is nearer to the entrance. */
        NEAREST_TO_ENTRANCE,
        NEAREST_TO_LIFT,
        /** Of its kind the one whose calendar the stay cuts up least: longer times stay free for others. */
        LEAST_GAPS
    }

    /**
     * @param reasons what speaks for it; may be empty
     */
    record Recommendation(Slot slot, Set<Reason> reasons) {
        public Recommendation {
            reasons = Collections.unmodifiableSet(new TreeSet<>(reasons));
        }
    }

    /**
     * @param items the best first
     * @param freeSlots how many free bays suit in all
     * @param misfits how many bays do not suit, by the reason
     */
    record Recommended(
            List<Recommendation> items, int freeSlots, Map<Misfit, Integer> misfits, Set<QuoteWarning> warnings)
            implements Message {
        public Recommended {
            items = List.copyOf(items);
            misfits = Map.copyOf(misfits);
            warnings = Set.copyOf(warnings);
        }
    }

    /** What a driver should know of a quote. The name is public. */
    enum QuoteWarning {
        /** The place refuses vehicles that are too large, and not all measures of this one are known (RULES 25). */
        MEASURES_UNKNOWN
    }

    /** Who says what the tax of the parking is. The name is public. */
    enum TaxSource {
        /** The host, with the tariff. */
        TARIFF,
        /** The place (RULES 31). */
        PLACE,
        /** Nobody: there is none in the price. */
        UNKNOWN
    }

    /**
     * The tax of the parking, in the shape of the public API; how much it is the lines say.
     *
     * @param place ISO 3166 code; null unless the place says it
     * @param name as the place
     * @param basisPoints null where it is unknown
     * @param included whether it is in the lines; otherwise it is one of them; null where it is unknown
     */
    record QuoteTax(
            TaxSource source,
            @Nullable String place,
            @Nullable String name,
            @Nullable Integer basisPoints,
            @Nullable Boolean included) {
        static QuoteTax of(Tariff tariff, @Nullable PlaceTax place) {
            Tax own = tariff.rules() == null ? null : tariff.rules().tax();
            if (own != null) {
                return new QuoteTax(TaxSource.TARIFF, null, null, own.basisPoints(), own.inclusive());
            } else if (place != null) {
                return new QuoteTax(
                        TaxSource.PLACE, place.place(), place.name(), place.basisPoints(), place.inclusive());
            }
            return new QuoteTax(TaxSource.UNKNOWN, null, null, null, null);
        }
    }

    /**
     * A service fee, in the shape of the public API.
     *
     * @param amount with its tax
     * @param tax what of that is tax
     * @param basisPoints what it is of the parking price, of 10,000
     * @param fixed what it is beside that, without a tax that is added; null for nothing
     * @param taxBasisPoints the rate of the tax; null where none is known
     * @param taxIncluded whether it is in the rate and the fixed part; null where none is known
     * @param taxName what it is called at the place, such as VAT; null where that is not known
     * @param taxPlace ISO 3166 code of where it is from; null where that is not known
     */
    record ServiceFeeLine(
            Money amount,
            Money tax,
            int basisPoints,
            @Nullable Money fixed,
            @Nullable Integer taxBasisPoints,
            @Nullable Boolean taxIncluded,
            @Nullable String taxName,
            @Nullable String taxPlace) {
        /** Null for nothing. */
        static @Nullable ServiceFeeLine of(@Nullable BookedFee fee) {
            if (fee == null || fee.isNone()) {
                return null;
            }
            PlaceTax tax = fee.terms().tax();
            return new ServiceFeeLine(
                    fee.amount(),
                    fee.tax(),
                    fee.terms().rate().basisPoints(),
                    fee.terms().rate().fixed(),
                    tax == null ? null : tax.basisPoints(),
                    tax == null ? null : tax.inclusive(),
                    tax == null ? null : tax.name(),
                    tax == null ? null : tax.place());
        }
    }

    /**
     * A price that is promised, in the shape of the public API.
     *
     * @param quoteId signed, with everything in it: nothing is stored
     * @param tax of the parking
     * @param serviceFee what the driver pays beside the lines, with its tax: reckoned of what a code leaves of them; null for nothing
     * @param total the sum of the lines and the service fee
     * @param discount what a code takes off it; null without one
     * @param finalPrice what a booking must name: the total, less the discount
     * @param freeSlots how many slots this node believes to be free for them; null when it does not know the listing yet
     * @param instantBook false when the host is asked first
     */
    record Quote(
            String quoteId,
            ListingId listingId,
            String title,
            String timeZone,
            Instant from,
            Instant to,
            List<PriceLine> lines,
            QuoteTax tax,
            @Nullable ServiceFeeLine serviceFee,
            Money total,
            @Nullable QuoteDiscount discount,
            Money finalPrice,
            CancellationPolicy policy,
            Instant expiresAt,
            @Nullable Integer freeSlots,
            Set<QuoteWarning> warnings,
            boolean instantBook)
            implements Message {
        public Quote {
            warnings = Set.copyOf(warnings);
            lines = List.copyOf(lines);
        }
    }

    /**
     * Books what was quoted. Repeatable by its key: the same driver, key and fingerprint give the same booking, and go on
     * with paying where it stopped.
     *
     * <p>Where the host wants to be asked it is a request, PENDING_HOST: the card is charged when they accept.
     *
     * <p>Refused with QUOTE_INVALID (forged), QUOTE_STALE (expired or another price; a fresh one is in the problem's
     * member {@code quote}), SLOT_TAKEN, IDEMPOTENCY_KEY_REUSED, PAYMENT_DECLINED (the slot is free again) and
     * PAYMENT_PROVIDER_UNAVAILABLE (the booking stays held; a retry goes on).
     *
     * @param paymentMethod the provider's token of a card, or {@code wallet}; null to pay later, or inside
     * @param fingerprint what the key is tied to, in hexadecimal digits
     * @param inside what pays before the method does, or alone when there is none (RULES 32); null when nothing does
     */
    record PlaceBooking(
            Principal actor,
            String quoteId,
            Money finalPrice,
            @Nullable VehicleId vehicle,
            @Nullable String paymentMethod,
            String idempotencyKey,
            String fingerprint,
            @Nullable Inside inside)
            implements BookingCommand<BookingDetails> {
        /** The method pays all of it. */
        public PlaceBooking(
                Principal actor,
                String quoteId,
                Money finalPrice,
                @Nullable VehicleId vehicle,
                @Nullable String paymentMethod,
                String idempotencyKey,
                String fingerprint) {
            this(actor, quoteId, finalPrice, vehicle, paymentMethod, idempotencyKey, fingerprint, null);
        }
    }

    /**
     * The host says yes to a request (RULES 12): the driver's card is charged, and whoever else had asked for the last slot is
     * declined. Repeatable. Refused with SLOT_TAKEN, PAYMENT_DECLINED (then the request is over) and ILLEGAL_STATE, naming
     * the state; with PRECONDITION_FAILED when the driver has changed it since.
     *
     * @param version of the request that the host has seen; null for any
     */
    record AcceptRequest(
            Principal actor, BookingId booking, @Nullable Long version) implements BookingCommand<BookingDetails> {
        /** Whatever it has become since. */
        public AcceptRequest(Principal actor, BookingId booking) {
            this(actor, booking, null);
        }
    }

    /** The host says no to a request. Repeatable. */
    record DeclineRequest(
            Principal actor, BookingId booking, @Nullable String reason) implements BookingCommand<BookingDetails> {}

    /**
     * Pays a held booking. Repeatable. A declined card leaves the booking held, for another try.
     *
     * @param payment the booking's
     * @param paymentMethod the provider's token of a card
     */
    record PayBooking(Principal actor, PaymentId payment, String paymentMethod)
            implements BookingCommand<BookingDetails> {}

    /** A booking of which the actor is the driver or the host; any for an administrator. */
    record GetBooking(Principal actor, BookingId booking) implements BookingCommand<BookingDetails> {}

    /**
     * The actor's bookings, newest first.
     *
     * @param asHost those of the actor's listings instead of those that the actor has made
     * @param statuses empty for all
     * @param before the last booking of the page before
     */
    record ListBookings(
            Principal actor,
            boolean asHost,
            @Nullable ListingId listing,
            Set<BookingStatus> statuses,
            @Nullable BookingId before,
            int limit)
            implements BookingCommand<BookingPage> {
        public ListBookings {
            statuses = Set.copyOf(statuses);
        }
    }

    /** @param next what to ask the next page with, null at the end */
    record BookingPage(
            List<BookingDetails> bookings, @Nullable BookingId next) implements Message {
        public BookingPage {
            bookings = List.copyOf(bookings);
        }
    }

    /**
     * A booking as its driver or host sees it.
     *
     * @param location the listing's, as everybody was told when it was booked
     * @param arrival where it is, and how to get in; null for those who may not know it, and where nothing was read
     * @param enteredAt when the driver came, null before
     * @param leftAt when the driver went, null before
     * @param pass null unless it is confirmed and the reader is its driver
     * @param actions what the reader can do now
     * @param refund what goes or has gone back of what was paid
     * @param change what waits for its money, if anything
     * @param overstay what staying too long would cost, or has cost; null before the driver has come, and after they have
     *     gone in time
     * @param history empty in lists and right after the booking was made
     * @param discount what a code has taken off; null without one
     */
    record BookingDetails(
            Booking booking,
            GeoPoint location,
            @Nullable Arrival arrival,
            CancellationPolicy policy,
            BookingPayment payment,
            @Nullable Instant enteredAt,
            @Nullable Instant leftAt,
            @Nullable Pass pass,
            List<BookingAction> actions,
            Money refund,
            @Nullable PendingChange change,
            @Nullable Overstaying overstay,
            List<HistoryEntry> history,
            @Nullable BookedDiscount discount)
            implements Message {
        public BookingDetails {
            actions = List.copyOf(actions);
            history = List.copyOf(history);
        }

        BookingDetails with(@Nullable Arrival where, List<HistoryEntry> past) {
            return new BookingDetails(
                    booking, location, where, policy, payment, enteredAt, leftAt, pass, actions, refund, change,
                    overstay, past, discount);
        }
    }

    /**
     * @param clientSecret proves to the payment page that it was given the payment by Berth; only for the driver
     * @param actionUrl where the driver has to go when the status is REQUIRES_ACTION
     * @param parts what pays, or has paid, points first; only for the driver, and empty while nothing does
     * @param setAside what is kept for a request: its price, or more when it has become cheaper since; only for the driver, and
     *     null when nothing is
     */
    record BookingPayment(
            PaymentId id,
            PaymentStatus status,
            @Nullable String clientSecret,
            @Nullable String actionUrl,
            List<PaymentPart> parts,
            @Nullable Money setAside) {
        public BookingPayment {
            parts = List.copyOf(parts);
        }
    }

    /** What of a price was paid with what. The names are public. */
    record PaymentPart(PaymentSource source, Money amount) {}

    enum PaymentSource {
        POINTS,
        WALLET,
        CARD
    }

    /**
     * What staying too long costs (RULES 18).
     *
     * @param since the end of the grace
     * @param perHour for each hour begun since then
     * @param fee once; zero when it was waived
     * @param hours begun, by the database's clock
     * @param amount what that costs, the fee included; what is charged, once the driver has gone
     * @param waivedReason why the host has waived the fee; null when they have not
     * @param payment what it is paid with; null while there is nothing to pay
     * @param actionUrl where the driver has to go for it; null when nowhere
     * @param refund what of it goes or has gone back
     */
    record Overstaying(
            OverstayStatus status,
            Instant since,
            Money perHour,
            Money fee,
            long hours,
            Money amount,
            @Nullable String waivedReason,
            @Nullable PaymentId payment,
            @Nullable String actionUrl,
            Money refund) {}

    enum OverstayStatus {
        /** The driver is in, and has a right to it or the grace. */
        NOT_YET,
        /** The driver is in, as far as is known, without one. */
        RUNNING,
        /** The driver has gone, and has not paid for it. */
        DUE,
        PAID
    }

    /**
     * One step of a booking's life.
     *
     * @param actor null when the platform did it
     * @param reason a code
     * @param detail words, where there is more to say
     */
    record HistoryEntry(
            BookingStatus status,
            @Nullable UserId actor,
            String reason,
            @Nullable String detail,
            Instant at) {}

    /** What the driver would get back, if it were cancelled now; ILLEGAL_STATE when it cannot be. */
    record PreviewCancellation(Principal actor, BookingId booking) implements BookingCommand<Cancellation> {}

    /**
     * @param reason why so much comes back, as a code: FLEXIBLE, DAY_AHEAD, LESS_THAN_A_DAY, JUST_BOOKED, WEEK_AHEAD,
     *     LESS_THAN_A_WEEK, FREE_LOOK, HOST, UNPAID
     * @param until how long that holds; null when it does not change any more
     * @param explanation the reason in English
     * @param serviceFee what of the price is the service fee; null without one, and for the host
     * @param serviceFeeRefunded whether it comes back: only with the whole price (RULES 29)
     */
    record Cancellation(
            Money refund,
            Money kept,
            CancellationPolicy policy,
            String reason,
            @Nullable Instant until,
            String explanation,
            @Nullable Money serviceFee,
            boolean serviceFeeRefunded)
            implements Message {}

    /**
     * Calls a booking off before it starts, by its driver or its host. Repeatable. What comes back is what the preview says
     * (RULES 29).
     */
    record CancelBooking(
            Principal actor, BookingId booking, @Nullable String reason) implements BookingCommand<BookingDetails> {}

    /**
     * Gives a confirmed booking another time before it starts (RULES 14), in another slot if need be: what a new quote for
     * the same listing says. The difference is charged or goes back. Repeatable: a booking that is like that is answered.
     *
     * <p>Refused with QUOTE_INVALID, QUOTE_STALE, SLOT_TAKEN, PAYMENT_DECLINED (then the booking is as it was),
     * PAYMENT_PROVIDER_UNAVAILABLE (the same request goes on) and ILLEGAL_STATE, naming the state.
     *
     * @param finalPrice the quote's: what the booking costs in all from then on
     * @param paymentMethod the provider's token of a card; null for the one that the booking was paid with
     */
    record ModifyBooking(
            Principal actor,
            BookingId booking,
            String quoteId,
            Money finalPrice,
            @Nullable String paymentMethod) implements BookingCommand<BookingDetails> {}

    /**
     * Makes a stay longer, in its slot (RULES 15): of a confirmed booking, or while the driver is in. Repeatable. Refused
     * with EXTENSION_UNAVAILABLE, with the member {@code longestTo}, when the slot is not free; else as
     * {@link ModifyBooking}.
     *
     * @param to the new end, RFC 3339 with an offset, as the client wrote it
     * @param finalPrice what the driver has been told that it costs; null to pay what it costs
     * @param paymentMethod as of {@link ModifyBooking}
     */
    record ExtendBooking(
            Principal actor,
            BookingId booking,
            String to,
            @Nullable Money finalPrice,
            @Nullable String paymentMethod) implements BookingCommand<BookingDetails> {}

    /** How long a stay can be made, and what that costs; ILLEGAL_STATE when it cannot be made longer at all. */
    record PreviewExtension(Principal actor, BookingId booking) implements BookingCommand<Extension> {}

    /**
     * @param longestTo the latest end that is free now; the present one when there is no other
     * @param options some ends up to that, the earliest first
     */
    record Extension(Instant longestTo, List<ExtensionOption> options) implements Message {
        public Extension {
            options = List.copyOf(options);
        }
    }

    /** @param price what it costs beside what the booking costs already */
    record ExtensionOption(Instant to, Money price) {}

    /**
     * A change that waits for its money; until then the booking is as it was, and the new time is kept for it.
     *
     * @param price what the booking costs in all when it is paid
     * @param due what is to be paid
     * @param actionUrl where the driver has to go for it; null when nowhere
     */
    record PendingChange(
            PaymentId payment,
            TimeRange stay,
            String slotName,
            Money price,
            Money due,
            Instant expiresAt,
            @Nullable String actionUrl) {}

    /** Between this capability's own parts: a payment beside a booking's first has come. Repeatable. */
    record SettleCharge(PaymentId payment, BookingId booking) implements BookingCommand<Done> {}

    /** Between this capability's own parts: a payment beside a booking's first has failed. Repeatable. */
    record ReleaseCharge(PaymentId payment, BookingId booking) implements BookingCommand<Done> {}

    /**
     * The driver has come, by their own word, up to 15 minutes early when the slot is empty (RULES 16). Repeatable. Refused
     * with ILLEGAL_STATE, naming the state, when the booking is not confirmed, the stay is over or too far away.
     *
     * <p>When somebody who has not left in time was seen in the slot, or the driver says that the slot is taken, the booking
     * is brought elsewhere or refunded instead (RULES 18); its status says which.
     *
     * @param slotTaken what the driver sees
     */
    record CheckIn(Principal actor, BookingId booking, boolean slotTaken) implements BookingCommand<BookingDetails> {
        public CheckIn(Principal actor, BookingId booking) {
            this(actor, booking, false);
        }
    }

    /**
     * The driver has gone, by their own word. Repeatable. Refused with ILLEGAL_STATE when they were not in. What staying past
     * the grace has cost is charged (RULES 18).
     *
     * @param leftAt when they went, as they say; null for the present moment. Refused with UNPROCESSABLE where the place sees who goes
     */
    record CheckOut(
            Principal actor, BookingId booking, @Nullable Instant leftAt) implements BookingCommand<BookingDetails> {
        public CheckOut(Principal actor, BookingId booking) {
            this(actor, booking, null);
        }
    }

    /**
     * The host waives the fee of a stay that was too long; what was paid of it goes back. Repeatable. Refused with
     * ILLEGAL_STATE when it was not too long.
     *
     * @param reason for the driver, 1 to 500 characters
     */
    record WaiveOverstayFee(Principal actor, BookingId booking, String reason)
            implements BookingCommand<BookingDetails> {}

    /** Between this capability's own parts: what a stay that was too long costs is to be charged. Repeatable. */
    record CollectOverstay(BookingId booking) implements BookingCommand<Done> {}

    /** Between this capability's own parts: the money of a booking that has another host becomes theirs. Repeatable. */
    record SettleRescue(BookingId booking, UserId host, Money worth) implements BookingCommand<Done> {}

    /**
     * Between capabilities: what a place sees of who comes and goes; nothing until it is told (RULES 19, 20). Repeatable.
     *
     * @param seesEntry whether nobody comes in unseen
     * @param seesExit whether nobody goes unseen
     * @param releaseNoShows whether the slot of a driver who has not come may be sold again
     * @param version an older one changes nothing
     */
    record WatchPlace(ListingId listing, boolean seesEntry, boolean seesExit, boolean releaseNoShows, long version)
            implements BookingCommand<Done> {}

    /**
     * Between capabilities: a gate has seen the driver come. Refusals as of {@link CheckIn}. Repeatable.
     *
     * @param at when; it may be a while ago. A time to come counts as now
     * @param source what has seen it, for the history: the gate's name, say
     */
    record RecordEntry(BookingId booking, Instant at, String source) implements BookingCommand<BookingDetails> {}

    /** Between capabilities: a gate has seen the driver go. Parameters as of {@link RecordEntry}. Repeatable. */
    record RecordExit(BookingId booking, Instant at, String source) implements BookingCommand<BookingDetails> {}

    /** What opens the gate; ILLEGAL_STATE unless the booking is confirmed. For its driver only. */
    record GetPass(Principal actor, BookingId booking) implements BookingCommand<Pass> {}

    /**
     * @param qr the text of the QR code: a token as {@link PassTokens} makes it
     * @param pin six digits
     */
    record Pass(BookingId bookingId, String qr, String pin, Instant notBefore, Instant notAfter) implements Message {}

    /** Between the capabilities: what a pass says, if it is one of ours; else refused with UNPROCESSABLE. Reads nothing. */
    record ReadPass(String qr) implements BookingCommand<PassContent> {
        @Override
        public String toString() {
            return "ReadPass[]";
        }
    }

    /** What was signed, which may have been changed since. */
    record PassContent(
            BookingId booking, ListingId listing, SlotId slot, Instant notBefore, Instant notAfter, long nonce)
            implements Message {}

    /** What gates verify passes with. */
    record GetPassKey() implements BookingCommand<PassKey> {}

    /** @param publicKey the 32 bytes of an Ed25519 key (RFC 8032) in base64 */
    record PassKey(String publicKey) implements Message {}

    /**
     * Between the capabilities: who may be in a place. Exactly one of booking, PIN and time says which bookings are meant.
     *
     * @param booking this one, wherever it is and whatever has become of it
     * @param pin six digits: those of about this day whose PIN it is
     * @param around those of the listing that keep a slot at some time in it and have a vehicle
     */
    record FindRights(
            ListingId listing,
            @Nullable BookingId booking,
            @Nullable String pin,
            @Nullable TimeRange around) implements BookingCommand<Rights> {
        /** Rights in one answer. */
        public static final int MAX_RIGHTS = 10_000;

        @Override
        public String toString() {
            return "FindRights[listing=" + listing + "]";
        }
    }

    /** @param now by the database's clock */
    record Rights(Instant now, List<Right> rights) implements Message {
        public Rights {
            rights = List.copyOf(rights);
        }
    }

    /**
     * A booking as a gate sees it.
     *
     * @param notBefore when its pass begins to open
     * @param notAfter when its pass no longer opens
     * @param slotTaken whether, before the stay begins, somebody else still has the slot (RULES 16)
     * @param nonce of its pass; null when it has none (any more)
     */
    record Right(
            BookingId booking,
            ListingId listing,
            SlotId slot,
            UserId driver,
            @Nullable VehicleId vehicle,
            TimeRange stay,
            BookingStatus status,
            Instant notBefore,
            Instant notAfter,
            boolean slotTaken,
            @Nullable Long nonce) {}

    /** Which slots of a listing are taken now, by the database's clock. */
    record GetTaken(ListingId listing) implements BookingCommand<Taken> {}

    /** @param occupations ids of bookings and of slots' shares of blocks, one for each slot */
    record Taken(Instant now, List<UUID> occupations) implements Message {
        public Taken {
            occupations = List.copyOf(occupations);
        }
    }

    /**
     * How many slots of a listing are free, step by step, for anybody. Each step is told as a whole: a slot is free in it when
     * nobody has it at any time of the step. UNPROCESSABLE when it would be more than {@value #MAX_STEPS} steps.
     */
    record GetFreeBusy(ListingId listing, Instant from, Instant to, int stepMinutes)
            implements BookingCommand<FreeBusy> {
        public static final int MAX_STEPS = 3_000;
        public static final int MIN_STEP_MINUTES = 15;
        public static final int MAX_STEP_MINUTES = 1_440;
    }

    /** @param steps in order, without a gap; the last one may be shorter */
    record FreeBusy(ListingId listingId, String timeZone, int capacity, List<FreeBusyStep> steps) implements Message {
        public FreeBusy {
            steps = List.copyOf(steps);
        }
    }

    /**
     * @param free slots that can be booked for the whole step; none when it is closed
     * @param booked slots that somebody has booked
     * @param blocked slots that the host keeps
     * @param closed whether it is closed all of the step
     * @param reason why none is free: CLOSED, BLOCKED or BOOKED; null when one is
     */
    record FreeBusyStep(
            Instant from,
            Instant to,
            int free,
            int booked,
            int blocked,
            boolean closed,
            @Nullable String reason) {}

    /** The blocks of a listing that have not ended, for its owner, in the order they were made. */
    record ListBlocks(
            Principal actor, ListingId listing, @Nullable BlockId after, int limit)
            implements BookingCommand<BlockPage> {}

    /** @param next what to ask the next page with, null at the end */
    record BlockPage(List<Block> blocks, @Nullable BlockId next) implements Message {
        public BlockPage {
            blocks = List.copyOf(blocks);
        }
    }

    /** Slots kept from drivers for a while (LI9). */
    record Block(BlockId id, ListingId listing, List<SlotId> slots, TimeRange stay, String reason, Instant createdAt)
            implements Message {
        public Block {
            slots = List.copyOf(slots);
        }
    }

    /**
     * Keeps slots of the actor's listing from drivers. Refused with CONFLICT, naming bookings and blocks in the way.
     *
     * @param slots empty for all
     * @param id chosen by who asks and wants to know it before; null for a new one
     */
    record AddBlock(
            Principal actor,
            ListingId listing,
            List<SlotId> slots,
            Instant from,
            Instant to,
            String reason,
            @Nullable BlockId id)
            implements BookingCommand<Block> {
        public AddBlock {
            slots = List.copyOf(slots);
        }

        public AddBlock(
                Principal actor, ListingId listing, List<SlotId> slots, Instant from, Instant to, String reason) {
            this(actor, listing, slots, from, to, reason, null);
        }
    }

    record RemoveBlock(Principal actor, ListingId listing, BlockId block) implements BookingCommand<Done> {}

    /** Between this capability's own parts: the money of a booking has come. Repeatable. */
    record SettlePayment(BookingId booking) implements BookingCommand<Done> {}

    /**
     * Between this capability's own parts: a payment has failed. When the driver had been sent to the bank for it and did not
     * confirm there, the booking ends and its slot is free, as after a declined card. Repeatable.
     */
    record ReleaseUnpaid(BookingId booking) implements BookingCommand<Done> {}

    /** Between this capability's own parts: the money for a request is set aside, so that its host is asked. Repeatable. */
    record AskHost(BookingId booking) implements BookingCommand<Done> {}

    /** Between this capability's own parts: a booking has ended, its money has to go back. Repeatable. */
    record ReturnMoney(BookingId booking) implements BookingCommand<Done> {}

    /** Between this capability's own parts: the money of a booking has gone back. Repeatable. */
    record NoteRefund(BookingId booking) implements BookingCommand<Done> {}

    /**
     * What a payment was for: for whoever writes it on an invoice. Nothing is checked: whoever asks shows it to nobody but the
     * driver, the host and administrators. NOT_FOUND when no booking has it.
     *
     * @param payment one of the booking's, the share of a series included
     */
    record DescribeCharge(PaymentId payment, BookingId booking) implements BookingCommand<DescribedCharge> {}

    /** What a payment was for. */
    enum ChargePurpose {
        /** The stay, when it was booked. */
        STAY,
        /** Another time or slot that costs more. */
        CHANGE,
        /** Staying too long (RULES 18). */
        OVERSTAY
    }

    /**
     * @param booking as it is now
     * @param stay the time that was paid for
     * @param hours of an overstay: begun; null for others
     * @param fee of an overstay: once, in what was paid; null for others
     * @param discount of a stay: what a code has taken off what was paid; null for others
     */
    record DescribedCharge(
            Booking booking,
            ChargePurpose purpose,
            TimeRange stay,
            @Nullable Integer hours,
            @Nullable Money fee,
            @Nullable BookedDiscount discount)
            implements Message {
        /** Without a code. */
        public DescribedCharge(
                Booking booking, ChargePurpose purpose, TimeRange stay, @Nullable Integer hours, @Nullable Money fee) {
            this(booking, purpose, stay, hours, fee, null);
        }
    }
}
