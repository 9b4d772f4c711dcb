package dev.berth.access;

import dev.berth.access.AccessCommand.GateSettings;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.UserId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose gates are, and how they fail: remembered by this node, because that is needed just when nobody can be asked. What
 * is remembered longer than it may be is asked anew, and used on when there is no answer.
 *
 * <p>Belongs to one verticle: nothing here is safe for several threads, and nothing has to be.
 */
final class Gates {
    private final Bus bus;
    private final AccessSql sql;
    private final Announcer announcer;
    private final AccessConfig config;
    private final Map<ListingId, Gate> known;

    Gates(Bus bus, AccessSql sql, Announcer announcer, AccessConfig config) {
        this.bus = bus;
        this.sql = sql;
        this.announcer = announcer;
        this.config = config;
        this.known = new Recent(config.gateCacheSize());
    }

    record Gate(UserId owner, int capacity, GateSettings settings, long untilNanos) {}

    private static final class Recent extends LinkedHashMap<ListingId, Gate> {
        private static final long serialVersionUID = 1L;
        private static final int INITIAL_CAPACITY = 64;
        private static final float LOAD_FACTOR = 0.75f;

        private final int size;

        Recent(int size) {
            super(INITIAL_CAPACITY, LOAD_FACTOR, true);
            this.size = size;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ListingId, Gate> eldest) {
            return size() > size;
        }
    }

    /**
     * The gate of a listing for its owner.
     *
     * @throws Rejection NOT_FOUND when there is no such listing, FORBIDDEN when it is somebody else's
     */
    Gate own(Principal actor, ListingId listing) {
        Gate gate = get(listing);
        if (!gate.owner().equals(actor.user()) && !actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the owner of the listing may do this");
        }
        return gate;
    }

    Gate get(ListingId listing) {
        Gate gate = known.get(listing);
        if (gate != null && gate.untilNanos() - System.nanoTime() > 0) {
            return gate;
        }
        try {
            return load(listing);
        } catch (Rejection rejection) {
            if (gate != null && rejection.problem().type() == ProblemType.UNAVAILABLE) {
                return gate;
            }
            throw rejection;
        }
    }

    private Gate load(ListingId listing) {
        var found = bus.ask(new GetListing(listing), config.answerWithin()).await();
        GateSettings settings = sql.settings(listing);
        return remember(listing, found.owner(), found.capacity(), settings == null ? defaults(listing) : settings);
    }

    private Gate remember(ListingId listing, UserId owner, int capacity, GateSettings settings) {
        long until = System.nanoTime() + config.gateCacheTime().toNanos();
        Gate gate = new Gate(owner, capacity, settings, until);
        known.put(listing, gate);
        return gate;
    }

    private GateSettings defaults(ListingId listing) {
        return new GateSettings(
                listing, config.failEntry(), config.failExit(), config.reentry(), false, false, false, false, 0);
    }

    GateSettings read(AccessCommand.GetGate command) {
        own(command.actor(), command.listing());
        @Nullable GateSettings settings = sql.settings(command.listing());
        return settings == null ? defaults(command.listing()) : settings;
    }

    GateSettings change(AccessCommand.SetGate command) {
        Gate gate = own(command.actor(), command.listing());
        GateSettings settings = sql.change(command);
        if (settings == null) {
            throw new Rejection(ProblemType.PRECONDITION_FAILED, "the gate has been changed meanwhile");
        }
        announcer.announce(new AccessEvent.GateChanged(
                settings.listingId(),
                settings.seesEntry(),
                settings.seesExit(),
                settings.releaseNoShows(),
                settings.version()));
        remember(command.listing(), gate.owner(), gate.capacity(), settings);
        return settings;
    }
}
