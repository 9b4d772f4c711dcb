package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.FindRights;
import dev.berth.bookings.BookingCommand.GetPass;
import dev.berth.bookings.BookingCommand.GetPassKey;
import dev.berth.bookings.BookingCommand.GetTaken;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.bookings.BookingCommand.ReadPass;
import dev.berth.bookings.BookingCommand.Right;
import dev.berth.bookings.BookingCommand.Rights;
import dev.berth.listings.Listing;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gates ask bookings, and what a gate without a network does with a pass. */
@WithServices
@Tag("AC1")
@Tag("AC3")
class RightsIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final Listing listing;

    RightsIT(Services services) {
        world = new BookingWorld(services);
        listing = world.listing(3);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking paid(int inHours) {
        return world.placeAndPay(driver, listing, BookingWorld.stay(inHours, 2)).booking();
    }

    @Test
    void aRight_isFoundByItsBooking_itsPin_andItsTime() {
        Booking booking = paid(3);
        Pass pass = world.ask(new GetPass(driver, booking.id()));
        PassContent content = world.ask(new ReadPass(pass.qr()));
        assertThat(content.booking()).isEqualTo(booking.id());

        Rights byBooking = world.ask(new FindRights(listing.id(), booking.id(), null, null));
        assertThat(byBooking.rights()).hasSize(1);
        Right right = byBooking.rights().getFirst();
        assertThat(right.nonce()).isEqualTo(content.nonce());
        assertThat(right.stay()).isEqualTo(booking.stay());
        assertThat(right.notBefore()).isEqualTo(content.notBefore()).isEqualTo(pass.notBefore());
        assertThat(right.notAfter()).isEqualTo(content.notAfter());
        assertThat(byBooking.now())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));

        assertThat(world.ask(new FindRights(listing.id(), null, pass.pin(), null))
                        .rights())
                .containsExactly(right);
        Listing other = world.listing(1);
        assertThat(world.ask(new FindRights(other.id(), null, pass.pin(), null)).rights())
                .isEmpty();

        // By its time only with a vehicle: that is what a camera sees.
        Instant now = Instant.now();
        TimeRange around = new TimeRange(now, now.plus(Duration.ofHours(12)));
        assertThat(world.ask(new FindRights(listing.id(), null, null, around)).rights())
                .isEmpty();
        world.sql("UPDATE bookings.occupation SET vehicle_id = uuidv7() WHERE id = '" + booking.id() + "'");
        assertThat(world.ask(new FindRights(listing.id(), null, null, around)).rights())
                .extracting(Right::booking)
                .containsExactly(booking.id());
        Rights nobody = world.ask(new FindRights(listing.id(), BookingId.next(), null, null));
        assertThat(nobody.rights()).isEmpty();
        assertThat(nobody.now()).isAfter(Instant.EPOCH);
    }

    @Test
    void aPassOfSomebodyElse_isNoneOfOurs() {
        assertThat(world.refusal(new ReadPass("B1.AAAA")).type()).isEqualTo(ProblemType.UNPROCESSABLE);
    }

    @Test
    @Tag("rule-16")
    void aSlotThatSomebodyStillHas_isToldBeforeTheStay() {
        Booking booking = world.ask(world.booking(
                        driver,
                        world.quote(
                                listing,
                                BookingWorld.stay(3, 2),
                                listing.slots().getFirst().id()),
                        PretendPayments.SUCCEEDS))
                .booking();
        FindRights find = new FindRights(listing.id(), booking.id(), null, null);
        assertThat(world.ask(find).rights().getFirst().slotTaken()).isFalse();
        assertThat(world.ask(new GetTaken(listing.id())).occupations()).isEmpty();
        Booking before = world.ask(world.booking(
                        driver,
                        world.quote(
                                listing,
                                BookingWorld.stay(1, 1),
                                listing.slots().getFirst().id()),
                        PretendPayments.SUCCEEDS))
                .booking();
        world.startStay(before);
        assertThat(world.ask(find).rights().getFirst().slotTaken()).isTrue();
        assertThat(world.ask(new GetTaken(listing.id())).occupations())
                .containsExactly(before.id().value());
    }

    @Test
    @Tag("rule-23")
    void aGateWithoutANetwork_letsEachPassInOnce(@TempDir Path folder) throws Exception {
        Booking soon = paid(1);
        Booking later = paid(20);
        // It opens 15 minutes before; so does the gate's clock say.
        world.sql("""
                UPDATE bookings.occupation SET stay = tstzrange(now() - interval '1 minute', now() + interval '1 hour')
                WHERE id = '%s'
                """.formatted(soon.id()));
        String pass = world.ask(new GetPass(driver, soon.id())).qr();
        String tooEarly = world.ask(new GetPass(driver, later.id())).qr();
        String forged = pass.substring(0, pass.length() - 4) + (pass.endsWith("AAAA") ? "BBBB" : "AAAA");
        String key = world.ask(new GetPassKey()).publicKey();
        Path used = folder.resolve("used");
        List<String> here = gate(key, listing, "ENTRY", used, pass, pass, tooEarly, forged, "hello");
        assertThat(here)
                .containsExactly(
                        "ALLOW " + soon.id(),
                        "DENY already_inside",
                        "DENY too_early",
                        "DENY invalid_credential",
                        "DENY invalid_credential");
        // After a restart it knows what was used, and the way out is another one.
        assertThat(gate(key, listing, "ENTRY", used, pass)).containsExactly("DENY already_inside");
        assertThat(gate(key, listing, "EXIT", used, pass)).containsExactly("ALLOW " + soon.id());
        assertThat(gate(key, world.listing(1), "ENTRY", used, pass)).containsExactly("DENY wrong_place");
    }

    /** The example as its README says to run it. */
    private static List<String> gate(String key, Listing place, String direction, Path used, String... passes)
            throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        Path.of("cluster", "gate", "VerifyPass.java").toString(),
                        key,
                        place.id().toString(),
                        direction,
                        used.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer input = process.outputWriter(StandardCharsets.US_ASCII)) {
            input.write(String.join("\n", passes) + "\n");
        }
        List<String> lines;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            lines = output.lines().toList();
        }
        int status = process.waitFor();
        assertThat(status).isEqualTo(Objects.requireNonNull(lines.getLast()).startsWith("ALLOW") ? 0 : 1);
        return lines;
    }
}
