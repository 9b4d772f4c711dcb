package dev.berth.realtime;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import java.time.Duration;
import java.util.List;

/**
 * What the bridge allows. Everything a browser can make grow has its end here.
 *
 * @param origins pages of other hosts that may use the bridge, such as {@code https://berth.example}; pages of the host
 *     that the request names always may
 * @param socketsMax sockets on this node; more are refused with 503
 * @param subscriptionsMax addresses that one socket hears
 * @param addressLengthMax characters of an address or reply address
 * @param messageSizeMax one message from a browser; a larger one ends the socket
 * @param messagesPerSecond messages from one socket, pings included; a socket that keeps sending more is ended
 * @param messagesBurst how many may come at once
 * @param registrationsPerSecond addresses that one socket may begin to hear; more are refused
 * @param registrationsBurst how many may come at once, as when the map moves
 * @param snapshotTilesMax tiles in one {@code pins.snapshot}
 * @param snapshotsUnderWayMax requests of one socket that are not answered yet; more are refused
 * @param snapshotTimeout how long the search of this node may take to answer
 * @param queueSizeMax bytes that wait for one socket; beyond it changes are dropped and the page is told to reload
 * @param sendBuffer bytes that the system may keep for one socket beside that queue; without a limit it takes megabytes for a
 *     browser that does not read, which then looks well for a minute
 * @param slowTimeout how long a socket's queue may stay full before the socket is closed
 * @param pingTimeout how long a socket may be silent; pages ping every 5 s or more often
 * @param heartbeatInterval how often SockJS assures a silent page that the server lives
 * @param sessionTimeout how long an XHR session outlives its last request
 * @param streamingSizeMax bytes after which an XHR stream is ended and opened anew by the page
 */
public record RealtimeConfig(
        @Default("") List<String> origins,
        @Default("20000") int socketsMax,
        @Default("1000") int subscriptionsMax,
        @Default("200") int addressLengthMax,
        @Default("16KiB") Bytes messageSizeMax,
        @Default("200") int messagesPerSecond,
        @Default("3000") int messagesBurst,
        @Default("100") int registrationsPerSecond,
        @Default("1000") int registrationsBurst,
        @Default("64") int snapshotTilesMax,
        @Default("4") int snapshotsUnderWayMax,
        @Default("5s") Duration snapshotTimeout,
        @Default("512KiB") Bytes queueSizeMax,
        @Default("64KiB") Bytes sendBuffer,
        @Default("10s") Duration slowTimeout,
        @Default("15s") Duration pingTimeout,
        @Default("25s") Duration heartbeatInterval,
        @Default("5s") Duration sessionTimeout,
        @Default("1MiB") Bytes streamingSizeMax) {
    private static final long SMALLEST_QUEUE = 1_024;

    public RealtimeConfig {
        origins = List.copyOf(origins);
        if (socketsMax < 1 || subscriptionsMax < 1 || snapshotTilesMax < 1 || snapshotsUnderWayMax < 1) {
            throw new IllegalArgumentException("its limits must be at least 1");
        }
        if (messagesPerSecond < 1 || messagesBurst < 1 || registrationsPerSecond < 1 || registrationsBurst < 1) {
            throw new IllegalArgumentException("its rates must be at least 1");
        }
        if (queueSizeMax.value() < SMALLEST_QUEUE || queueSizeMax.value() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("queueSizeMax lies outside of 1KiB to 2GiB");
        }
        if (sendBuffer.value() < SMALLEST_QUEUE || sendBuffer.value() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("sendBuffer lies outside of 1KiB to 2GiB");
        }
    }
}
