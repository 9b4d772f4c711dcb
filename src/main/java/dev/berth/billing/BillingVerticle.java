package dev.berth.billing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.billing.BillingCommand.BillingDetails;
import dev.berth.billing.BillingCommand.Form;
import dev.berth.billing.BillingCommand.GetDetails;
import dev.berth.billing.BillingCommand.GetInvoice;
import dev.berth.billing.BillingCommand.InvoicePage;
import dev.berth.billing.BillingCommand.ListInvoices;
import dev.berth.billing.BillingCommand.PrintInvoice;
import dev.berth.billing.BillingCommand.PrintedInvoice;
import dev.berth.billing.BillingCommand.SetDetails;
import dev.berth.bookings.BookingEvent;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.payments.PaymentEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.InvoiceId;
import dev.berth.values.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@link BillingCommand}s and takes events from Kafka. Deploy on a virtual thread, on any number of nodes: events are
 * shared out among them.
 */
public final class BillingVerticle extends VerticleBase {
    /** How many may wait to be made for each that is being made. */
    private static final int WAITING_PER_THREAD = 8;

    private final Bus bus;
    private final EventConsumers consumers;
    private final BillingConfig config;
    private final BillingSql sql;
    private final BillingMetrics metrics;
    private final DocumentTexts.All texts = new DocumentTexts.All();
    private final DocumentPrinter printer = new DocumentPrinter();
    private @Nullable WorkerExecutor renderers;
    private int rendering;

    public BillingVerticle(
            Bus bus, Db db, EventConsumers consumers, JsonMapper json, BillingConfig config, MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.config = config;
        this.sql = new BillingSql(db, json, config);
        this.metrics = new BillingMetrics(meters);
    }

    @Override
    public Future<?> start() {
        renderers = vertx.createSharedWorkerExecutor("documents", config.renderThreads());
        Biller biller = new Biller(bus, sql, config, metrics, texts);
        return bus.serve(BillingCommand.ADDRESS, BillingCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.background(
                                Biller.CONSUMER,
                                Set.of(PaymentEvent.ADDRESS, BookingEvent.ADDRESS),
                                Biller.TYPES,
                                biller::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @Override
    public Future<?> stop() {
        return renderers == null ? Future.succeededFuture() : renderers.close();
    }

    private Message handle(BillingCommand<?> command) {
        return switch (command) {
            case ListInvoices c -> c.reply(list(c));
            case GetInvoice c -> c.reply(get(c.actor(), c.id()));
            case PrintInvoice c -> c.reply(print(c));
            case GetDetails c -> c.reply(details(c.actor()));
            case SetDetails c -> c.reply(set(c));
        };
    }

    private InvoicePage list(ListInvoices command) {
        List<Invoice> found = sql.list(command, command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<Invoice> page = more ? found.subList(0, command.limit()) : found;
        return new InvoicePage(page, more ? page.getLast().id() : null);
    }

    private Invoice get(Principal actor, InvoiceId id) {
        return sql.find(id)
                .filter(invoice -> actor.isAdmin()
                        || actor.user().equals(invoice.buyerId())
                        || actor.user().equals(invoice.sellerId()))
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "you have no such invoice"));
    }

    private PrintedInvoice print(PrintInvoice command) {
        Invoice invoice = get(command.actor(), command.id());
        String html = texts.in(invoice.content().language()).html(invoice);
        return new PrintedInvoice(
                invoice.number(),
                command.form() == Form.PDF ? rendered(html).await() : base64(html.getBytes(StandardCharsets.UTF_8)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Away from the commands' threads, a few at once. */
    private Future<String> rendered(String html) {
        WorkerExecutor workers = renderers;
        if (workers == null || rendering >= config.renderThreads() * (1 + WAITING_PER_THREAD)) {
            throw new Rejection(ProblemType.UNAVAILABLE, "too many documents are made at the moment; try again");
        }
        rendering++;
        Timer.Sample sample = Timer.start();
        Promise<String> made = Promise.promise();
        workers.executeBlocking(
                        () -> {
                            made.complete(base64(printer.pdf(html)));
                            return true;
                        },
                        false)
                .onFailure(made::tryFail)
                .onComplete(done -> {
                    rendering--;
                    sample.stop(metrics.rendered);
                });
        return made.future()
                .timeout(config.renderTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new Rejection(ProblemType.UNAVAILABLE, "the document takes too long; try again")
                                : failure));
    }

    private BillingDetails details(Principal actor) {
        return sql.details(actor.user())
                .orElseGet(() -> new BillingDetails(
                        bus.ask(new GetContact(actor.user())).await().name(), "", null, 0));
    }

    private BillingDetails set(SetDetails command) {
        String vatId = command.vatId();
        return sql.setDetails(new SetDetails(
                        command.actor(),
                        command.name().strip(),
                        command.postal().strip(),
                        vatId == null || vatId.isBlank()
                                ? null
                                : vatId.replaceAll("[ .-]", "").toUpperCase(Locale.ROOT),
                        command.version()))
                .orElseThrow(() -> new Rejection(ProblemType.PRECONDITION_FAILED, "your details have changed"));
    }
}
