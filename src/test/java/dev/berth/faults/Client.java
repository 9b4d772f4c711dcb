package dev.berth.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.faults.History.Call;
import dev.berth.faults.History.Outcome;
import dev.berth.testing.Api;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A person who works with Berth as the app does: any node that is ready, and the same request again when in doubt. */
final class Client {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    private static final Duration DECIDED_WITHIN = Duration.ofSeconds(30);

    private final World world;
    private final Api account;
    private final String name;
    private final Random random;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final Queue<Write> undecided = new ConcurrentLinkedQueue<>();
    private final Queue<Booked> booked = new ConcurrentLinkedQueue<>();
    private final Queue<Booked> cancellable = new ConcurrentLinkedQueue<>();
    private final Queue<String> arrived = new ConcurrentLinkedQueue<>();

    /** A request that changes something; repeated with its key until it is clear what became of it. */
    record Write(String operation, String path, JsonNode body, String key, Consumer<Answer> then) {}

    /** A booking that was answered with 201. */
    record Booked(JsonNode request, String key, String id) {}

    /** What came of a request. */
    record Answer(Outcome outcome, int status, JsonNode body) {
        boolean isDecided() {
            return outcome == Outcome.DONE || outcome == Outcome.REFUSED;
        }
    }

    Client(World world, String name, Api account, long seed) {
        this.world = world;
        this.name = name;
        this.account = account;
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    World world() {
        return world;
    }

    String userId() {
        return account.userId();
    }

    String token() {
        return account.token();
    }

    /** Was told that it is where it has booked. */
    void hasCome(String booking) {
        arrived.add(booking);
    }

    List<String> arrived() {
        return List.copyOf(arrived);
    }

    /** Bookings that it was told it has. */
    List<Booked> booked() {
        return List.copyOf(booked);
    }

    void has(Booked booking, boolean isPaid) {
        booked.add(booking);
        if (isPaid) {
            cancellable.add(booking);
        }
    }

    /** One of its paid bookings, once each; null when there is none left. */
    @Nullable
    Booked takeCancellable() {
        return cancellable.poll();
    }

    /** It is still there, and can be cancelled later. */
    void keeps(Booked booking) {
        cancellable.add(booking);
    }

    /** Sends until it is decided, or until the work is to end: then it is decided by {@link #decide}. */
    void certainly(Write write) {
        while (world.isWorking()) {
            Answer answer = send(write, world.anyNode(random));
            if (answer.isDecided()) {
                write.then().accept(answer);
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        undecided.add(write);
    }

    /** Asks again for what was not decided, until all is. */
    void decide() {
        for (Write write = undecided.poll(); write != null; write = undecided.poll()) {
            Write open = write;
            List<Answer> last = new ArrayList<>();
            Platform.await(open.operation() + " " + open.key() + " of " + name + " is decided", DECIDED_WITHIN, () -> {
                Answer answer = send(open, world.anyNode(random));
                last.add(answer);
                return answer.isDecided();
            });
            open.then().accept(last.getLast());
        }
    }

    Answer send(Write write, Node node) {
        return exchange(
                write.operation(),
                write.key(),
                node,
                request -> request.header("content-type", "application/json")
                        .header("idempotency-key", write.key())
                        .POST(BodyPublishers.ofString(write.body().toString())),
                write.path());
    }

    Answer get(String operation, String path) {
        return get(operation, path, world.anyNode(random));
    }

    Answer get(String operation, String path, Node node) {
        return exchange(operation, "", node, HttpRequest.Builder::GET, path);
    }

    private Answer exchange(
            String operation, String key, Node node, Consumer<HttpRequest.Builder> method, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url() + "/api/v1" + path))
                .timeout(TIMEOUT)
                .header("authorization", "Bearer " + account.token());
        method.accept(request);
        long begin = System.nanoTime();
        Answer answer;
        String detail;
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            JsonNode body = JSON.readTree(response.body());
            detail = body.path("code").asText();
            answer = new Answer(outcome(response.statusCode(), detail), response.statusCode(), body);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            answer = new Answer(Outcome.UNSENT, 0, JSON.missingNode());
            detail = e.getClass().getSimpleName();
        } catch (IOException e) {
            answer = new Answer(Outcome.LOST, 0, JSON.missingNode());
            detail = e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        world.history()
                .add(new Call(
                        operation,
                        name,
                        node.url(),
                        key,
                        begin,
                        System.nanoTime(),
                        answer.outcome(),
                        answer.status(),
                        detail));
        return answer;
    }

    private static Outcome outcome(int status, String code) {
        if (status < 300) {
            return Outcome.DONE;
        } else if (status == 503 || code.equals("IDEMPOTENCY_KEY_IN_USE")) {
            return Outcome.UNAVAILABLE;
        } else {
            return status >= 500 ? Outcome.FAULT : Outcome.REFUSED;
        }
    }

    /** One of several, by chance. */
    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Works on a thread of its own until the world rests. */
    Thread work(Supplier<Operations.Operation> next, Duration pace) {
        return Thread.ofVirtual().name(name).start(() -> {
            while (world.isWorking()) {
                long begin = System.nanoTime();
                next.get().run(this);
                LockSupport.parkNanos(pace.toNanos() - (System.nanoTime() - begin));
            }
        });
    }
}
