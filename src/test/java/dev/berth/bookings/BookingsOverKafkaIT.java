package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The long way, which misses nothing: from the outbox through Kafka to consumers. */
@WithServices
class BookingsOverKafkaIT {
    private final BookingWorld world;
    private final EventConsumers consumers;

    BookingsOverKafkaIT(Services services) {
        world = new BookingWorld(services);
        EventsConfig config = new EventsConfig(
                services.kafka(),
                3,
                (short) 1,
                Duration.ofDays(1),
                Duration.ofMillis(1),
                100,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6),
                100,
                8,
                3,
                Duration.ofMillis(10),
                Duration.ofDays(2));
        MessageCatalog catalog = MessageCatalog.of(List.of(BookingEvent.class, PaymentEvent.class));
        consumers =
                new EventConsumers(new EventReader(catalog, world.json), world.db, config, new SimpleMeterRegistry());
        world.deploy(new RelayVerticle(
                world.db, config, List.of(BookingEvent.ADDRESS, PaymentEvent.ADDRESS), new SimpleMeterRegistry()));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void eventsOfAListing_arriveInTheOrderOfItsCalendar() {
        List<Listing> listings = List.of(world.listing(30), world.listing(30), world.listing(30));
        Map<ListingId, Queue<Long>> seen = new ConcurrentHashMap<>();
        AtomicInteger count = new AtomicInteger();
        world.deploy(consumers.consumer(
                "order-" + Ids.next(),
                java.util.Set.of(BookingEvent.ADDRESS),
                Set.of(BookingEvent.BookingPlaced.class),
                record -> {
                    // The topic keeps what other tests have told.
                    if (record.event() instanceof BookingEvent event && world.listings.containsKey(event.listingId())) {
                        seen.computeIfAbsent(event.listingId(), key -> new ConcurrentLinkedQueue<>())
                                .add(event.calendarVersion());
                        count.incrementAndGet();
                    }
                }));
        int booked = 0;
        for (int hour = 0; hour < 10; hour++) {
            List<Future<?>> wave = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                for (Listing listing : listings) {
                    // Each has its own slot: only the calendar makes them wait for each other.
                    SlotId slot = listing.slots().get(i).id();
                    var quote = world.quote(listing, BookingWorld.stay(24 + hour, 1), slot);
                    wave.add(world.send(world.booking(BookingWorld.someone(), quote, null)));
                }
            }
            BookingWorld.await(Future.all(new ArrayList<>(wave)));
            booked += wave.size();
        }
        int expected = booked;
        world.eventually(() -> count.get() >= expected);
        assertThat(seen).hasSize(3);
        assertThat(seen.values())
                .allSatisfy(
                        versions -> assertThat(List.copyOf(versions)).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void aPaymentsSuccess_thatTheBusHasLost_confirms() {
        world.deploy(consumers.consumer(
                BookingEvents.GROUP, BookingEvents.TOPICS, BookingEvents.TYPES, new BookingEvents(world.bus)));
        Principal driver = BookingWorld.someone();
        var order = world.booking(
                driver, world.quote(world.listing(1), BookingWorld.stay(24, 1)), PretendPayments.NEEDS_ACTION);
        Booking held = world.ask(order).booking();
        PaymentSucceeded success = new PaymentSucceeded(held.payment(), held.id(), held.driver(), held.price());
        world.sql("""
                INSERT INTO platform.outbox (event_id, topic, key, type, body)
                VALUES ('%s', '%s', '%s', 'payments.PaymentSucceeded', '%s')
                """.formatted(Ids.next(), success.address(), success.key(), world.outbox.encode(success)));
        world.eventually(
                () -> world.ask(new GetBooking(driver, held.id())).booking().status() == BookingStatus.CONFIRMED);
    }
}
