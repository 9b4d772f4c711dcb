package dev.berth.billing;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Makes a PDF of a page: tagged (PDF/UA), in its language, its font within it. It takes some tenths of a second of a processor.
 */
final class DocumentPrinter {
    /** Latin, Greek and Cyrillic; it comes with the PDF library. */
    private static final String FONT = "org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private static final String FAMILY = "Liberation Sans";
    private static final int NORMAL_WEIGHT = 400;

    DocumentPrinter() {
        // What it could say of a page of our own, the tests say.
        XRLog.setLoggingEnabled(false);
    }

    /** @param html well-formed XML; it loads nothing from anywhere */
    byte[] pdf(String html) {
        try (ByteArrayOutputStream file = new ByteArrayOutputStream()) {
            new PdfRendererBuilder()
                    .usePdfUaAccessibility(true)
                    .useFont(DocumentPrinter::font, FAMILY, NORMAL_WEIGHT, FontStyle.NORMAL, true)
                    .useUriResolver((base, uri) -> null)
                    .withProducer("Berth")
                    .withHtmlContent(html, null)
                    .toStream(file)
                    .run();
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream font() {
        return Objects.requireNonNull(DocumentPrinter.class.getClassLoader().getResourceAsStream(FONT), FONT);
    }
}
