package dev.berth.search;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.listings.Amenity;
import dev.berth.listings.ListingType;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Signer;
import dev.berth.pricing.Pricing;
import dev.berth.search.Cursors.Cursor;
import dev.berth.search.SearchCommand.Cluster;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.FindClusters;
import dev.berth.search.SearchCommand.GetHeat;
import dev.berth.search.SearchCommand.HeatCell;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.Position;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.SearchCommand.Sort;
import dev.berth.search.text.TextCommand.Match;
import dev.berth.search.text.TextCommand.MatchTexts;
import dev.berth.search.text.TextCommand.Matches;
import dev.berth.search.text.TextCommand.Place;
import dev.berth.search.text.TextCommand.Suggest;
import dev.berth.search.text.TextCommand.Suggested;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The search operations of the HTTP contract. */
public final class SearchRoutes {
    private static final int DEFAULT_RADIUS_METRES = 1_000;
    private static final long SECONDS_PER_MINUTE = 60;

    private final Bus bus;
    private final Cursors cursors;
    private final SearchConfig config;
    private final Clock clock;

    /** @param signer of cursors, the same on all nodes */
    public SearchRoutes(Bus bus, Signer signer, SearchConfig config, Clock clock) {
        this.bus = bus;
        this.cursors = new Cursors(signer);
        this.config = config;
        this.clock = clock;
    }

    public void addTo(Operations operations) {
        operations.on("searchListings", this::searchListings);
        operations.on("suggest", this::suggest);
        operations.on("getHeatmap", this::getHeatmap);
        operations.on("findClusters", this::findClusters);
    }

    private Future<Response> searchListings(Request request) {
        GeoBox box = box(request.queryList("bbox"));
        GeoPoint near = near(request.queryList("near"));
        Integer radius = radius(request, box, near);
        Sort sort = Sort.valueOf(request.requiredQuery("sort").toUpperCase(Locale.ROOT));
        String words = request.query("q");
        if (words == null && sort == Sort.RELEVANCE) {
            throw refused("Relevance needs words that something is relevant for: q", "/query/sort");
        }
        if (near == null && sort == Sort.DISTANCE) {
            throw refused("Distances need a place to be measured from: near", "/query/sort");
        }
        Filters filters = filters(request);
        // A hash of texts: those of other values may differ from one process to the next.
        int question = Stream.of(
                        box,
                        near,
                        radius,
                        sort,
                        filters.maxPrice(),
                        new TreeSet<>(filters.types()),
                        new TreeSet<>(filters.amenities()),
                        filters.instantOnly(),
                        filters.accessible(),
                        filters.heightCentimetres(),
                        words,
                        request.queryInstant("from"),
                        request.queryInstant("to"))
                .map(String::valueOf)
                .collect(Collectors.joining("|"))
                .hashCode();
        String sent = request.query("cursor");
        Cursor cursor = sent == null ? null : cursors.read(sent, question);
        TimeRange stay = cursor == null ? stay(request) : cursor.stay();
        Position after = cursor == null ? null : cursor.after();
        Future<@Nullable List<Match>> matches = words == null
                ? Future.succeededFuture()
                : bus.ask(new MatchTexts(words, box, near, radius)).map(Matches::matches);
        return matches.compose(listed -> bus.ask(
                        new SearchListings(box, near, radius, stay, filters, sort, request.limit(), after, listed)))
                .map(found -> Response.page(
                        found.items().stream().map(ItemView::of).toList(),
                        found.next() == null ? null : cursors.write(question, stay, found.next())));
    }

    private Future<Response> getHeatmap(Request request) {
        return bus.ask(new GetHeat(wantedBox(request), zoom(request)))
                .map(heat -> Response.ok(new HeatView(
                        heat.zoom(), Instant.ofEpochSecond(heat.minute() * SECONDS_PER_MINUTE), heat.cells())));
    }

    private Future<Response> findClusters(Request request) {
        return bus.ask(new FindClusters(wantedBox(request), zoom(request), stay(request)))
                .map(found -> Response.ok(new ClustersView(
                        found.zoom(),
                        found.isExact(),
                        found.clusters().stream().map(ClusterView::of).toList())));
    }

    private static GeoBox wantedBox(Request request) {
        return Objects.requireNonNull(box(request.queryList("bbox")), "the contract requires it");
    }

    private static int zoom(Request request) {
        return Math.toIntExact(Objects.requireNonNull(request.queryLong("zoom"), "the contract requires it"));
    }

    private Future<Response> suggest(Request request) {
        return bus.ask(new Suggest(request.requiredQuery("q"), near(request.queryList("near"))))
                .map(found -> Response.ok(new SuggestionsView(Stream.concat(
                                found.places().stream().map(SuggestionView::of),
                                found.listings().stream().map(SuggestionView::of))
                        .toList())));
    }

    private static @Nullable GeoBox box(List<String> values) {
        if (values.isEmpty()) {
            return null;
        }
        double[] edges = values.stream().mapToDouble(Double::parseDouble).toArray();
        try {
            return new GeoBox(edges[0], edges[1], edges[2], edges[3]);
        } catch (IllegalArgumentException e) {
            throw refused("must be west, south, east, north on the earth, south not above north", "/query/bbox");
        }
    }

    private static @Nullable GeoPoint near(List<String> values) {
        if (values.isEmpty()) {
            return null;
        }
        try {
            return new GeoPoint(Double.parseDouble(values.get(0)), Double.parseDouble(values.get(1)));
        } catch (IllegalArgumentException e) {
            throw refused("must be latitude, longitude on the earth", "/query/near");
        }
    }

    private static @Nullable Integer radius(Request request, @Nullable GeoBox box, @Nullable GeoPoint near) {
        Long sent = request.queryLong("radius");
        if (box == null && near == null) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "One of bbox and near is needed", "/query/bbox");
        }
        if (near == null) {
            if (sent != null) {
                throw refused("A radius needs a centre: near", "/query/radius");
            }
            return null;
        }
        if (sent != null) {
            return Math.toIntExact(sent);
        }
        return box == null ? Integer.valueOf(DEFAULT_RADIUS_METRES) : null;
    }

    private static Filters filters(Request request) {
        Long height = request.queryLong("height");
        return new Filters(
                request.queryLong("maxPrice"),
                request.queryList("type").stream().map(ListingType::valueOf).collect(Collectors.toSet()),
                request.queryList("amenities").stream()
                        .map(amenity -> requireNonNullElse(Amenity.normalise(amenity), amenity))
                        .collect(Collectors.toSet()),
                request.queryBoolean("instant", false),
                request.queryBoolean("accessible", false),
                height == null ? null : Integer.valueOf(Math.toIntExact(height)));
    }

    private TimeRange stay(Request request) {
        Instant now = clock.instant();
        Instant sentFrom = request.queryInstant("from");
        Instant sentTo = request.queryInstant("to");
        if (sentFrom != null && sentFrom.isBefore(now.minus(config.pastTolerance()))) {
            throw refused("The stay must not begin in the past", "/query/from");
        }
        Instant from = sentFrom == null ? now.plus(config.defaultLead()).truncatedTo(ChronoUnit.MINUTES) : sentFrom;
        Instant to = sentTo == null ? from.plus(config.defaultStay()) : sentTo;
        if (!from.isBefore(to)) {
            throw refused("The stay must end after it begins", "/query/to");
        }
        TimeRange stay = new TimeRange(from, to);
        if (stay.duration().compareTo(Pricing.MAX_STAY) > 0) {
            throw refused("A stay is at most %d days long".formatted(Pricing.MAX_STAY.toDays()), "/query/to");
        }
        return stay;
    }

    private static Rejection refused(String detail, String pointer) {
        return new Rejection(ProblemType.UNPROCESSABLE, detail, pointer);
    }

    /** How full it is, as the contract has it. */
    record HeatView(int zoom, Instant at, List<HeatCell> cells) {}

    /** Listings put together, as the contract has it. */
    record ClustersView(int zoom, boolean exact, List<ClusterView> items) {}

    /** One of them. */
    record ClusterView(String tile, GeoPoint location, int listings, int capacity, int freeSlots, Money cheapestHour) {
        static ClusterView of(Cluster cluster) {
            return new ClusterView(
                    cluster.tile().toString(),
                    cluster.middle(),
                    cluster.listings(),
                    cluster.capacity(),
                    cluster.free(),
                    cluster.cheapestHour());
        }
    }

    /** What may be meant, as the contract has it. */
    record SuggestionsView(List<SuggestionView> items) {}

    /**
     * One of them.
     *
     * @param id of a listing; null for a place
     * @param note what tells it from others of its name
     */
    record SuggestionView(
            String kind,
            @Nullable ListingId id,
            String label,
            @Nullable String note,
            GeoPoint location) {
        static SuggestionView of(Place place) {
            return new SuggestionView(place.kind().name(), null, place.name(), place.town(), place.location());
        }

        static SuggestionView of(Suggested listing) {
            return new SuggestionView("LISTING", listing.id(), listing.title(), listing.address(), listing.location());
        }
    }

    /**
     * An item as the contract has it; nobody has rated anything yet.
     *
     * @param accessible true, or left out
     */
    record ItemView(
            ListingId id,
            String title,
            ListingType type,
            GeoPoint location,
            Money price,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Double rating,

            int reviewCount,
            int freeSlots,
            int capacity,
            @Nullable Integer distanceMeters,
            @Nullable Integer walkingMinutes,
            String timeZone,
            boolean instantBook,
            @Nullable Boolean accessible,
            boolean demo,
            long version) {
        static ItemView of(Item item) {
            return new ItemView(
                    item.id(),
                    item.title(),
                    item.type(),
                    item.location(),
                    item.price(),
                    null,
                    0,
                    item.freeSlots(),
                    item.capacity(),
                    item.distanceMetres(),
                    item.walkingMinutes(),
                    item.timeZone(),
                    item.instantBook(),
                    item.accessibleOnly() ? Boolean.TRUE : null,
                    item.demo(),
                    item.version());
        }
    }
}
