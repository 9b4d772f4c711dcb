package dev.berth.search;

import static java.util.Objects.requireNonNull;

import dev.berth.availability.StayDefaults;
import dev.berth.availability.Timetable;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Amenity;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.pricing.PriceFloor;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The columns of {@link SearchIndex} and how they change: a listing is a number, its ordinal. Longer than other files, because
 * the columns are written and read together.
 */
final class ListingTable {
    static final String ACCESSIBLE = "ACCESSIBLE";

    // An entry's bits: type 3, zone 10, currency 8, then flags.
    static final int TYPE_MASK = 7;
    private static final int ZONE_SHIFT = 3;
    private static final int CURRENCY_SHIFT = ZONE_SHIFT + 10;
    static final int INSTANT = 1 << (CURRENCY_SHIFT + 8);
    static final int ACCESSIBLE_LISTING = INSTANT << 1;
    static final int ACCESSIBLE_SLOTS = INSTANT << 2;
    static final int DEMO = INSTANT << 3;
    /** All of its slots are for people with disabilities. */
    static final int ACCESSIBLE_ONLY = INSTANT << 4;
    /** Its entry has the least that it may cost, and its tariff says what it costs. */
    static final int RULED = INSTANT << 5;
    /** Its host says when it can be booked: its timetable knows. */
    static final int LIMITED = INSTANT << 6;
    /** Some of its slots are for everybody, and some are kept for others. */
    static final int MIXED = INSTANT << 7;

    // A row: what of a listing is not in its entry.
    private static final int ROW = 6;
    private static final int VERSION = 0;
    private static final int CALENDAR_VERSION = 1;
    private static final int AMENITIES = 2;
    private static final int SLOT_START = 3;
    private static final int SLOT_COUNT = 4;
    private static final int MAX_HEIGHT = 5;

    private static final int MAX_ZONES = 1 << 10;
    private static final int MAX_CURRENCIES = 1 << 8;
    private static final int MAX_DELETED = 10_000;
    private static final int SECONDS_PER_MINUTE = 60;
    /** What has ended is kept for so long, because of the time that a slot may have to stay empty. */
    private static final int MAX_BUFFER_MINUTES = 60;

    private static final ListingType[] TYPES = ListingType.values();
    private static final int NO_HEIGHT_LIMIT = Integer.MAX_VALUE;
    private static final Map<String, Long> AMENITY_BITS = amenityBits();
    private static final Comparator<Slot> BY_POSITION = Comparator.comparingInt(Slot::position);

    final IdTable ids = new IdTable();
    final PriceCells cells = new PriceCells();
    final SlotTable slots = new SlotTable();
    private final Codes zones = new Codes(MAX_ZONES);
    private final Codes currencies = new Codes(MAX_CURRENCIES);
    /** Amenities that have no bit, because hosts may name their own without bound; only of listings that have some. */
    private final Map<Integer, Set<String>> tags = new HashMap<>();
    /** Tariffs that have more rules than an entry can hold. */
    private final Map<Integer, Tariff> tariffs = new HashMap<>();
    /** Timetables of listings that the platform's defaults alone do not describe. */
    private final Map<Integer, Timetable> timetables = new HashMap<>();

    private final Timetables shared;

    private final Map<ListingId, Long> deleted = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ListingId, Long> eldest) {
            return size() > MAX_DELETED;
        }
    };

    /** @param defaults what counts where a host does not say when a listing can be booked */
    ListingTable(StayDefaults defaults) {
        shared = new Timetables(defaults);
    }

    /** {@link #ROW} values for each listing, side by side: what a search needs of one costs one access to memory. */
    private long[] rows = {};

    private String[] titles = {};
    private int forgetNext;

    private static Map<String, Long> amenityBits() {
        Map<String, Long> bits = new HashMap<>();
        for (Amenity amenity : Amenity.values()) {
            bits.put(amenity.name(), 1L << bits.size());
        }
        return Map.copyOf(bits);
    }

    /** What {@link #put} made of a listing. */
    enum Put {
        /** This or a newer version was here before. */
        STALE,
        NEW,
        CHANGED,
        /** It has slots that it had not before; they may bring a calendar of their own. */
        SLOTS_ADDED
    }

    /** What {@link #apply} made of a change. */
    enum Outcome {
        APPLIED,
        /** Known before. */
        STALE,
        /** There is no such listing here. */
        UNKNOWN,
        /** Changes before this one are missing. */
        GAP,
        /** It contradicts what is known. */
        CONFLICT
    }

    /** Takes a listing in, or its newer version. */
    Put put(Listing listing) {
        int ordinal = find(listing.id());
        if (ordinal >= 0 ? rows[ordinal * ROW + VERSION] >= listing.version() : deletedSince(listing)) {
            return Put.STALE;
        }
        List<Slot> ordered = listing.slots().stream().sorted(BY_POSITION).toList();
        Put outcome = ordinal < 0 ? Put.NEW : Put.CHANGED;
        if (ordinal < 0) {
            ordinal = add(listing.id());
            rows[ordinal * ROW + SLOT_START] = slots.add(ordered);
        } else {
            cells.remove(ordinal);
            if (!slots.hasAll(slotStart(ordinal), slotCount(ordinal), ordered)) {
                outcome = Put.SLOTS_ADDED;
            }
            rows[ordinal * ROW + SLOT_START] = slots.replace(slotStart(ordinal), slotCount(ordinal), ordered);
        }
        rows[ordinal * ROW + SLOT_COUNT] = ordered.size();
        rows[ordinal * ROW + VERSION] = listing.version();
        titles[ordinal] = listing.title();
        Integer height = listing.maxHeightCentimetres();
        rows[ordinal * ROW + MAX_HEIGHT] = height == null ? NO_HEIGHT_LIMIT : height;
        long amenityBits = 0;
        Set<String> own = new HashSet<>();
        for (String amenity : listing.amenities()) {
            long bit = amenityBit(amenity);
            amenityBits |= bit;
            if (bit == 0) {
                own.add(amenity);
            }
        }
        rows[ordinal * ROW + AMENITIES] = amenityBits;
        if (own.isEmpty()) {
            tags.remove(ordinal);
        } else {
            tags.put(ordinal, Set.copyOf(own));
        }
        Timetable timetable = shared.of(listing.availability(), listing.timeZone());
        if (timetable == null) {
            timetables.remove(ordinal);
        } else {
            timetables.put(ordinal, timetable);
        }
        insert(ordinal, listing, timetable != null);
        return outcome;
    }

    private void insert(int ordinal, Listing listing, boolean limited) {
        Tariff tariff = listing.tariff();
        long hour = tariff.hour();
        Long day = tariff.day();
        if (tariff.isSimple()) {
            tariffs.remove(ordinal);
        } else {
            tariffs.put(ordinal, tariff);
            PriceFloor floor = PriceFloor.of(tariff);
            hour = floor.hour();
            day = floor.day();
        }
        cells.insert(
                ordinal,
                Area.units(listing.location().lng()),
                Area.units(listing.location().lat()),
                Math.toIntExact(hour),
                day == null ? StayHours.NO_CAP : Math.toIntExact(day),
                bits(listing) | (limited ? LIMITED : 0));
    }

    private boolean deletedSince(Listing listing) {
        Long version = deleted.get(listing.id());
        return version != null && version >= listing.version();
    }

    private int bits(Listing listing) {
        int bits = code(listing.type())
                | code(zones, listing.timeZone()) << ZONE_SHIFT
                | code(currencies, listing.tariff().currency()) << CURRENCY_SHIFT;
        bits |= listing.instantBook() ? INSTANT : 0;
        bits |= listing.demo() ? DEMO : 0;
        bits |= listing.tariff().isSimple() ? 0 : RULED;
        bits |= listing.amenities().contains(ACCESSIBLE) ? ACCESSIBLE_LISTING : 0;
        long accessible = listing.slots().stream()
                .filter(slot -> slot.kind() == SlotKind.ACCESSIBLE)
                .count();
        bits |= accessible > 0 ? ACCESSIBLE_SLOTS : 0;
        bits |= accessible == listing.slots().size() ? ACCESSIBLE_ONLY : 0;
        boolean forAll = listing.slots().stream().anyMatch(slot -> SlotTable.isForAll(slot.kind()));
        bits |= forAll && !listing.slots().stream().allMatch(slot -> SlotTable.isForAll(slot.kind())) ? MIXED : 0;
        return bits;
    }

    private static int code(Codes codes, String text) {
        int code = codes.numberOf(text);
        if (code == Codes.NONE) {
            throw new IllegalStateException("more zones or currencies than the world has: " + text);
        }
        return code;
    }

    /** Takes a listing out; {@code version} is the deletion's, older ones are not taken in again. */
    boolean remove(ListingId id, long version) {
        int ordinal = find(id);
        if (ordinal >= 0 && rows[ordinal * ROW + VERSION] >= version) {
            return false;
        }
        deleted.merge(id, version, Math::max);
        if (ordinal < 0) {
            return false;
        }
        cells.remove(ordinal);
        slots.release(slotStart(ordinal), slotCount(ordinal));
        tags.remove(ordinal);
        tariffs.remove(ordinal);
        timetables.remove(ordinal);
        ids.remove(ordinal);
        titles[ordinal] = "";
        return true;
    }

    /** Applies the next change of a listing's calendar; anything but {@code APPLIED} has changed nothing to rely on. */
    Outcome apply(ListingId listing, long calendarVersion, List<Occupancy> occupancies, Instant now) {
        int ordinal = find(listing);
        if (ordinal < 0) {
            return Outcome.UNKNOWN;
        }
        if (calendarVersion <= rows[ordinal * ROW + CALENDAR_VERSION]) {
            return Outcome.STALE;
        }
        if (calendarVersion > rows[ordinal * ROW + CALENDAR_VERSION] + 1) {
            return Outcome.GAP;
        }
        int start = slotStart(ordinal);
        int count = slotCount(ordinal);
        for (Occupancy occupancy : occupancies) {
            int slot = slots.find(start, count, occupancy.slot().value());
            if (slot < 0) {
                if (occupancy.live()) {
                    return Outcome.CONFLICT;
                }
                continue; // of a slot that is no longer offered
            }
            int key = key(occupancy);
            int from = minuteOf(occupancy.stay().from());
            int to = minuteAfter(occupancy.stay().to());
            SlotTable.Change change;
            if (occupancy.live()) {
                change = slots.occupy(start, count, slot, key, from, to, minuteOf(now) - MAX_BUFFER_MINUTES);
            } else if (occupancy.kind() == Occupancy.Kind.USED && timetables.containsKey(ordinal)) {
                // It has to stay empty for a while.
                change = slots.shorten(start, count, slot, key, from, to, minuteOf(now));
            } else {
                change = slots.free(start, count, slot, key, from, to);
            }
            if (change == SlotTable.Change.CONFLICT) {
                return Outcome.CONFLICT;
            }
        }
        rows[ordinal * ROW + CALENDAR_VERSION] = calendarVersion;
        return Outcome.APPLIED;
    }

    /**
     * Sets a calendar as the truth has it. False when the listing is unknown or a newer calendar is here already. What is
     * on slots that are no longer offered is left out.
     */
    boolean setCalendar(ListingId listing, long calendarVersion, List<Occupancy> occupancies) {
        int ordinal = find(listing);
        if (ordinal < 0 || calendarVersion < rows[ordinal * ROW + CALENDAR_VERSION]) {
            return false;
        }
        int start = slotStart(ordinal);
        int count = slotCount(ordinal);
        slots.clear(start, count);
        int[][] values = new int[count][];
        int[] lengths = new int[count];
        for (Occupancy occupancy : occupancies) {
            int slot = slots.find(start, count, occupancy.slot().value()) - start;
            if (!occupancy.live() || slot < 0) {
                continue;
            }
            int[] intervals = values[slot];
            if (intervals == null || lengths[slot] == intervals.length) {
                int length = Math.max(SlotTable.STRIDE, lengths[slot] * 2);
                intervals = intervals == null ? new int[length] : Arrays.copyOf(intervals, length);
                values[slot] = intervals;
            }
            intervals[lengths[slot]] = minuteOf(occupancy.stay().from());
            intervals[lengths[slot] + SlotTable.TO] =
                    minuteAfter(occupancy.stay().to());
            intervals[lengths[slot] + SlotTable.KEY] = key(occupancy);
            lengths[slot] += SlotTable.STRIDE;
        }
        for (int slot = 0; slot < count; slot++) {
            int[] intervals = values[slot];
            if (intervals != null) {
                slots.setIntervals(start + slot, Arrays.copyOf(intervals, lengths[slot]));
            }
        }
        rows[ordinal * ROW + CALENDAR_VERSION] = calendarVersion;
        return true;
    }

    /** What is here and not among these. */
    List<ListingId> missing(Set<ListingId> present) {
        List<ListingId> missing = new ArrayList<>();
        cells.forEach(ordinal -> {
            if (!present.contains(id(ordinal))) {
                missing.add(id(ordinal));
            }
        });
        return missing;
    }

    /** Drops intervals that are over, from a share of the slots; to be called now and then. */
    void forgetPast(int maxSlots, Instant now) {
        forgetNext = slots.forget(forgetNext, maxSlots, minuteOf(now) - MAX_BUFFER_MINUTES);
    }

    /** The bit of an amenity that Berth has a name for, 0 for a host's own. */
    static long amenityBit(String amenity) {
        return AMENITY_BITS.getOrDefault(amenity, 0L);
    }

    @SuppressWarnings("EnumOrdinal") // in memory only
    static int code(ListingType type) {
        return type.ordinal();
    }

    static ListingType typeOf(int bits) {
        return TYPES[bits & TYPE_MASK];
    }

    String zone(int code) {
        return zones.text(code);
    }

    boolean hasAmenities(int ordinal, long bits, Set<String> own) {
        return (rows[ordinal * ROW + AMENITIES] & bits) == bits
                && (own.isEmpty() || tags.getOrDefault(ordinal, Set.of()).containsAll(own));
    }

    boolean isHighEnough(int ordinal, int heightCentimetres) {
        return heightCentimetres <= rows[ordinal * ROW + MAX_HEIGHT];
    }

    int slotStart(int ordinal) {
        return (int) rows[ordinal * ROW + SLOT_START];
    }

    int slotCount(int ordinal) {
        return (int) rows[ordinal * ROW + SLOT_COUNT];
    }

    long calendarVersion(int ordinal) {
        return rows[ordinal * ROW + CALENDAR_VERSION];
    }

    GeoPoint location(int ordinal) {
        int[] entries = cells.entries(cells.leafOf(ordinal));
        int i = cells.offsetOf(ordinal);
        return Area.point(entries[i + PriceCells.X], entries[i + PriceCells.Y]);
    }

    ListingId id(int ordinal) {
        return new ListingId(ids.id(ordinal));
    }

    String title(int ordinal) {
        return titles[ordinal];
    }

    /** The tariff of a listing that is {@link #RULED}. */
    Tariff tariff(int ordinal) {
        return requireNonNull(tariffs.get(ordinal), "its entry says all");
    }

    /** When a listing that is {@link #LIMITED} can be booked. */
    Timetable timetable(int ordinal) {
        return requireNonNull(timetables.get(ordinal), "its defaults say all");
    }

    /** How long a slot of the listing stays empty between two bookings. */
    int bufferMinutes(int ordinal) {
        Timetable timetable = timetables.get(ordinal);
        return timetable == null ? 0 : timetable.bufferMinutes();
    }

    /** Whether a stay can be booked there now, if a slot is free. */
    boolean allows(int ordinal, TimeRange stay, Instant now) {
        Timetable timetable = timetables.get(ordinal);
        return (timetable == null ? shared.plain() : timetable).hindrance(stay, now) == null;
    }

    /** As {@link #allows}, of listings that are not {@link #LIMITED}. */
    boolean plainAllows(TimeRange stay, Instant now) {
        return shared.plain().hindrance(stay, now) == null;
    }

    /** What an hour costs where no further rule counts. */
    int hour(int ordinal) {
        int[] entries = cells.entries(cells.leafOf(ordinal));
        int i = cells.offsetOf(ordinal);
        return (entries[i + PriceCells.BITS] & RULED) == 0
                ? entries[i + PriceCells.HOUR]
                : Math.toIntExact(tariff(ordinal).hour());
    }

    /** Which slots count for who says nothing of themselves: those for everybody, unless there are none (RULES 11). */
    static int kindsForAll(int bits) {
        return (bits & MIXED) == 0 ? SlotTable.ANY_KIND : SlotTable.FOR_ALL;
    }

    /** Grows with every change of the listing or its bookings. */
    long pinVersion(int ordinal) {
        return rows[ordinal * ROW + VERSION] + rows[ordinal * ROW + CALENDAR_VERSION];
    }

    static int zoneOf(int bits) {
        return bits >>> ZONE_SHIFT & (MAX_ZONES - 1);
    }

    String currencyOf(int bits) {
        return currency(currencyNumber(bits));
    }

    static int currencyNumber(int bits) {
        return bits >>> CURRENCY_SHIFT & (MAX_CURRENCIES - 1);
    }

    String currency(int number) {
        return currencies.text(number);
    }

    /** Of its id, but for a bit that tells whether it is of a block. */
    private static int key(Occupancy occupancy) {
        UUID id = occupancy.id();
        int key = (int) IdTable.mix(id.getMostSignificantBits(), id.getLeastSignificantBits());
        return occupancy.kind() == Occupancy.Kind.BLOCK ? key | SlotTable.BLOCK : key & ~SlotTable.BLOCK;
    }

    /** The epoch minute that an instant lies in. */
    static int minuteOf(Instant instant) {
        return clampMinute(Math.floorDiv(instant.getEpochSecond(), SECONDS_PER_MINUTE));
    }

    /** The first epoch minute that does not begin before an instant. */
    static int minuteAfter(Instant instant) {
        long seconds = instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
        return clampMinute(Math.ceilDiv(seconds, SECONDS_PER_MINUTE));
    }

    /** The years 1 to 4000 and some: far enough, and sums of minutes do not overflow. */
    private static int clampMinute(long minute) {
        return Math.clamp(minute, Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2);
    }

    /** The ordinal of a listing, or −1. */
    int find(ListingId id) {
        return ids.find(id.value());
    }

    private int add(ListingId id) {
        int ordinal = ids.add(id.value());
        if (ordinal >= titles.length) {
            int length = Columns.grown(titles.length, ordinal + 1);
            rows = Columns.fit(rows, length * ROW);
            titles = Arrays.copyOf(titles, length);
        }
        rows[ordinal * ROW + CALENDAR_VERSION] = 0;
        return ordinal;
    }
}
