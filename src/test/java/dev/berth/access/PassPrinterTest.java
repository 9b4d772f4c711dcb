package dev.berth.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.bookings.BookingStatus;
import dev.berth.listings.Arrival;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.json.Json;
import dev.berth.testing.TestNode;
import dev.berth.values.BookingId;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.core.Vertx;
import java.awt.image.BufferedImage;
import java.time.Instant;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("AC1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PassPrinterTest {
    private static final Instant FROM = Instant.parse("2026-05-04T08:00:00Z");
    private static final Instant TO = Instant.parse("2026-05-04T10:00:00Z");
    /** As long as a real one. */
    private static final String QR = "B1." + "AZegoAAAcACAAAAAAAAAAQ".repeat(9).substring(0, 186);

    private final Vertx vertx = Vertx.vertx();
    private final PassPrinter printer =
            new PassPrinter(Bus.install(vertx, MessageCatalog.of(List.of()), Json.mapper()));

    @AfterAll
    void close() {
        TestNode.await(vertx.close());
    }

    private byte[] pdf(String title, String language) {
        return pdf(title, null, language);
    }

    private byte[] pdf(String title, @Nullable Arrival arrival, String language) {
        BookingId id = BookingId.parse("0197a0a0-0000-7000-8000-000000000001");
        Booking booking = new Booking(
                id,
                2,
                BookingStatus.CONFIRMED,
                ListingId.next(),
                SlotId.next(),
                "E2-17",
                UserId.next(),
                UserId.next(),
                null,
                new TimeRange(FROM, TO),
                new Money(500, "EUR"),
                1_200,
                new PaymentId(id.value()),
                title,
                "Kaiserstraße 1, 76133 Karlsruhe",
                "Europe/Berlin",
                null,
                null,
                null,
                FROM);
        return printer.pdf(
                new Pass(id, QR, "012345", FROM.minusSeconds(900), TO.plusSeconds(600)), booking, arrival, language);
    }

    @Test
    void theCode_canBeReadFromThePage() throws Exception {
        try (PDDocument document = Loader.loadPDF(pdf("Garage am Markt", "en"))) {
            assertThat(document.getNumberOfPages()).isEqualTo(1);
            BufferedImage page = new PDFRenderer(document).renderImageWithDPI(0, 100);
            int[] pixels = page.getRGB(0, 0, page.getWidth(), page.getHeight(), null, 0, page.getWidth());
            var source = new RGBLuminanceSource(page.getWidth(), page.getHeight(), pixels);
            assertThat(new QRCodeReader()
                            .decode(new BinaryBitmap(new HybridBinarizer(source)))
                            .getText())
                    .isEqualTo(QR);
        }
    }

    @Test
    @Tag("rule-38")
    void thePage_saysWhereItIs_andHowToGetIn_asFarAsItGoes() throws Exception {
        Arrival arrival = new Arrival(
                ListingId.next(),
                new GeoPoint(49, 8.4),
                "Waldstraße 12a, 76133 Karlsruhe",
                "Klingel Zwetschge\n" + "Dann durch das Tor und nach links. ".repeat(30));
        try (PDDocument document = Loader.loadPDF(pdf("Hof", arrival, "de"))) {
            assertThat(document.getNumberOfPages()).isEqualTo(1);
            assertThat(new PDFTextStripper().getText(document))
                    .contains("Waldstraße 12a, 76133 Karlsruhe", "Zugang", "Klingel Zwetschge")
                    .doesNotContain("Kaiserstraße");
        }
    }

    @Test
    void thePage_saysWhereAndWhen_inThePlacesTime_andTheReadersLanguage() throws Exception {
        String title =
                "Große Tiefgarage \uD83D\uDE97 Площадь mit einem Namen, der länger ist als eine Zeile auf einem Blatt Papier";
        try (PDDocument document = Loader.loadPDF(pdf(title, "de"))) {
            String text = new PDFTextStripper().getText(document).replaceAll("\\s+", " ");
            assertThat(text)
                    .contains("Parkschein")
                    .contains("012 345")
                    .contains("Große Tiefgarage ? Площадь")
                    .contains("Blatt Papier")
                    .contains("Kaiserstraße 1, 76133 Karlsruhe")
                    .contains("E2-17")
                    .contains("4. Mai 2026, 10:00")
                    .contains("12:10");
        }
        try (PDDocument document = Loader.loadPDF(pdf("Garage", "fr"))) {
            assertThat(new PDFTextStripper().getText(document)).contains("Parking pass", "4 May 2026, 10:00");
        }
    }
}
