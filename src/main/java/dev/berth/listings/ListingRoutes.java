package dev.berth.listings;

import dev.berth.identity.IdentityCommand.GetVehicle;
import dev.berth.listings.ListingCommand.AddSlot;
import dev.berth.listings.ListingCommand.ChangeSlot;
import dev.berth.listings.ListingCommand.CreateListing;
import dev.berth.listings.ListingCommand.DeleteListing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingCommand.ListListings;
import dev.berth.listings.ListingCommand.ListingPage;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.listings.ListingCommand.SetTariff;
import dev.berth.listings.ListingCommand.SlotChange;
import dev.berth.listings.ListingCommand.UpdateListing;
import dev.berth.listings.ListingJson.AmenityView;
import dev.berth.listings.ListingJson.ListingBody;
import dev.berth.listings.ListingJson.ListingView;
import dev.berth.listings.ListingJson.PreviewBody;
import dev.berth.listings.ListingJson.PreviewView;
import dev.berth.listings.ListingJson.PreviewedPrice;
import dev.berth.listings.ListingJson.PriceView;
import dev.berth.listings.ListingJson.SlotBody;
import dev.berth.listings.ListingJson.SlotPatch;
import dev.berth.listings.ListingJson.SlotView;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.LocalTimes;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Price;
import dev.berth.pricing.Pricing;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.VehicleTraits;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listings operations of the HTTP contract: one operation, one command. */
public final class ListingRoutes {
    private static final List<AmenityView> AMENITIES = Arrays.stream(Amenity.values())
            .map(amenity -> new AmenityView(amenity.name(), amenity.label()))
            .toList();

    private final Bus bus;

    public ListingRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listListings", this::listListings);
        operations.on("createListing", this::createListing);
        operations.on("getListing", this::getListing);
        operations.on("updateListing", this::updateListing);
        operations.on("deleteListing", this::deleteListing);
        operations.on("getTariff", this::getTariff);
        operations.on("updateTariff", this::updateTariff);
        operations.on("getPrice", this::getPrice);
        operations.on("previewPrices", this::previewPrices);
        operations.on("listSlots", this::listSlots);
        operations.on("addSlot", this::addSlot);
        operations.on("updateSlot", this::updateSlot);
        operations.on("listAmenities", request -> Future.succeededFuture(Response.page(AMENITIES, null)));
    }

    private Future<Response> listListings(Request request) {
        int limit = request.limit();
        // One more than asked for tells whether there is a next page.
        return bus.ask(new ListListings(owner(request), after(request), limit + 1))
                .map(ListingPage::listings)
                .map(listings -> {
                    boolean more = listings.size() > limit;
                    List<Listing> page = more ? listings.subList(0, limit) : listings;
                    return Response.page(
                            page.stream().map(ListingView::inList).toList(),
                            more ? page.getLast().id().toString() : null);
                });
    }

    private static @Nullable UserId owner(Request request) {
        String owner = request.query("owner");
        if (owner == null) {
            return null;
        }
        if (owner.equals("me")) {
            Principal principal = request.principalOrNull();
            if (principal == null) {
                throw new Rejection(ProblemType.UNAUTHENTICATED, "whose listings are yours is known after logging in");
            }
            return principal.user();
        }
        try {
            return new UserId(Ids.parse(owner));
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "must be me or the id of a user", "/query/owner");
        }
    }

    private static @Nullable ListingId after(Request request) {
        String cursor = request.query("cursor");
        try {
            return cursor == null ? null : ListingId.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "take the cursor from the page before", "/query/cursor");
        }
    }

    private Future<Response> createListing(Request request) {
        ListingBody body = request.body(ListingBody.class);
        return bus.ask(new CreateListing(request.principal(), body.details(), body.newSlots(), once(request)))
                .map(listing -> Response.created(ListingView.whole(listing), "/api/v1/listings/" + listing.id())
                        .etag(listing.version()));
    }

    private Future<Response> getListing(Request request) {
        return bus.ask(new GetListing(listing(request))).map(ListingRoutes::whole);
    }

    private Future<Response> updateListing(Request request) {
        Long version = request.ifMatch();
        if (version == null) {
            throw new Rejection(
                    ProblemType.PRECONDITION_REQUIRED, "send the version that you have read", "/header/If-Match");
        }
        ListingBody body = request.body(ListingBody.class);
        return bus.ask(new UpdateListing(
                        request.principal(),
                        listing(request),
                        version,
                        body.details(),
                        body.slotDrafts(),
                        body.capacity()))
                .map(ListingRoutes::whole);
    }

    private static Response whole(Listing listing) {
        return Response.ok(ListingView.whole(listing)).etag(listing.version());
    }

    private Future<Response> deleteListing(Request request) {
        return bus.ask(new DeleteListing(request.principal(), listing(request), request.ifMatch()))
                .map(done -> Response.noContent());
    }

    private Future<Response> getTariff(Request request) {
        return bus.ask(new GetTariff(listing(request))).map(ListingRoutes::tariff);
    }

    private Future<Response> updateTariff(Request request) {
        TariffBody body = request.body(TariffBody.class);
        ListingId listing = listing(request);
        // Times are the place's: its zone is asked for only where the tariff has some.
        Future<@Nullable ZoneId> zone = body.events() == null
                ? Future.succeededFuture()
                : bus.ask(new GetTariff(listing)).map(tariff -> ZoneId.of(tariff.timeZone()));
        return zone.compose(place ->
                        bus.ask(new SetTariff(request.principal(), listing, request.ifMatch(), body.tariff("", place))))
                .map(ListingRoutes::tariff);
    }

    private static Response tariff(ListingTariff tariff) {
        return Response.ok(TariffBody.of(tariff.tariff(), ZoneId.of(tariff.timeZone())))
                .etag(tariff.version());
    }

    private Future<Response> getPrice(Request request) {
        return bus.ask(new GetTariff(listing(request)))
                .compose(tariff -> vehicle(request).map(vehicle -> price(request, tariff, vehicle)));
    }

    private static Response price(Request request, ListingTariff tariff, VehicleTraits vehicle) {
        ZoneId zone = ZoneId.of(tariff.timeZone());
        TimeRange stay = stay(request.requiredQuery("from"), request.requiredQuery("to"), zone, "/query");
        Price price = Pricing.price(tariff.tariff(), stay, zone, vehicle);
        return Response.ok(new PriceView(
                tariff.listing(), stay.from(), stay.to(), tariff.timeZone(), price.lines(), price.total()));
    }

    private Future<Response> previewPrices(Request request) {
        PreviewBody body = request.body(PreviewBody.class);
        ZoneId zone;
        try {
            zone = ZoneId.of(body.timeZone());
        } catch (DateTimeException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "must be a zone of the IANA database", "/timeZone");
        }
        Tariff tariff = body.tariff().tariff("/tariff", zone);
        List<PreviewedPrice> items = body.stays().stream()
                .map(each -> stay(each.from(), each.to(), zone, ""))
                .map(stay -> {
                    Price price = Pricing.price(tariff, stay, zone);
                    return new PreviewedPrice(stay.from(), stay.to(), price.lines(), price.total());
                })
                .toList();
        return Future.succeededFuture(Response.ok(new PreviewView(items)));
    }

    /** Whatever anybody says of a vehicle, or what its owner has said of it. */
    private Future<VehicleTraits> vehicle(Request request) {
        String named = request.query("vehicleId");
        if (named == null) {
            Long height = request.queryLong("height");
            return Future.succeededFuture(
                    new VehicleTraits(height == null ? 0 : Math.toIntExact(height), request.queryBoolean("ev", false)));
        }
        Principal owner = request.principalOrNull();
        if (owner == null) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "a vehicle has an owner: log in to name it");
        }
        return bus.ask(new GetVehicle(owner.user(), new VehicleId(Ids.parse(named))))
                .map(facts -> new VehicleTraits(facts.heightCentimetres(), facts.ev()));
    }

    /** As a quote reads it. */
    private static TimeRange stay(String begin, String end, ZoneId zone, String pointer) {
        Instant from = LocalTimes.instant(begin, zone, pointer + "/from");
        Instant to = LocalTimes.instant(end, zone, pointer + "/to");
        if (!from.isBefore(to)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "must be after from", pointer + "/to");
        }
        TimeRange stay = new TimeRange(from, to);
        if (stay.duration().compareTo(Pricing.MAX_STAY) > 0) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "must be at most %d days after from".formatted(Pricing.MAX_STAY.toDays()),
                    pointer + "/to");
        }
        return stay;
    }

    private Future<Response> listSlots(Request request) {
        int limit = request.limit();
        int first = firstSlot(request);
        return bus.ask(new GetListing(listing(request))).map(Listing::slots).map(slots -> {
            int begin = Math.min(first, slots.size());
            int end = Math.min(begin + limit, slots.size());
            return Response.page(slots.subList(begin, end), end < slots.size() ? Integer.toString(end) : null);
        });
    }

    private static int firstSlot(Request request) {
        String cursor = request.query("cursor");
        try {
            int first = cursor == null ? 0 : Integer.parseInt(cursor);
            if (first >= 0 && first <= Listing.MAX_CAPACITY) {
                return first;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new Rejection(ProblemType.INVALID_CURSOR, "take the cursor from the page before", "/query/cursor");
    }

    private Future<Response> addSlot(Request request) {
        SlotDraft draft = request.body(SlotBody.class).draft();
        ListingId listing = listing(request);
        return bus.ask(new AddSlot(
                        request.principal(), listing, draft.name(), draft.kind(), draft.bay(), once(request)))
                .map(change -> Response.created(
                                slot(change),
                                "/api/v1/listings/" + listing + "/slots/"
                                        + change.slot().id())
                        .etag(change.version()));
    }

    private Future<Response> updateSlot(Request request) {
        SlotPatch patch = request.body(SlotPatch.class);
        return bus.ask(new ChangeSlot(
                        request.principal(),
                        listing(request),
                        new SlotId(request.pathId("slotId")),
                        request.ifMatch(),
                        patch.name(),
                        patch.kind(),
                        patch.bay(),
                        patch.retired()))
                .map(change -> Response.ok(slot(change)).etag(change.version()));
    }

    private static SlotView slot(SlotChange change) {
        Slot slot = change.slot();
        return new SlotView(slot.id(), slot.name(), slot.kind(), slot.position(), slot.bay(), change.retired());
    }

    private static ListingId listing(Request request) {
        return new ListingId(request.pathId("id"));
    }

    private static @Nullable Once once(Request request) {
        String key = request.idempotencyKey();
        return key == null ? null : new Once(key, HexFormat.of().formatHex(request.fingerprint()));
    }
}
