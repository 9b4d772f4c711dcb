package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.param.ChargeListParams;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.ModelHistory.Known;
import dev.berth.bookings.Transitions.Transition;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many at once on two nodes do what comes to their minds, and what has happened is compared with a car park that one person
 * keeps: every event, in the order of the calendars, told to a sequential model; every answer that anybody was given, with
 * what the model knows of that version; every booking's money, with the rules.
 *
 * <p>What each of them tries follows from a seed, which is printed; {@code -Dberth.model.seed=…} tries the same again, and
 * {@code -Dberth.model.steps=…} and {@code -Dberth.model.actors=…} more or less of it. What meets what when is the
 * machine's choice, so a rare failure may take some runs of its seed. The history of a failure is kept in
 * {@code target/model}.
 */
@WithServices
class ModelIT {
    private static final int ACTORS = Integer.getInteger("berth.model.actors", 64);
    private static final int STEPS = Integer.getInteger("berth.model.steps", 32);
    /** From so many steps on, every state has been come to, by all that chance allows. */
    private static final int ENOUGH = 64 * 32;

    private static final Duration REST_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();
    private static final int SHOWN = 25;

    /** States that nothing leads to yet. */
    private static final Set<BookingStatus> NOT_YET = EnumSet.of(BookingStatus.NO_SHOW);

    private final ModelHistory history = new ModelHistory();

    @Test
    @Tag("rule-1")
    @Tag("rule-9")
    @Tag("rule-10")
    @Tag("rule-13")
    @Tag("rule-29")
    void whatManyDoAtOnce_couldHaveBeenDoneByOneAfterTheOther(Services services, @TempDir Path folder)
            throws Exception {
        long seed = Long.getLong("berth.model.seed", new Random().nextLong());
        System.out.printf("model: seed %d, %d actors of %d steps%n", seed, ACTORS, STEPS);
        try (ModelNodes nodes = new ModelNodes(services, folder);
                ModelDatabase database = new ModelDatabase(nodes.database())) {
            long begin = System.nanoTime();
            walk(nodes, seed);
            long walked = System.nanoTime();
            List<String> wrongs = new ArrayList<>(rest(database));
            long rested = System.nanoTime();
            wrongs.addAll(asked(nodes));
            nodes.stop();
            ModelReplay replay = replayed(database);
            wrongs.addAll(history.wrongs());
            wrongs.addAll(replay.wrongs());
            wrongs.addAll(history.stepsBack());
            wrongs.addAll(database.neverSo());
            wrongs.addAll(database.illegalSteps());
            wrongs.addAll(database.wrongMoney());
            wrongs.addAll(provider(nodes, database));
            report(replay, database, List.of(walked - begin, rested - walked, System.nanoTime() - rested));
            if (ACTORS * STEPS >= ENOUGH) {
                Set<BookingStatus> never = EnumSet.allOf(BookingStatus.class);
                never.removeAll(replay.reached().keySet());
                never.removeAll(NOT_YET);
                never.forEach(status -> wrongs.add("no booking was ever " + status));
            }
            if (!wrongs.isEmpty()) {
                keep(seed, wrongs, database);
            }
            assertThat(wrongs.stream().limit(SHOWN))
                    .as("%d wrongs, seed %d", wrongs.size(), seed)
                    .isEmpty();
        }
    }

    private void walk(ModelNodes nodes, long seed) throws InterruptedException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        List<Thread> walking = new ArrayList<>();
        for (int i = 0; i < ACTORS; i++) {
            List<ModelStep> plan =
                    ModelStep.plan(seed, i, STEPS, nodes.listings().size());
            ModelActor actor = new ModelActor(nodes, history, i, now);
            walking.add(Thread.ofVirtual().name("actor" + i).start(() -> actor.walk(plan)));
        }
        for (Thread thread : walking) {
            thread.join();
        }
    }

    /** Waits until everything that ends by itself has ended, and all money is where it belongs. */
    private static List<String> rest(ModelDatabase database) {
        long end = System.nanoTime() + REST_WITHIN.toNanos();
        while (true) {
            List<String> left = database.underWay();
            if (left.isEmpty()) {
                left = database.wrongMoney();
            }
            if (left.isEmpty()) {
                return List.of();
            }
            if (System.nanoTime() - end > 0) {
                return List.of("no rest within %s: %s".formatted(REST_WITHIN, left));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Every request that was acknowledged, once more: the same booking, whatever has become of it. */
    private List<String> asked(ModelNodes nodes) {
        List<String> wrongs = new ArrayList<>();
        List<Known> all = history.bookings();
        List<Future<BookingDetails>> again = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            again.add(nodes.ask(i % 2, all.get(i).order()));
        }
        for (int i = 0; i < all.size(); i++) {
            String id = all.get(i).last().id().toString();
            String answered = answered(again.get(i));
            if (!answered.equals(id)) {
                wrongs.add("the order of %s, asked again in the end: %s".formatted(id, answered));
            }
        }
        return wrongs;
    }

    private static String answered(Future<BookingDetails> again) {
        try {
            return ModelNodes.await(again).booking().id().toString();
        } catch (Rejection rejection) {
            return rejection.problem().type() == ProblemType.PAYMENT_DECLINED
                    ? String.valueOf(rejection.problem().members().get("bookingId"))
                    : String.valueOf(rejection.getMessage());
        }
    }

    private ModelReplay replayed(ModelDatabase database) {
        ModelReplay replay = new ModelReplay();
        database.events().forEach(replay::happen);
        history.seen().forEach(replay::compare);
        database.bookings().forEach(replay::compare);
        replay.compare(database.live());
        Set<String> stored = new HashSet<>();
        database.bookings().forEach(booking -> stored.add(booking.id().toString()));
        history.bookings().stream()
                .filter(known -> !stored.contains(known.last().id().toString()))
                .forEach(known -> history.wrong(
                        "booking %s is lost".formatted(known.last().id())));
        return replay;
    }

    /** The provider has what the ledger says, and nothing that is not for a booking. */
    private static List<String> provider(ModelNodes nodes, ModelDatabase database) throws StripeException {
        StripeClient stripe = StripeClient.builder()
                .setApiKey(ModelNodes.providerKey())
                .setApiBase(nodes.provider())
                .build();
        Set<String> ours = database.intents();
        List<String> wrongs = new ArrayList<>();
        long held = 0;
        for (Charge charge : stripe.v1()
                .charges()
                .list(ChargeListParams.builder().setLimit(100L).build())
                .autoPagingIterable()) {
            if (charge.getStatus().equals("succeeded")) {
                held += charge.getAmount() - charge.getAmountRefunded();
                if (!ours.contains(charge.getPaymentIntent())) {
                    wrongs.add("the provider has charged %s, which is for no booking"
                            .formatted(charge.getPaymentIntent()));
                }
            }
        }
        if (held != database.clearing()) {
            wrongs.add("the provider holds %d, the ledger says %d".formatted(held, database.clearing()));
        }
        return wrongs;
    }

    private void report(ModelReplay replay, ModelDatabase database, List<Long> nanos) {
        System.out.printf(
                "model: %s for steps, rest and checks; %d bookings acknowledged, %d answers%n",
                nanos.stream().map(Duration::ofNanos).map(Duration::toSeconds).toList(),
                history.bookings().size(),
                history.seen().size());
        System.out.println("model: " + new TreeMap<>(history.counts()));
        System.out.println("model: states " + replay.reached());
        List<String> never = new ArrayList<>();
        List<String> often = new ArrayList<>();
        for (Transition step : Transitions.ALL) {
            String words = step.from() + " " + step.reason() + " " + step.to();
            Integer times = database.taken().get(step);
            if (times == null) {
                never.add(words);
            } else {
                often.add(words + " " + times);
            }
        }
        System.out.println("model: transitions " + often + ", never " + never);
    }

    private void keep(long seed, List<String> wrongs, ModelDatabase database) throws IOException {
        List<String> lines = new ArrayList<>(wrongs);
        lines.add("");
        history.seen().forEach(seen -> lines.add(seen.toString()));
        lines.add("");
        database.events().forEach(event -> lines.add(event.toString()));
        Path file = Path.of("target", "model", seed + ".txt");
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
        System.out.println("model: the history is in " + file);
    }
}
