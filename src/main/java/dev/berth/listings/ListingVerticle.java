package dev.berth.listings;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.availability.StayDefaults;
import dev.berth.listings.ListingCommand.AddSlot;
import dev.berth.listings.ListingCommand.ChangeSlot;
import dev.berth.listings.ListingCommand.CreateListing;
import dev.berth.listings.ListingCommand.DeleteListing;
import dev.berth.listings.ListingCommand.ExportListings;
import dev.berth.listings.ListingCommand.GetAvailability;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingCommand.ImportListings;
import dev.berth.listings.ListingCommand.ListListings;
import dev.berth.listings.ListingCommand.ListingAvailability;
import dev.berth.listings.ListingCommand.ListingPage;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.listings.ListingCommand.ReadDocument;
import dev.berth.listings.ListingCommand.SetAvailability;
import dev.berth.listings.ListingCommand.SetTariff;
import dev.berth.listings.ListingCommand.SlotChange;
import dev.berth.listings.ListingCommand.UpdateListing;
import dev.berth.listings.ListingEvent.ListingChanged;
import dev.berth.listings.ListingEvent.ListingDeleted;
import dev.berth.listings.ListingSql.Locked;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.Outbox.Changes;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.SqlConnection;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Serves {@link ListingCommand}s. Deploy on virtual threads: handlers await. */
public final class ListingVerticle extends VerticleBase {
    private final Bus bus;
    private final Db db;
    private final Outbox outbox;
    private final ListingSql sql;
    private final Importer importer;
    private final OnceSql onceSql;
    private final AvailabilityCheck availability;

    /** @param defaults what counts where a host says nothing */
    public ListingVerticle(
            Bus bus, Db db, Outbox outbox, JsonMapper json, ListingConfig config, StayDefaults defaults) {
        this.bus = bus;
        this.db = db;
        this.outbox = outbox;
        this.sql = new ListingSql(json);
        this.importer = new Importer(outbox, sql, json);
        this.onceSql = new OnceSql(json);
        this.availability = new AvailabilityCheck(config, defaults);
    }

    @Override
    public Future<?> start() {
        return bus.serve(ListingCommand.ADDRESS, ListingCommand.class, this::handle);
    }

    private Message handle(ListingCommand<?> command) {
        return switch (command) {
            case GetListing c -> c.reply(get(c.listing()));
            case GetTariff c -> c.reply(tariff(c.listing()));
            case GetAvailability c -> c.reply(availability(c.listing()));
            case ExportListings c ->
                c.reply(new ListingPage(sql.page(db, c.after(), Math.min(c.limit(), ExportListings.MAX_EXPORT))));
            case ListListings c -> c.reply(list(c));
            case CreateListing c -> c.reply(create(c));
            case UpdateListing c -> c.reply(update(c));
            case DeleteListing c -> c.reply(delete(c));
            case SetTariff c -> c.reply(setTariff(c));
            case SetAvailability c -> c.reply(setAvailability(c));
            case AddSlot c -> c.reply(addSlot(c));
            case ChangeSlot c -> c.reply(changeSlot(c));
            case ReadDocument c -> c.reply(DocumentReader.read(c));
            case ImportListings c -> {
                requireHost(c.actor());
                yield c.reply(importer.run(c));
            }
        };
    }

    private Listing get(ListingId id) {
        Listing listing = sql.get(db, id);
        if (listing == null) {
            throw notFound();
        }
        return listing;
    }

    private ListingTariff tariff(ListingId id) {
        ListingTariff tariff = sql.tariff(db, id);
        if (tariff == null) {
            throw notFound();
        }
        return tariff;
    }

    private ListingAvailability availability(ListingId id) {
        ListingAvailability found = sql.availability(db, id);
        if (found == null) {
            throw notFound();
        }
        return found;
    }

    private ListingPage list(ListListings command) {
        int limit = Math.min(command.limit(), ListListings.MAX_PAGE);
        UserId owner = command.owner();
        return new ListingPage(
                owner == null ? sql.page(db, command.after(), limit) : sql.pageOf(db, owner, command.after(), limit));
    }

    private Listing create(CreateListing command) {
        requireHost(command.actor());
        SlotPlan plan = SlotPlan.of(List.of(), command.slots(), Ids::next);
        return outbox.inTransaction(changes -> onceSql.once(
                changes.connection(), command.actor(), "createListing", command.once(), Listing.class, () -> {
                    Listing listing = command.details()
                            .listing(ListingId.next(), 1, command.actor().user(), false, null, plan.slots());
                    sql.insert(changes.connection(), List.of(new ListingSql.Insert(listing, null)));
                    changes.record(new ListingChanged(listing));
                    return listing;
                }));
    }

    private Listing update(UpdateListing command) {
        return outbox.inTransaction(changes -> {
            Listing before = own(changes.connection(), command.actor(), command.listing(), command.expectedVersion());
            Integer capacity = command.capacity();
            List<SlotDraft> wanted = command.slots();
            if (wanted == null) {
                wanted = capacity == null
                        ? before.slots().stream().map(SlotDraft::of).toList()
                        : SlotPlan.resized(before.slots(), capacity);
            }
            return change(changes, before, command.details(), wanted);
        });
    }

    private ListingTariff setTariff(SetTariff command) {
        Listing after = outbox.inTransaction(changes -> {
            Listing before = own(changes.connection(), command.actor(), command.listing(), command.expectedVersion());
            ListingDetails details = ListingDetails.of(before).withTariff(command.tariff());
            return change(
                    changes,
                    before,
                    details,
                    before.slots().stream().map(SlotDraft::of).toList());
        });
        return new ListingTariff(after.id(), after.version(), after.timeZone(), after.tariff());
    }

    private ListingAvailability setAvailability(SetAvailability command) {
        Listing after = outbox.inTransaction(changes -> {
            Listing before = own(changes.connection(), command.actor(), command.listing(), command.expectedVersion());
            availability.check(command.availability(), ZoneId.of(before.timeZone()));
            return change(
                    changes,
                    before.withAvailability(command.availability()),
                    before,
                    ListingDetails.of(before),
                    drafts(before));
        });
        return new ListingAvailability(after.id(), after.version(), after.timeZone(), after.availability());
    }

    private Done delete(DeleteListing command) {
        return outbox.inTransaction(changes -> {
            Listing before = own(changes.connection(), command.actor(), command.listing(), command.expectedVersion());
            long version = before.version() + 1;
            sql.delete(changes.connection(), before.id(), version);
            changes.record(new ListingDeleted(before.id(), version));
            return Done.DONE;
        });
    }

    private SlotChange addSlot(AddSlot command) {
        return outbox.inTransaction(changes -> {
            // Before the key, whose answer must not tell whether somebody else's listing exists.
            Listing before = own(changes.connection(), command.actor(), command.listing(), null);
            return onceSql.once(
                    changes.connection(), command.actor(), "addSlot", command.once(), SlotChange.class, () -> {
                        List<SlotDraft> wanted = drafts(before);
                        wanted.add(new SlotDraft(null, command.name(), command.kind(), command.bay()));
                        if (before.slots().stream()
                                .anyMatch(slot ->
                                        slot.name().equals(wanted.getLast().name()))) {
                            throw new Rejection(ProblemType.CONFLICT, "this listing has a slot of that name", "/name");
                        }
                        Listing after = change(changes, before, ListingDetails.of(before), wanted);
                        return new SlotChange(
                                after.id(), after.version(), after.slots().getLast(), false);
                    });
        });
    }

    private SlotChange changeSlot(ChangeSlot command) {
        return outbox.inTransaction(changes -> {
            Listing before = own(changes.connection(), command.actor(), command.listing(), command.expectedVersion());
            Slot slot = sql.allSlots(changes.connection(), before.id()).stream()
                    .map(SlotPlan.Stored::slot)
                    .filter(stored -> stored.id().equals(command.slot()))
                    .findFirst()
                    .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "this listing has no such slot"));
            List<SlotDraft> wanted = drafts(before);
            int index = before.slots().indexOf(slot);
            boolean retired = command.retired() == null ? index < 0 : command.retired();
            if (retired && (command.name() != null || command.kind() != null || command.bay() != null)) {
                throw new Rejection(ProblemType.ILLEGAL_STATE, "a retired slot cannot be changed otherwise");
            }
            SlotDraft draft = new SlotDraft(
                    slot.id(),
                    Objects.requireNonNullElse(command.name(), slot.name()),
                    Objects.requireNonNullElse(command.kind(), slot.kind()),
                    command.bay() == null ? slot.bay() : command.bay());
            if (index >= 0 && retired) {
                if (wanted.size() == 1) {
                    throw new Rejection(
                            ProblemType.ILLEGAL_STATE, "the last slot of a listing stays: delete the listing instead");
                }
                wanted.remove(index);
            } else if (index >= 0) {
                wanted.set(index, draft);
            } else if (!retired) {
                wanted.add(draft);
            }
            Listing after = change(changes, before, ListingDetails.of(before), wanted);
            Slot now = after.slots().stream()
                    .filter(other -> other.id().equals(slot.id()))
                    .findFirst()
                    .orElse(slot);
            return new SlotChange(after.id(), after.version(), now, retired);
        });
    }

    private static List<SlotDraft> drafts(Listing listing) {
        return new ArrayList<>(listing.slots().stream().map(SlotDraft::of).toList());
    }

    /** The actor's listing, locked until the end of the transaction. */
    private Listing own(SqlConnection connection, Principal actor, ListingId id, @Nullable Long expectedVersion) {
        Locked locked = sql.lock(connection, id);
        if (locked == null) {
            throw notFound();
        }
        if (!locked.owner().equals(actor.user())) {
            throw new Rejection(ProblemType.FORBIDDEN, "this listing is somebody else's");
        }
        if (expectedVersion != null && expectedVersion != locked.version()) {
            throw new Rejection(
                    ProblemType.PRECONDITION_FAILED, "the listing's version is " + locked.version() + " by now");
        }
        return sql.read(connection, id);
    }

    /** Writes what is new; when nothing is, the version stays. */
    private Listing change(Changes changes, Listing before, ListingDetails details, List<SlotDraft> wanted) {
        return change(changes, before, before, details, wanted);
    }

    /** @param source of what neither details nor slots say */
    private Listing change(
            Changes changes, Listing source, Listing before, ListingDetails details, List<SlotDraft> wanted) {
        SlotPlan plan = SlotPlan.of(sql.allSlots(changes.connection(), before.id()), wanted, Ids::next);
        Listing same = withVersion(source, before.version(), details, plan);
        if (same.equals(before) && plan.isEmpty()) {
            return before;
        }
        Listing after = withVersion(source, before.version() + 1, details, plan);
        sql.update(changes.connection(), after);
        sql.apply(changes.connection(), after.id(), plan);
        changes.record(new ListingChanged(after));
        return after;
    }

    private static Listing withVersion(Listing before, long version, ListingDetails details, SlotPlan plan) {
        return details.listing(before.id(), version, before.owner(), before.demo(), before.attribution(), plan.slots())
                .withAvailability(before.availability());
    }

    private static void requireHost(Principal actor) {
        if (actor.isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "who offers places has an account");
        }
        if (!actor.roles().contains(Role.HOST) && !actor.roles().contains(Role.OPERATOR)) {
            throw new Rejection(ProblemType.FORBIDDEN, "only hosts and operators offer listings");
        }
    }

    private static Rejection notFound() {
        return new Rejection(ProblemType.NOT_FOUND, "there is no such listing");
    }
}
