package dev.berth.search.geocode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.cache.Cache;
import dev.berth.platform.cache.CacheConfig;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.json.Json;
import dev.berth.search.geocode.Located.Answer;
import dev.berth.search.text.TextCommand;
import dev.berth.search.text.TextCommand.Kind;
import dev.berth.search.text.TextCommand.Place;
import dev.berth.search.text.TextCommand.Places;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.GeoPoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Geocoding over a real server that answers in the shapes that the protocols document, with a real Redis. */
@WithServices
@Tag("SM6")
class GeocodingIT {
    private static final GeoPoint KARLSRUHE = new GeoPoint(49.0093, 8.4);
    private static final String NOMINATIM = """
            [{"place_id":100149,"licence":"Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
              "osm_type":"way","osm_id":107775,"boundingbox":["49.0090","49.0096","8.3960","8.4070"],
              "lat":"49.0093","lon":"8.4012","display_name":"Kaiserstraße, Innenstadt-West, Karlsruhe, 76133, Deutschland",
              "name":"Kaiserstraße","category":"highway","type":"pedestrian","place_rank":26,"addresstype":"road",
              "importance":0.05,"address":{"road":"Kaiserstraße","city":"Karlsruhe"}},
             {"place_id":2,"lat":"not a number","lon":"8","display_name":"Nowhere"}]
            """;
    private static final String NOMINATIM_REVERSE = """
            {"place_id":1,"licence":"Data © OpenStreetMap contributors","lat":"49.0137","lon":"8.4044","category":"tourism",
             "type":"museum","addresstype":"tourism","name":"Badisches Landesmuseum",
             "display_name":"Badisches Landesmuseum, 10, Schlossbezirk, Karlsruhe","address":{"road":"Schlossbezirk"}}
            """;
    private static final String PHOTON = """
            {"type":"FeatureCollection","features":[
              {"type":"Feature","geometry":{"type":"Point","coordinates":[8.4044,49.0137]},
               "properties":{"osm_id":1,"osm_key":"tourism","osm_value":"museum","type":"house","name":"Schloss Karlsruhe",
                 "street":"Schlossbezirk","housenumber":"10","postcode":"76131","city":"Karlsruhe","country":"Deutschland",
                 "countrycode":"DE","extent":[8.40,49.014,8.405,49.013]}},
              {"type":"Feature","geometry":{"type":"Point","coordinates":[8.4,49.0]},
               "properties":{"osm_key":"place","osm_value":"city","type":"city","name":"Karlsruhe","country":"Deutschland"}},
              {"type":"Feature","geometry":{"type":"Point","coordinates":[]},"properties":{"name":"Nowhere"}}]}
            """;

    private final Services services;
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx, MessageCatalog.of(List.of()), Json.mapper());
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile Consumer<HttpServerRequest> provider =
            request -> request.response().setStatusCode(500).end();
    private final HttpServer server;
    private final Cache cache;

    GeocodingIT(Services services) throws TimeoutException {
        this.services = services;
        server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.add(request.uri());
                    provider.accept(request);
                })
                .listen(0, "localhost"));
        cache = new Cache(vertx, CacheConfig.of(services.redis()));
        await(cache.warmUp());
    }

    @BeforeEach
    void serveListings() throws TimeoutException {
        await(bus.<TextCommand<?>>serve(
                TextCommand.ADDRESS,
                TextCommand.class,
                command ->
                        new Places(List.of(new Place(Kind.STREET, "From the listings", "Karlsruhe", KARLSRUHE, 3)))));
    }

    @AfterEach
    void close() throws TimeoutException {
        await(cache.close());
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(30, TimeUnit.SECONDS);
    }

    private Geocoding geocoding(String protocol, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "BERTH_PROVIDER",
                protocol,
                "BERTH_URL",
                "http://localhost:" + server.actualPort() + "/",
                "BERTH_USER_AGENT",
                "Berth test (berth@example.org)",
                "BERTH_REQUEST_INTERVAL",
                "1ms"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        GeocodingConfig config = ConfigLoader.load(GeocodingConfig.class, Path.of("no-such-file.yaml"), environment);
        return new Geocoding(vertx, bus, cache, true, config, Json.mapper(), new SimpleMeterRegistry());
    }

    private void answers(String json) {
        provider = request -> {
            if ("Berth test (berth@example.org)".equals(request.getHeader("user-agent"))) {
                request.response().putHeader("content-type", "application/json").end(json);
            } else {
                request.response().setStatusCode(403).end();
            }
        };
    }

    /** Redis outlives the test: what was asked before would be remembered. */
    private static String fresh(String text) {
        return text + " " + UUID.randomUUID();
    }

    @Test
    void nominatim_isSpoken() throws Exception {
        answers(NOMINATIM);
        Answer found = await(geocoding("nominatim").search(fresh("Kaiserstraße & Söhne"), KARLSRUHE, 5, "de"));
        assertThat(found.source()).isEqualTo("nominatim");
        assertThat(found.attribution()).contains("OpenStreetMap contributors, ODbL");
        assertThat(found.items())
                .containsExactly(new Located(
                        Located.Kind.STREET,
                        "Kaiserstraße",
                        "Kaiserstraße, Innenstadt-West, Karlsruhe, 76133, Deutschland",
                        new GeoPoint(49.0093, 8.4012)));
        assertThat(asked.poll())
                .startsWith(
                        "/search?format=jsonv2&addressdetails=1&limit=5&accept-language=de&q=Kaiserstra%C3%9Fe+%26+S")
                .contains("&viewbox=7.9000,49.5093,8.9000,48.5093");
        answers(NOMINATIM_REVERSE);
        Answer named = await(geocoding("nominatim").reverse(new GeoPoint(49.01, Math.random()), "en"));
        assertThat(named.items().getFirst().name()).isEqualTo("Badisches Landesmuseum");
        answers("{\"error\":\"Unable to geocode\"}");
        assertThat(await(geocoding("nominatim").reverse(new GeoPoint(0, Math.random()), "en"))
                        .items())
                .isEmpty();
    }

    @Test
    void photon_isSpoken() throws Exception {
        answers(PHOTON);
        Answer found = await(geocoding("photon").search(fresh("Schloss"), KARLSRUHE, 5, "de"));
        assertThat(found.source()).isEqualTo("photon");
        assertThat(found.attribution()).contains("OpenStreetMap");
        assertThat(found.items())
                .containsExactly(
                        new Located(
                                Located.Kind.PLACE,
                                "Schloss Karlsruhe",
                                "Schloss Karlsruhe, Schlossbezirk 10, 76131 Karlsruhe, Deutschland",
                                new GeoPoint(49.0137, 8.4044)),
                        new Located(Located.Kind.TOWN, "Karlsruhe", "Karlsruhe, Deutschland", new GeoPoint(49.0, 8.4)));
        assertThat(asked.poll()).startsWith("/api?limit=5&lang=de&q=Schloss+").endsWith("&lat=49.0093&lon=8.4000");
    }

    @Test
    void answers_areRememberedInRedis_andNotAskedTwiceAtOnce() throws Exception {
        answers(PHOTON);
        String text = fresh("Schloss");
        Geocoding one = geocoding("photon");
        Future<Answer> first = one.search(text, null, 5, "de");
        Future<Answer> second = one.search(text, null, 5, "de");
        assertThat(await(first)).isEqualTo(await(second));
        assertThat(asked).hasSize(1);
        // Another node; what is written to Redis is read by it once it is there.
        Geocoding other = geocoding("photon", "BERTH_REQUEST_INTERVAL", "1h", "BERTH_WAIT_MAX", "0s");
        assertThat(await(other.search(text, null, 5, "de"))).isEqualTo(await(first));
        assertThat(asked).hasSize(1);
    }

    @Test
    void turns_areOneForTheWholeCluster_andWhoCannotWaitGetsTheListings() throws Exception {
        answers(PHOTON);
        String[] slow = {"BERTH_REQUEST_INTERVAL", "20s", "BERTH_WAIT_MAX", "0s"};
        // Whoever came before has waited for milliseconds at most.
        List<Answer> answers = List.of(
                await(geocoding("photon", slow).search(fresh("a"), null, 5, "de")),
                await(geocoding("photon", slow).search(fresh("b"), null, 5, "de")),
                await(geocoding("photon", slow).search(fresh("c"), null, 5, "de")));
        assertThat(answers).extracting(Answer::source).containsOnlyOnce("photon");
        assertThat(asked).hasSize(1);
        await(cache.send(Request.cmd(Command.DEL).arg("berth:geocode:turn")).<Void>mapEmpty());
        Geocoding patient = geocoding("photon", "BERTH_REQUEST_INTERVAL", "200ms", "BERTH_WAIT_MAX", "5s");
        long start = System.nanoTime();
        Future<Answer> first = patient.search(fresh("d"), null, 5, "de");
        Future<Answer> second = patient.search(fresh("e"), null, 5, "de");
        assertThat(List.of(await(first), await(second)))
                .extracting(Answer::source)
                .containsOnly("photon");
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
    }

    @Test
    void providerThatFails_isReplacedByTheListings_andSaysSo() throws Exception {
        Consumer<HttpServerRequest> silent = request -> {};
        for (Consumer<HttpServerRequest> bad : List.<Consumer<HttpServerRequest>>of(
                request -> request.response().setStatusCode(503).end("busy"),
                request -> request.response().end("<html>"),
                request -> request.response().end("x".repeat(300_000)),
                request -> request.connection().close(),
                silent)) {
            provider = bad;
            Answer found = await(geocoding("photon", "BERTH_TIMEOUT", "500ms").search(fresh("Schloss"), null, 5, "de"));
            assertThat(found.source()).isEqualTo("listings");
            assertThat(found.attribution()).doesNotContain("OpenStreetMap");
            assertThat(found.items()).extracting(Located::name).containsExactly("From the listings");
        }
    }

    @Test
    void withoutProvider_nobodyIsAsked() throws Exception {
        Geocoding own = geocoding("none");
        assertThat(await(own.search("x", null, 5, "de")).source()).isEqualTo("listings");
        assertThat(await(own.reverse(KARLSRUHE, "de")).items().getFirst().address())
                .isEqualTo("From the listings, Karlsruhe");
        assertThat(asked).isEmpty();
        assertThat(services.redis()).isNotBlank();
    }
}
