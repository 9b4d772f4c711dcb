package dev.berth.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Invoice.Content;
import dev.berth.billing.Invoice.Corrected;
import dev.berth.billing.Invoice.Kind;
import dev.berth.billing.Invoice.Party;
import dev.berth.billing.Invoice.Purpose;
import dev.berth.values.BookingId;
import dev.berth.values.InvoiceId;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentCatalog;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureElement;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureNode;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is printed, as a page and as a PDF. */
@Tag("rule-31")
@Tag("PY4")
class DocumentsTest {
    private final DocumentTexts.All texts = new DocumentTexts.All();
    private final DocumentPrinter printer = new DocumentPrinter();

    private static Invoice invoice(String language) {
        Content content = new Content(
                language,
                new Party("Parkhaus <Mitte> & Söhne", "Kaiserstraße 1\n76131 Karlsruhe", "DE123456789"),
                new Party("Erika Muster", "", null),
                "Berth",
                null,
                Purpose.STAY,
                "Garage \"Süd\"",
                "Kriegsstraße, Karlsruhe",
                "E2-17",
                Instant.parse("2026-10-24T22:00:00Z"),
                Instant.parse("2026-10-25T03:00:00Z"),
                "Europe/Berlin",
                "EUR",
                List.of(TaxedLine.of("3 Stunden", 750, 1_900), TaxedLine.of("Zuschlag", 250, 1_900)));
        return new Invoice(
                InvoiceId.next(),
                Kind.INVOICE,
                "BI-000042",
                Instant.parse("2026-10-20T10:00:00Z"),
                LocalDate.of(2026, 10, 20),
                UserId.next(),
                UserId.next(),
                BookingId.next(),
                PaymentId.next(),
                content);
    }

    private String html(Invoice invoice) {
        return texts.in(invoice.content().language()).html(invoice);
    }

    @Test
    void thePage_saysAll_andNothingThatPeopleWroteIsMarkup() {
        assertThat(html(invoice("de")))
                .contains(
                        "<html lang=\"de\"",
                        "<title>Rechnung BI-000042</title>",
                        "Parkhaus &lt;Mitte&gt; &amp; Söhne",
                        "<p>76131 Karlsruhe</p>",
                        "USt-IdNr. DE123456789",
                        "20. Oktober 2026",
                        "25. Okt. 2026, 00:00 – 25. Okt. 2026, 04:00 (Europe/Berlin)",
                        "Ausgestellt von Berth im Namen und für Rechnung von Parkhaus")
                .doesNotContain("<Mitte>");
    }

    @Test
    void taxIsPrintedForEachRate_andWhereThereIsNone_thatIsSaid() {
        assertThat(html(invoice("en")).replace('\u00a0', ' ')).contains("19 %", "€8.40", "€1.60", "€10.00");
        Invoice taxed = invoice("en");
        Content without = new Content(
                "en",
                taxed.content().seller(),
                taxed.content().buyer(),
                null,
                null,
                Purpose.STAY,
                "Place",
                "",
                "1",
                taxed.content().from(),
                taxed.content().to(),
                "Europe/Berlin",
                "JPY",
                List.of(TaxedLine.of("Parking", 750, null)));
        Invoice untaxed = new Invoice(
                taxed.id(),
                Kind.INVOICE,
                taxed.number(),
                taxed.issuedAt(),
                taxed.issuedOn(),
                null,
                taxed.buyerId(),
                taxed.bookingId(),
                taxed.paymentId(),
                without);
        assertThat(html(untaxed)).contains("No tax is shown.", "¥750").doesNotContain("Tax rate", "in the name");
    }

    @Test
    void thePdf_isTagged_inItsLanguage_withItsFonts_andHasATitle() throws IOException {
        try (PDDocument pdf = Loader.loadPDF(printer.pdf(html(invoice("de"))))) {
            PDDocumentCatalog catalog = pdf.getDocumentCatalog();
            assertThat(catalog.getMarkInfo().isMarked()).isTrue();
            assertThat(catalog.getLanguage()).isEqualTo("de");
            assertThat(catalog.getViewerPreferences().displayDocTitle()).isTrue();
            assertThat(pdf.getDocumentInformation().getTitle()).isEqualTo("Rechnung BI-000042");
            assertThat(new String(catalog.getMetadata().toByteArray(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("pdfuaid");
            List<String> types = types(catalog.getStructureTreeRoot());
            assertThat(types).contains("H1", "H2", "P", "Table", "TR", "TH", "TD");
            int fonts = 0;
            for (PDPage page : pdf.getPages()) {
                PDResources resources = page.getResources();
                for (COSName name : resources.getFontNames()) {
                    fonts++;
                    assertThat(resources.getFont(name).isEmbedded())
                            .as(name.getName())
                            .isTrue();
                }
            }
            assertThat(fonts).isPositive();
            assertThat(pdf.getNumberOfPages()).isEqualTo(1);
            assertThat(new PDFTextStripper().getText(pdf))
                    .contains(
                            "Rechnung",
                            "BI-000042",
                            "Parkhaus <Mitte> & Söhne",
                            "DE123456789",
                            "Erika Muster",
                            "3 Stunden",
                            "10,00",
                            "Garage \"Süd\"");
        }
    }

    @Test
    void aCreditNote_namesItsInvoice() throws IOException {
        Invoice corrected = invoice("en");
        Content content = corrected
                .content()
                .correcting(
                        new Corrected(corrected.id(), corrected.number()),
                        TaxedLine.credited(corrected.content().lines(), 0, 300));
        Invoice note = new Invoice(
                InvoiceId.next(),
                Kind.CREDIT_NOTE,
                "BC-000007",
                corrected.issuedAt(),
                corrected.issuedOn(),
                corrected.sellerId(),
                corrected.buyerId(),
                corrected.bookingId(),
                corrected.paymentId(),
                content);
        try (PDDocument pdf = Loader.loadPDF(printer.pdf(html(note)))) {
            assertThat(new PDFTextStripper().getText(pdf))
                    .contains("Credit note", "BC-000007", "Corrects invoice BI-000042", "€3.00");
        }
    }

    @Test
    void whatTheFontDoesNotHave_doesNotStopTheDocument() throws IOException {
        Invoice one = invoice("en");
        Content content = one.content();
        Content strange = new Content(
                "en",
                new Party("駐車場 🚗 \u0000\uFFFF\uD800", "\u2028", null),
                content.buyer(),
                null,
                null,
                Purpose.OVERSTAY,
                "<script>alert(1)</script>",
                "",
                "",
                content.from(),
                content.to(),
                "Asia/Tokyo",
                "JPY",
                content.lines());
        Invoice invoice = new Invoice(
                one.id(),
                one.kind(),
                one.number(),
                one.issuedAt(),
                one.issuedOn(),
                one.sellerId(),
                one.buyerId(),
                one.bookingId(),
                one.paymentId(),
                strange);
        assertThat(html(invoice)).doesNotContain("<script>");
        try (PDDocument pdf = Loader.loadPDF(printer.pdf(html(invoice)))) {
            assertThat(new PDFTextStripper().getText(pdf)).contains("<script>alert(1)</script>");
        }
    }

    private static List<String> types(PDStructureNode node) {
        List<String> types = new java.util.ArrayList<>();
        for (Object kid : node.getKids()) {
            if (kid instanceof PDStructureElement element) {
                types.add(element.getStructureType());
                types.addAll(types(element));
            }
        }
        return types;
    }
}
