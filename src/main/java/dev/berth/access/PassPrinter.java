package dev.berth.access;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import dev.berth.access.AccessCommand.PrintPass;
import dev.berth.access.AccessCommand.PrintedPass;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.GetPass;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.listings.Arrival;
import dev.berth.platform.bus.Bus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.jspecify.annotations.Nullable;

/** The pass on one page of A4: the QR code as vectors, the PIN in large digits, and what somebody at a gate asks. */
final class PassPrinter {
    /** Latin, Greek and Cyrillic; it comes with the PDF library. */
    private static final String FONT = "org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private static final float MARGIN = 64;
    private static final float CODE_SIZE = 260;
    private static final int QUIET_ZONE_MODULES = 4;
    private static final float TITLE_SIZE = 24;
    private static final float TEXT_SIZE = 12;
    private static final float SMALL_SIZE = 10;
    private static final float SMALL_LINE = 14;
    private static final float PIN_SIZE = 40;
    private static final float LINE = 20;
    private static final float LABEL_WIDTH = 110;

    private final Bus bus;
    private final Map<String, Properties> texts = Map.of("en", properties("en"), "de", properties("de"));

    PassPrinter(Bus bus) {
        this.bus = bus;
    }

    PrintedPass print(PrintPass command) {
        Pass pass = bus.ask(new GetPass(command.actor(), command.booking())).await();
        BookingDetails details =
                bus.ask(new GetBooking(command.actor(), command.booking())).await();
        return new PrintedPass(Base64.getEncoder()
                .encodeToString(pdf(pass, details.booking(), details.arrival(), command.language())));
    }

    /** @param arrival null where it is not known: then what everybody was told is printed */
    byte[] pdf(Pass pass, Booking booking, @Nullable Arrival arrival, String language) {
        Properties text = texts.getOrDefault(language, Objects.requireNonNull(texts.get("en")));
        Locale locale = Locale.of(texts.containsKey(language) ? language : "en");
        try (PDDocument document = new PDDocument();
                InputStream font = open(FONT)) {
            PDFont face = PDType0Font.load(document, font, true);
            PDPage page = new PDPage(PDRectangle.A4);
            document.addPage(page);
            document.getDocumentCatalog().setLanguage(locale.toLanguageTag());
            PDDocumentInformation information = new PDDocumentInformation();
            information.setTitle(text.getProperty("title"));
            information.setProducer("Berth");
            // The same pass makes the same file, as far as the library lets it.
            information.getCOSObject().removeItem(COSName.CREATION_DATE);
            document.setDocumentInformation(information);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                new Sheet(content, face, page.getMediaBox()).draw(pass, booking, arrival, text, locale);
            }
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            document.save(file);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page that is written from top to bottom. */
    private static final class Sheet {
        private final PDPageContentStream content;
        private final PDFont font;
        private final float width;
        private float y;

        Sheet(PDPageContentStream content, PDFont font, PDRectangle page) {
            this.content = content;
            this.font = font;
            this.width = page.getWidth();
            this.y = page.getHeight() - MARGIN;
        }

        void draw(Pass pass, Booking booking, @Nullable Arrival arrival, Properties text, Locale locale)
                throws IOException {
            ZoneId zone = ZoneId.of(booking.timeZone());
            DateTimeFormatter time = DateTimeFormatter.ofPattern(text.getProperty("time"), locale);
            line("Berth", SMALL_SIZE, MARGIN);
            y -= TITLE_SIZE;
            line(text.getProperty("title"), TITLE_SIZE, MARGIN);
            y -= CODE_SIZE + LINE;
            code(pass.qr(), (width - CODE_SIZE) / 2, y);
            y -= LINE;
            centred(text.getProperty("pin"), SMALL_SIZE);
            y -= PIN_SIZE;
            centred(pass.pin().substring(0, 3) + " " + pass.pin().substring(3), PIN_SIZE);
            y -= LINE * 2;
            fact(text.getProperty("place"), booking.title());
            fact(text.getProperty("address"), arrival == null ? booking.locationText() : arrival.address());
            fact(text.getProperty("slot"), booking.slotName());
            fact(text.getProperty("from"), time(booking.stay().from(), zone, time));
            fact(text.getProperty("to"), time(booking.stay().to(), zone, time));
            fact(
                    text.getProperty("opens"),
                    time(pass.notBefore(), zone, time) + " – " + time(pass.notAfter(), zone, time));
            fact(text.getProperty("zone"), zone.getDisplayName(TextStyle.FULL, locale) + " (" + zone.getId() + ")");
            fact(text.getProperty("booking"), booking.id().toString());
            y -= LINE;
            for (String row : wrapped(text.getProperty("hint"), SMALL_SIZE, width - 2 * MARGIN)) {
                line(row, SMALL_SIZE, MARGIN);
                y -= SMALL_LINE;
            }
            if (arrival != null && arrival.accessNotes() != null) {
                notes(text.getProperty("access"), arrival.accessNotes());
            }
        }

        /** As far as the page goes: the rest is with the booking. */
        private void notes(String label, String notes) throws IOException {
            y -= SMALL_LINE;
            line(label, SMALL_SIZE, MARGIN);
            for (String paragraph : notes.lines().toList()) {
                for (String row : wrapped(paragraph, SMALL_SIZE, width - 2 * MARGIN)) {
                    y -= SMALL_LINE;
                    if (y < 2 * SMALL_LINE) {
                        line("…", SMALL_SIZE, MARGIN);
                        return;
                    }
                    line(row, SMALL_SIZE, MARGIN);
                }
            }
        }

        private static String time(Instant instant, ZoneId zone, DateTimeFormatter format) {
            return format.format(instant.atZone(zone));
        }

        private void fact(String label, String value) throws IOException {
            line(label, SMALL_SIZE, MARGIN);
            for (String row : wrapped(value, TEXT_SIZE, width - 2 * MARGIN - LABEL_WIDTH)) {
                line(row, TEXT_SIZE, MARGIN + LABEL_WIDTH);
                y -= LINE;
            }
        }

        private void centred(String text, float size) throws IOException {
            line(text, size, (width - textWidth(text, size)) / 2);
        }

        private void line(String text, float size, float x) throws IOException {
            content.beginText();
            content.setFont(font, size);
            content.newLineAtOffset(x, y);
            content.showText(printable(text));
            content.endText();
        }

        private List<String> wrapped(String text, float size, float room) throws IOException {
            List<String> rows = new ArrayList<>();
            StringBuilder row = new StringBuilder();
            for (String word : printable(text).strip().split("\\s+", -1)) {
                String longer = row.isEmpty() ? word : row + " " + word;
                if (!row.isEmpty() && textWidth(longer, size) > room) {
                    rows.add(row.toString());
                    row.setLength(0);
                    row.append(word);
                } else {
                    row.setLength(0);
                    row.append(longer);
                }
            }
            rows.add(row.toString());
            return rows;
        }

        private float textWidth(String text, float size) throws IOException {
            return font.getStringWidth(printable(text)) / 1_000 * size;
        }

        /** What the font cannot show becomes a question mark, instead of no pass at all. */
        private String printable(String text) {
            StringBuilder shown = new StringBuilder(text.length());
            text.codePoints().forEach(point -> shown.append(shows(point) ? Character.toString(point) : "?"));
            return shown.toString();
        }

        private boolean shows(int point) {
            try {
                font.encode(Character.toString(point));
                return true;
            } catch (IOException | IllegalArgumentException e) {
                return false;
            }
        }

        private void code(String text, float x, float bottom) throws IOException {
            BitMatrix code = matrix(text);
            float module = CODE_SIZE / code.getWidth();
            content.setNonStrokingColor(0f);
            for (int row = 0; row < code.getHeight(); row++) {
                int column = 0;
                while (column < code.getWidth()) {
                    int end = column;
                    while (end < code.getWidth() && code.get(end, row)) {
                        end++;
                    }
                    if (end > column) {
                        // Runs, not modules: no hairlines between them on paper.
                        content.addRect(
                                x + column * module,
                                bottom + CODE_SIZE - (row + 1) * module,
                                (end - column) * module,
                                module);
                    }
                    column = end + 1;
                }
            }
            content.fill();
        }

        private static BitMatrix matrix(String text) {
            try {
                return new QRCodeWriter()
                        .encode(
                                text,
                                BarcodeFormat.QR_CODE,
                                0,
                                0,
                                Map.of(
                                        EncodeHintType.ERROR_CORRECTION,
                                        ErrorCorrectionLevel.M,
                                        EncodeHintType.MARGIN,
                                        QUIET_ZONE_MODULES));
            } catch (WriterException e) {
                throw new IllegalArgumentException("the text does not fit into a QR code", e);
            }
        }
    }

    private static Properties properties(String language) {
        Properties properties = new Properties();
        try (Reader reader =
                new InputStreamReader(open("messages/pass_" + language + ".properties"), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(PassPrinter.class.getClassLoader().getResourceAsStream(resource), resource);
    }
}
