package dev.berth.subscriptions;

import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionCommand.ChangePlan;
import dev.berth.subscriptions.SubscriptionCommand.CreatePlan;
import dev.berth.subscriptions.SubscriptionCommand.ListPlans;
import dev.berth.subscriptions.SubscriptionCommand.PlanList;
import dev.berth.subscriptions.SubscriptionCommand.WithdrawPlan;
import dev.berth.values.PlanId;
import dev.berth.values.Principal;
import org.jspecify.annotations.Nullable;

/** What the owners of places offer. */
final class Plans {
    private static final int MAX_PLACES = 10_000;

    private final Bus bus;
    private final PlanSql sql;
    private final Outbox outbox;
    private final OnceSql once;
    private final SubscriptionConfig config;

    Plans(Bus bus, PlanSql sql, Outbox outbox, OnceSql once, SubscriptionConfig config) {
        this.bus = bus;
        this.sql = sql;
        this.outbox = outbox;
        this.once = once;
        this.config = config;
    }

    PlanList list(ListPlans command) {
        return new PlanList(sql.list(command.listing(), config.plansMax()));
    }

    Plan create(CreatePlan command) {
        Principal actor = command.actor();
        Listing listing = bus.ask(new GetListing(command.listing())).await();
        if (!listing.owner().equals(actor.user()) && !actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the owner of the listing may do this");
        }
        requirePlaces(command.places());
        if (!command.terms().price().currency().equals(listing.tariff().currency())) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "prices of this place are in " + listing.tariff().currency(),
                    "/price/currency");
        }
        if (command.terms().concurrency() > listing.slots().size()) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the place has not so many bays", "/concurrency");
        }
        return outbox.inTransaction(changes ->
                once.once(changes.connection(), actor, "createPlan", command.once(), Plan.class, () -> {
                    if (sql.count(changes.connection(), command.listing()) >= config.plansMax()) {
                        String detail = "a place offers %d plans at most: withdraw one".formatted(config.plansMax());
                        throw new Rejection(ProblemType.UNPROCESSABLE, detail);
                    }
                    return sql.insert(
                            changes.connection(),
                            PlanId.next(),
                            command.listing(),
                            listing.owner(),
                            command.terms(),
                            command.places());
                }));
    }

    Plan change(ChangePlan command) {
        Plan before = own(command.actor(), command.plan());
        requirePlaces(command.places());
        if (before.terms().kind() != command.terms().kind()) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a plan stays of its kind", "/kind");
        }
        if (!before.terms().price().currency().equals(command.terms().price().currency())) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a plan keeps its currency", "/price/currency");
        }
        if (!sql.change(command.plan(), command.terms(), command.places(), command.expectedVersion())) {
            throw new Rejection(ProblemType.PRECONDITION_FAILED, "the plan has been changed meanwhile");
        }
        return get(command.plan());
    }

    Done withdraw(WithdrawPlan command) {
        if (!sql.owner(command.plan())
                .filter(owner ->
                        owner.equals(command.actor().user()) || command.actor().isAdmin())
                .isPresent()) {
            throw none();
        }
        sql.withdraw(command.plan());
        return Done.DONE;
    }

    Plan get(PlanId plan) {
        return sql.find(plan).orElseThrow(Plans::none);
    }

    /** One of the actor's; what is somebody else's they need not know how to change. */
    Plan own(Principal actor, PlanId id) {
        Plan plan = get(id);
        if (!plan.owner().equals(actor.user()) && !actor.isAdmin()) {
            throw none();
        }
        return plan;
    }

    /** What is sold of what is offered. */
    static PassTerms sold(PassTerms offered, @Nullable Integer vehicles) {
        try {
            return offered.sold(vehicles);
        } catch (IllegalArgumentException e) {
            String detail = e.getMessage() == null ? "this plan is for fewer" : e.getMessage();
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/vehiclesAtOnce");
        }
    }

    private static void requirePlaces(int places) {
        if (places < 1 || places > MAX_PLACES) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "1 to %d places".formatted(MAX_PLACES), "/places");
        }
    }

    private static Rejection none() {
        return new Rejection(ProblemType.NOT_FOUND, "there is no such plan");
    }
}
