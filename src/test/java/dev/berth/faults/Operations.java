package dev.berth.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.faults.Client.Booked;
import dev.berth.faults.Client.Write;
import dev.berth.testing.Api;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What clients do, and how often. A later capability adds a line. */
final class Operations {
    /** How far ahead clients book: what the pins tell of. */
    private static final int DAYS_AHEAD = 9;

    private static final String CARD = "pm_card_visa";

    static final List<Operation> ALL = List.of(
            new Operation("hold", 3, client -> book(client, null)),
            new Operation("buy", 4, client -> book(client, CARD)),
            new Operation("top up", 1, Operations::topUp),
            new Operation("buy from the wallet", 2, Operations::buyFromWallet),
            new Operation("cancel", 2, Operations::cancel),
            new Operation("extend", 2, Operations::extend),
            new Operation("modify", 2, Operations::modify),
            new Operation("come", 2, Operations::come),
            new Operation("ask", 2, Operations::ask),
            new Operation("answer", 2, client -> answer(client.world().host())),
            new Operation("search", 3, client -> client.get("search", "/search/listings?" + World.AROUND)),
            new Operation("inbox", 1, client -> client.get("inbox", "/notifications")),
            new Operation("bookings", 1, client -> client.get("bookings", "/bookings?role=driver")));

    private Operations() {}

    /**
     * Something that a client does.
     *
     * @param weight how often it is done, beside the others
     */
    record Operation(String name, int weight, Consumer<Client> action) {
        void run(Client client) {
            action.accept(client);
        }
    }

    static Operation any(Client client) {
        int left =
                client.random().nextInt(ALL.stream().mapToInt(Operation::weight).sum());
        for (Operation operation : ALL) {
            left -= operation.weight();
            if (left < 0) {
                return operation;
            }
        }
        throw new IllegalStateException("weights");
    }

    private static void book(Client client, @Nullable String card) {
        quoted(client, client.any(client.world().listings()), answer -> {
            if (answer.status() == 201) {
                client.certainly(booking(client, answer.body(), card));
            }
        });
    }

    private static void topUp(Client client) {
        ObjectNode request = Api.object();
        request.putObject("amount").put("amount", 2_000).put("currency", "EUR");
        request.putObject("paymentMethod").put("type", "card").put("token", CARD);
        client.certainly(new Write("top up", "/wallet/top-ups", request, key(), answer -> {}));
    }

    /** Refused where there is not enough in it. */
    private static void buyFromWallet(Client client) {
        quoted(client, client.any(client.world().listings()), answer -> {
            if (answer.status() == 201) {
                ObjectNode request = Api.bookingOf(answer.body(), null);
                request.putObject("paymentMethod").put("type", "wallet");
                client.certainly(booking(client, request));
            }
        });
    }

    /** A price for some stay there. */
    private static void quoted(Client client, String listing, Consumer<Client.Answer> then) {
        Instant from = Instant.now()
                .truncatedTo(ChronoUnit.HOURS)
                .plus(24 + client.random().nextInt(24 * (DAYS_AHEAD - 1)), ChronoUnit.HOURS);
        Instant to = from.plus(1 + client.random().nextInt(3), ChronoUnit.HOURS);
        client.certainly(new Write("quote", "/quotes", quoteOf(listing, from, to), key(), then));
    }

    static ObjectNode quoteOf(String listing, Instant from, Instant to) {
        return Api.object()
                .put("listingId", listing)
                .put("from", from.toString())
                .put("to", to.toString());
    }

    static Write booking(Client client, JsonNode quote, @Nullable String card) {
        return booking(client, Api.bookingOf(quote, card));
    }

    private static Write booking(Client client, ObjectNode request) {
        String key = key();
        return new Write("book", "/bookings", request, key, answer -> {
            if (answer.status() == 201) {
                client.has(
                        new Booked(request, key, answer.body().path("id").asText()),
                        answer.body().path("status").asText().equals("CONFIRMED"));
            }
        });
    }

    private static void cancel(Client client) {
        Booked booking = client.takeCancellable();
        if (booking != null) {
            client.certainly(
                    new Write("cancel", "/bookings/" + booking.id() + "/cancel", Api.object(), key(), answer -> {}));
        }
    }

    private static void extend(Client client) {
        Booked booking = client.takeCancellable();
        if (booking == null) {
            return;
        }
        Client.Answer seen = client.get("booking", "/bookings/" + booking.id());
        if (seen.status() != 200) {
            client.keeps(booking);
            return;
        }
        Instant to = Instant.parse(seen.body().path("to").asText()).plus(1, ChronoUnit.HOURS);
        client.certainly(new Write(
                "extend",
                "/bookings/" + booking.id() + "/extend",
                Api.object().put("to", to.toString()),
                key(),
                answer -> client.keeps(booking)));
    }

    /** To another time, which may cost more or less. */
    private static void modify(Client client) {
        Booked booking = client.takeCancellable();
        if (booking == null) {
            return;
        }
        Client.Answer seen = client.get("booking", "/bookings/" + booking.id());
        if (seen.status() != 200) {
            client.keeps(booking);
            return;
        }
        quoted(client, seen.body().path("listing").path("id").asText(), quote -> {
            if (quote.status() != 201) {
                client.keeps(booking);
                return;
            }
            ObjectNode request = Api.object()
                    .put("quoteId", quote.body().path("quoteId").asText())
                    .set("finalPrice", quote.body().path("finalPrice"));
            client.certainly(new Write(
                    "modify",
                    "/bookings/" + booking.id() + "/modify",
                    request,
                    key(),
                    answer -> client.keeps(booking)));
        });
    }

    /** Books a stay that begins at once, comes, and sometimes goes again. */
    private static void come(Client client) {
        Instant from = Instant.now()
                .truncatedTo(ChronoUnit.MINUTES)
                .plus(1 + client.random().nextInt(8), ChronoUnit.MINUTES);
        String listing = client.world().arrivals();
        client.certainly(new Write(
                "quote", "/quotes", quoteOf(listing, from, from.plus(3, ChronoUnit.HOURS)), key(), quote -> {
                    if (quote.status() == 201) {
                        ObjectNode request = Api.bookingOf(quote.body(), CARD);
                        String key = key();
                        client.certainly(new Write(
                                "book", "/bookings", request, key, booked -> come(client, request, key, booked)));
                    }
                }));
    }

    private static void come(Client client, ObjectNode request, String key, Client.Answer booked) {
        if (booked.status() != 201) {
            return;
        }
        String id = booked.body().path("id").asText();
        client.has(new Booked(request, key, id), false);
        if (!booked.body().path("status").asText().equals("CONFIRMED")) {
            return;
        }
        client.certainly(new Write("check-in", "/bookings/" + id + "/check-in", Api.object(), key(), come -> {
            if (come.status() == 200) {
                client.hasCome(id);
                if (client.random().nextBoolean()) {
                    client.certainly(
                            new Write("check-out", "/bookings/" + id + "/check-out", Api.object(), key(), gone -> {}));
                }
            }
        }));
    }

    /** Wants a place whose host decides. */
    private static void ask(Client client) {
        quoted(client, client.world().asking(), quote -> {
            if (quote.status() == 201) {
                ObjectNode request = Api.bookingOf(quote.body(), CARD);
                String key = key();
                client.certainly(new Write("ask", "/bookings", request, key, asked -> {
                    if (asked.status() == 201) {
                        client.has(
                                new Booked(request, key, asked.body().path("id").asText()), false);
                    }
                }));
            }
        });
    }

    /** The host says yes or no to one who waits. */
    private static void answer(Client host) {
        Client.Answer waiting = host.get(
                "requests",
                "/bookings?role=host&status=PENDING_HOST&limit=10&listing="
                        + host.world().asking());
        JsonNode items = waiting.body().path("items");
        if (waiting.status() != 200 || items.isEmpty()) {
            return;
        }
        String id = items.path(host.random().nextInt(items.size())).path("id").asText();
        String what = host.random().nextInt(4) == 0 ? "decline" : "confirm";
        host.certainly(new Write(what, "/bookings/" + id + "/" + what, Api.object(), key(), answer -> {}));
    }

    static String key() {
        return UUID.randomUUID().toString();
    }
}
