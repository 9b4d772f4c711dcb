package dev.berth.calendars;

import dev.berth.calendars.CalendarImport.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches calendars from wherever their hosts say. The name is resolved here, the addresses are checked, and the connection
 * goes to the very address that was checked: a name that resolves to another one a moment later gains nothing. Each redirect
 * begins anew. Deploy on an event loop: parts of an answer come right behind its head.
 */
final class CalendarFetcher extends VerticleBase {
    private static final int MAX_CONNECTIONS = 16;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    /** Below it, other services than web servers listen. */
    private static final int FIRST_FREE_PORT = 1_024;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final ImportConfig config;
    private @Nullable HttpClient plain;
    private @Nullable HttpClient secure;

    CalendarFetcher(ImportConfig config) {
        this.config = config;
    }

    /** What a calendar's server has answered. */
    sealed interface Fetched {
        /** It is as it was when it had this tag or time. */
        record Same() implements Fetched {}

        record Changed(
                Buffer body, @Nullable String tag, @Nullable String modified) implements Fetched {}
    }

    /** A fetch that has come to nothing. */
    static final class FetchException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Failure failure;

        FetchException(Failure failure) {
            super(failure.name(), null, false, false);
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    @Override
    public Future<?> start() {
        plain = vertx.createHttpClient(options(), pool());
        secure = vertx.createHttpClient(options().setSsl(true), pool());
        return Future.succeededFuture();
    }

    private HttpClientOptions options() {
        // Nothing is unpacked: a small answer that unpacks to a large one would not be small.
        return new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(config.timeout().toMillis()))
                .setKeepAlive(false)
                .setDecompressionSupported(false);
    }

    private static PoolOptions pool() {
        return new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS);
    }

    /**
     * Call it from any thread, once this is deployed. Fails with {@link FetchException}.
     *
     * @param tag of what is known, or null
     * @param modified of what is known, or null
     */
    Future<Fetched> fetch(URI address, @Nullable String tag, @Nullable String modified) {
        Promise<Fetched> fetched = Promise.promise();
        context.runOnContext(ignored -> hop(address, tag, modified, config.redirectsMax())
                .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(told(failure)))
                .onComplete(fetched));
        return fetched.future();
    }

    private static FetchException told(Throwable failure) {
        return switch (failure) {
            case FetchException known -> known;
            case TimeoutException late -> new FetchException(Failure.TIMED_OUT);
            default -> new FetchException(Failure.UNREACHABLE);
        };
    }

    /** The address of a calendar when it is one that can be asked for; {@code webcal} is what calendar programs say. */
    static @Nullable URI address(String text) {
        try {
            URI address = URI.create(text.strip().replaceFirst("^(?i)webcals?://", "https://"));
            boolean isWeb =
                    "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            return isWeb && address.getHost() != null && address.getRawUserInfo() == null ? address : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Future<Fetched> hop(URI address, @Nullable String tag, @Nullable String modified, int redirectsLeft) {
        boolean isSecure = "https".equalsIgnoreCase(address.getScheme());
        int port = address.getPort() >= 0 ? address.getPort() : isSecure ? HTTPS_PORT : HTTP_PORT;
        if (address.getHost() == null) {
            return Future.failedFuture(new FetchException(Failure.UNREACHABLE));
        }
        if (port != HTTP_PORT && port != HTTPS_PORT && port < FIRST_FREE_PORT) {
            return Future.failedFuture(new FetchException(Failure.UNREACHABLE));
        }
        String host = address.getHost();
        String path = Objects.requireNonNullElse(address.getRawPath(), "");
        return resolve(host).compose(checked -> {
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setHost(host)
                    .setPort(port)
                    .setServer(SocketAddress.inetSocketAddress(port, checked.getHostAddress()))
                    .setURI((path.isEmpty() ? "/" : path)
                            + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery()))
                    .putHeader("user-agent", "Berth calendar import")
                    .putHeader("accept", "text/calendar, */*;q=0.1");
            if (tag != null) {
                options.putHeader("if-none-match", tag);
            }
            if (modified != null) {
                options.putHeader("if-modified-since", modified);
            }
            HttpClient client = Objects.requireNonNull(isSecure ? secure : plain, "not started");
            return client.request(options)
                    .compose(request -> request.send().compose(response -> answered(address, response, redirectsLeft)));
        });
    }

    private Future<Fetched> answered(URI address, HttpClientResponse response, int redirectsLeft) {
        int status = response.statusCode();
        if (status == 200) {
            return body(response)
                    .map(body -> new Fetched.Changed(
                            body, response.getHeader(HttpHeaders.ETAG), response.getHeader(HttpHeaders.LAST_MODIFIED)));
        }
        // Nobody reads the rest, nor that it is cut off.
        response.exceptionHandler(ignored -> {});
        response.request().reset();
        if (status == 304) {
            return Future.succeededFuture(new Fetched.Same());
        }
        String location = response.getHeader(HttpHeaders.LOCATION);
        if (!REDIRECTS.contains(status) || location == null) {
            return Future.failedFuture(new FetchException(Failure.REFUSED));
        }
        if (redirectsLeft == 0) {
            return Future.failedFuture(new FetchException(Failure.TOO_MANY_REDIRECTS));
        }
        URI next = next(address, location);
        return next == null
                ? Future.failedFuture(new FetchException(Failure.REFUSED))
                : hop(next, null, null, redirectsLeft - 1);
    }

    /** Null when it leads nowhere, or out of what is encrypted. */
    private static @Nullable URI next(URI from, String location) {
        try {
            URI next = address(from.resolve(location).toString());
            boolean isWeaker = next != null
                    && "https".equalsIgnoreCase(from.getScheme())
                    && !"https".equalsIgnoreCase(next.getScheme());
            return isWeaker ? null : next;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > config.bodyMax().value()) {
                whole.tryFail(new FetchException(Failure.TOO_LARGE));
                response.request().reset();
            } else {
                body.appendBuffer(part);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }

    /** An address of the name, when all of its addresses are ones that may be asked. */
    private Future<InetAddress> resolve(String host) {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return vertx.executeBlocking(
                () -> {
                    try {
                        InetAddress[] all = InetAddress.getAllByName(name);
                        for (InetAddress each : all) {
                            if (!config.privateNetworks() && !PublicAddresses.isPublic(each)) {
                                throw new FetchException(Failure.UNREACHABLE);
                            }
                        }
                        return all[0];
                    } catch (UnknownHostException e) {
                        throw new FetchException(Failure.UNREACHABLE);
                    }
                },
                false);
    }
}
