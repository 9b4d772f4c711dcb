package dev.berth.search.geocode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.cache.Cache;
import dev.berth.search.geocode.Located.Answer;
import dev.berth.search.text.TextCommand.FindPlaces;
import dev.berth.search.text.TextCommand.NamePlace;
import dev.berth.search.text.TextCommand.Places;
import dev.berth.values.GeoPoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks places up: at the configured provider, through Redis, in turn; and whenever that gives nothing, in what the
 * listings name. The answer says who gave it.
 */
public final class Geocoding {
    private static final Logger LOG = LoggerFactory.getLogger(Geocoding.class);
    private static final String LISTINGS = "listings";
    private static final String OWN_ATTRIBUTION = "From the addresses of the listings";
    /** Questions at the provider at once: more would only wait for their turns. */
    private static final int MAX_CONNECTIONS = 4;

    private final Vertx vertx;
    private final Bus bus;
    private final Cache cache;
    private final GeocodingConfig config;
    private final JsonMapper json;
    private final Turns turns;
    private final @Nullable Protocol protocol;
    private final HttpClient client;
    private final Counter asked;
    private final Counter cached;
    private final Counter failed;
    /** Questions that are being asked, so that the same is not asked twice. */
    private final Map<String, Future<Optional<Answer>>> underWay = new ConcurrentHashMap<>();

    /** @param isShared whether there is a Redis that counts turns for all nodes */
    public Geocoding(
            Vertx vertx,
            Bus bus,
            Cache cache,
            boolean isShared,
            GeocodingConfig config,
            JsonMapper json,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.bus = bus;
        this.cache = cache;
        this.config = config;
        this.json = json;
        turns = new Turns(cache, isShared, config);
        protocol = switch (config.provider()) {
            case NONE -> null;
            case NOMINATIM -> new Protocol.Nominatim();
            case PHOTON -> new Protocol.Photon();
        };
        client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) config.timeout().toMillis()),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
        asked = counter(meters, "asked");
        cached = counter(meters, "cached");
        failed = counter(meters, "failed");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("berth.geocode.questions")
                .description("Questions for the geocoding provider, by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }

    Future<Answer> search(String text, @Nullable GeoPoint near, int limit, String language) {
        Future<Optional<Answer>> provided = protocol == null
                ? Future.succeededFuture(Optional.empty())
                : provided(protocol, protocol.search(text, near, limit, language));
        return provided.compose(answer -> answer.isPresent()
                ? Future.succeededFuture(answer.get())
                : bus.ask(new FindPlaces(text, near, limit)).map(Geocoding::own));
    }

    Future<Answer> reverse(GeoPoint at, String language) {
        Future<Optional<Answer>> provided = protocol == null
                ? Future.succeededFuture(Optional.empty())
                : provided(protocol, protocol.reverse(at, language));
        return provided.compose(answer -> answer.isPresent()
                ? Future.succeededFuture(answer.get())
                : bus.ask(new NamePlace(at)).map(Geocoding::own));
    }

    private static Answer own(Places found) {
        return new Answer(found.places().stream().map(Located::of).toList(), LISTINGS, OWN_ATTRIBUTION);
    }

    /** What the provider says, now or before; empty when it does not. */
    private Future<Optional<Answer>> provided(Protocol speaking, String question) {
        return underWay.computeIfAbsent(question, first -> {
            Future<Optional<Answer>> asking = remembered(question).compose(known -> {
                if (known.isPresent()) {
                    cached.increment();
                    return Future.succeededFuture(known);
                }
                return turns.take()
                        .compose(wait ->
                                wait < 0 ? Future.succeededFuture(Optional.empty()) : ask(speaking, question, wait));
            });
            // Not within computeIfAbsent: it may be complete already.
            vertx.runOnContext(later -> asking.onComplete(done -> underWay.remove(question)));
            return asking;
        });
    }

    private Future<Optional<Answer>> ask(Protocol speaking, String question, long waitMillis) {
        Future<?> turn = waitMillis == 0 ? Future.succeededFuture() : vertx.timer(waitMillis, TimeUnit.MILLISECONDS);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(withoutSlash(String.valueOf(config.url())) + question)
                .putHeader("user-agent", config.userAgent())
                .putHeader("accept", "application/json");
        return turn.compose(mine -> client.request(options)
                        .compose(request -> request.send().compose(this::body))
                        .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS))
                .map(body -> {
                    try {
                        return speaking.read(json.readTree(body.getBytes()));
                    } catch (IOException e) {
                        throw new IllegalStateException("the answer is no JSON", e);
                    }
                })
                .onSuccess(answer -> {
                    asked.increment();
                    remember(question, answer);
                })
                .map(Optional::of)
                .otherwise(failure -> {
                    failed.increment();
                    LOG.warn("the geocoding provider does not answer: {}", failure.toString());
                    return Optional.empty();
                });
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            response.request().reset();
            return Future.failedFuture(new IOException("status " + response.statusCode()));
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > config.bodyMax().value()) {
                response.request().reset();
                whole.tryFail(new IOException("the answer is too large"));
            } else {
                body.appendBuffer(part);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }

    private Future<Optional<Answer>> remembered(String question) {
        return cache.send(Request.cmd(Command.GET).arg(key(question)))
                .map(this::parsed)
                .otherwise(Optional.empty());
    }

    private Optional<Answer> parsed(@Nullable Response value) {
        try {
            return value == null ? Optional.empty() : Optional.of(json.readValue(value.toBytes(), Answer.class));
        } catch (IOException e) {
            return Optional.empty(); // of another version
        }
    }

    private void remember(String question, Answer answer) {
        try {
            cache.send(Request.cmd(Command.SET)
                    .arg(key(question))
                    .arg(json.writeValueAsString(answer))
                    .arg("PX")
                    .arg(config.cacheTime().toMillis()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String key(String question) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return "berth:geocode:" + config.provider() + ":" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
