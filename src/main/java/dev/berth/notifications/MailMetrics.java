package dev.berth.notifications;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What becomes of mails. The queue is one for the whole cluster, and every node knows how long it is. */
final class MailMetrics {
    final Counter sent;
    final Counter failed;
    final Counter givenUp;
    final AtomicLong waiting = new AtomicLong();

    MailMetrics(MeterRegistry meters) {
        sent = Counter.builder("berth.mails.sent")
                .description("Mails that this node has handed over")
                .register(meters);
        failed = Counter.builder("berth.mails.failed")
                .description("Tries that failed, the last ones included")
                .register(meters);
        givenUp = Counter.builder("berth.mails.given.up")
                .description("Mails that are not tried any more")
                .register(meters);
        Gauge.builder("berth.mails.waiting", waiting, AtomicLong::get)
                .description("Mails that wait to be sent, those between two tries included, counted up to a limit")
                .register(meters);
    }
}
