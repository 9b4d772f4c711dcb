package dev.berth.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, speaking SockJS or the bare protocol.
 *
 * <p>Vert.x does the handshake, reads, answers control frames and closes. Writing goes past it: frames that are already
 * encoded are put into the channel as they are, and all that is due is flushed together at the end of the event loop's
 * turn. That is what lets one core serve 100,000 deliveries a second: the stock way encodes and flushes each of them.
 */
final class WebSocketLink implements Link {
    private final ServerWebSocket socket;
    private final ChannelHandlerContext context;
    private final Channel channel;
    private final boolean isSockJs;
    private final Flusher flusher;
    private @Nullable Listener listener;
    private boolean isFlushDue;
    private boolean isClosed;

    private WebSocketLink(ServerWebSocket socket, Channel channel, boolean isSockJs, Flusher flusher) {
        this.socket = socket;
        this.channel = channel;
        // Vert.x gives its own handler this name, on every connection.
        this.context = Objects.requireNonNull(channel.pipeline().context("handler"));
        this.isSockJs = isSockJs;
        this.flusher = flusher;
    }

    /** @param channel the connection that the socket was made of; the socket's own is hidden by vertx-web */
    static WebSocketLink open(
            ServerWebSocket socket, Channel channel, boolean isSockJs, Flusher flusher, RealtimeConfig config) {
        WebSocketLink link = new WebSocketLink(socket, channel, isSockJs, flusher);
        int high = config.queueSizeMax().intValue();
        link.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
        link.channel
                .config()
                .setOption(ChannelOption.SO_SNDBUF, config.sendBuffer().intValue());
        return link;
    }

    /** Begins to hear the socket, on its event loop. */
    void start(Listener hearing, RealtimeConfig config, JsonMapper json) {
        listener = hearing;
        int sizeMax = config.messageSizeMax().intValue();
        socket.textMessageHandler(text -> receive(hearing, text, sizeMax, json));
        socket.binaryMessageHandler(bytes -> receive(hearing, bytes.toString(StandardCharsets.UTF_8), sizeMax, json));
        // Vert.x tells a message beyond its own limit this way, and would go on.
        socket.exceptionHandler(fault -> {
            if (fault instanceof IllegalStateException) {
                close(Closing.TOO_LARGE);
            }
        });
        socket.closeHandler(ignored -> {
            isClosed = true;
            hearing.closed();
        });
        context.pipeline().addBefore(context.name(), "berth-queue", new QueueWatch(hearing));
        if (isSockJs) {
            write(Frame.control(context.alloc(), "o"));
        }
    }

    private void receive(Listener hearing, String text, int sizeMax, JsonMapper json) {
        if (isClosed) {
            return;
        }
        if (text.length() > sizeMax) {
            close(Closing.TOO_LARGE);
        } else if (!isSockJs) {
            hearing.received(text);
        } else if (!text.isEmpty()) {
            receiveSockJs(hearing, text, json);
        }
    }

    /** SockJS clients send an array of strings, or a string. */
    private void receiveSockJs(Listener hearing, String text, JsonMapper json) {
        try {
            JsonNode messages = json.readTree(text);
            if (messages.isTextual()) {
                hearing.received(messages.textValue());
                return;
            }
            if (messages.isArray()) {
                for (JsonNode message : messages) {
                    if (message.isTextual()) {
                        hearing.received(message.textValue());
                    } else {
                        close(Closing.BROKEN);
                    }
                }
                return;
            }
        } catch (JsonProcessingException e) {
            // Refused below, like everything else that is not SockJS.
        }
        close(Closing.BROKEN);
    }

    @Override
    public void send(Frame frame) {
        if (!isClosed) {
            write(isSockJs ? frame.sockJs() : frame.raw());
        }
    }

    private void write(ByteBuf bytes) {
        // A failure ends the channel, and its close handler tells.
        var _ = context.write(bytes, context.voidPromise());
        if (!channel.isWritable()) {
            // Perhaps only because nothing was flushed yet in this turn.
            context.flush();
        } else if (!isFlushDue) {
            isFlushDue = true;
            flusher.add(this);
        }
    }

    /** Called once per turn of the event loop by the flusher. */
    void flush() {
        isFlushDue = false;
        context.flush();
    }

    @Override
    public boolean isFull() {
        return !channel.isWritable();
    }

    @Override
    public void read(boolean wanted) {
        if (isClosed) {
            return;
        }
        if (wanted) {
            socket.resume();
        } else {
            socket.pause();
        }
    }

    /** Published SockJS clients warn about messages they did not ask for, but know heartbeats. */
    @Override
    public void pong() {
        if (isClosed) {
            return;
        }
        if (isSockJs) {
            heartbeat();
        } else {
            try (Frame pong = new Frame(context.alloc(), "{\"type\":\"pong\"}".getBytes(StandardCharsets.US_ASCII))) {
                send(pong);
            }
        }
    }

    @Override
    public void heartbeat() {
        if (isSockJs && !isClosed && !isFull()) {
            write(Frame.control(context.alloc(), "h"));
        }
    }

    @Override
    public void close(Closing reason) {
        if (isClosed) {
            return;
        }
        if (isFull()) {
            abort();
            return;
        }
        if (isSockJs) {
            write(Frame.control(context.alloc(), "c[" + reason.code() + ",\"" + reason.text() + "\"]"));
        }
        isClosed = true;
        socket.close((short) reason.code(), reason.text());
        if (listener != null) {
            listener.closed();
        }
    }

    @Override
    public void abort() {
        isClosed = true;
        var _ = context.close();
        if (listener != null) {
            listener.closed();
        }
    }

    /** Hears when the channel's queue passes its marks; Vert.x tells only about what went through itself. */
    private static final class QueueWatch extends ChannelInboundHandlerAdapter {
        private final Listener listener;

        QueueWatch(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            boolean isWritable = context.channel().isWritable();
            context.fireChannelWritabilityChanged();
            // Not within the write that caused it.
            context.executor().execute(() -> {
                if (isWritable) {
                    listener.drained();
                } else {
                    listener.filled();
                }
            });
        }
    }
}
