package dev.berth.realtime;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Flushes the sockets that were written to in one turn of their event loop, each once, at the end of the turn. */
final class Flusher {
    private final EventLoop loop;
    private final Runnable task = this::flush;
    private List<WebSocketLink> due = new ArrayList<>();
    private List<WebSocketLink> spare = new ArrayList<>();

    Flusher(EventLoop loop) {
        this.loop = loop;
    }

    void add(WebSocketLink link) {
        if (due.isEmpty()) {
            // Goes behind the messages that wait already: they are written before the flush.
            loop.execute(task);
        }
        due.add(link);
    }

    private void flush() {
        List<WebSocketLink> now = due;
        due = spare;
        spare = now;
        now.forEach(WebSocketLink::flush);
        now.clear();
    }
}
