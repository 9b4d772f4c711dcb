package dev.berth.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is not the API: the web app, the contract with its documentation, and what the page is told about its server.
 * Files come from the class path, are read once when first asked for, and then live in memory with their compressed form.
 */
final class Site {
    private static final Pattern SAFE = Pattern.compile("(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("png", "image/png"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("yaml", "application/yaml"));
    private static final int MIN_COMPRESSED_BYTES = 1_024;
    /** Paths below which an unknown name is an error and never the page. */
    private static final String[] NOT_THE_PAGE = {"/api/", "/eventbus", "/health", "/assets/", "/media/", "/interop/"};

    private final Vertx vertx;
    private final ConcurrentMap<String, Asset> assets = new ConcurrentHashMap<>();
    private final Answers answers;

    private record Asset(
            String type, String tag, Buffer plain, @Nullable Buffer gzip) {}

    Site(Vertx vertx, Contract contract, PageConfig page, String node, JsonMapper json) {
        this.vertx = vertx;
        this.answers = new Answers(json);
        assets.put("/openapi.yaml", asset("yaml", contract.yaml().getBytes(StandardCharsets.UTF_8)));
        assets.put("/openapi.json", asset("json", contract.json().getBytes(StandardCharsets.UTF_8)));
        assets.put("/config.json", asset("json", config(page, node, json)));
    }

    private static byte[] config(PageConfig page, String node, JsonMapper json) {
        ObjectNode config = json.createObjectNode();
        config.put("tileUrl", page.tileUrl().isEmpty() ? null : page.tileUrl());
        config.put("tileAttribution", page.tileAttribution().isEmpty() ? null : page.tileAttribution());
        config.put("apiBase", ContractRouter.BASE_PATH);
        config.put("dataAttribution", page.dataAttribution());
        config.put("node", node);
        if (page.demoAccounts().isEmpty()) {
            config.putNull("demo");
        } else {
            ArrayNode accounts = config.putObject("demo").putArray("accounts");
            for (String account : page.demoAccounts()) {
                String[] parts = account.split(":", 3);
                ObjectNode one = accounts.addObject().put("email", parts[0]);
                one.put("password", parts.length > 1 ? parts[1] : "");
                if (parts.length > 2) {
                    one.put("role", parts[2]);
                }
            }
        }
        try {
            return json.writeValueAsBytes(config);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Comes last: what nobody else has answered is a file, the page, or nothing. */
    void mount(Router router) {
        router.route("/*").handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean reading =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!reading) {
            refuse(request);
            return;
        }
        String path = name(request.path());
        Asset known = assets.get(path);
        if (known != null) {
            send(request, path, known);
        } else if (SAFE.matcher(path).matches() && TYPES.containsKey(extension(path))) {
            vertx.executeBlocking(() -> read(path), false)
                    .onSuccess(asset -> {
                        if (asset == null) {
                            sendPage(request, path);
                        } else {
                            send(request, path, asset);
                        }
                    })
                    .onFailure(failure -> refuse(request));
        } else {
            sendPage(request, path);
        }
    }

    private static String name(@Nullable String path) {
        if (path == null || path.equals("/")) {
            return "/index.html";
        }
        return path.equals("/docs") || path.equals("/docs/") ? "/docs/index.html" : path;
    }

    /** The app routes for itself in the browser: every address a person may open is its page. */
    private void sendPage(HttpServerRequest request, String path) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        boolean person = accept != null && accept.contains("text/html");
        boolean page = person
                && extension(path).isEmpty()
                && Arrays.stream(NOT_THE_PAGE).noneMatch(path::startsWith);
        if (!page) {
            refuse(request);
            return;
        }
        vertx.executeBlocking(() -> read("/index.html"), false)
                .onSuccess(index -> {
                    if (index == null) {
                        refuse(request);
                    } else {
                        send(request, "/index.html", index);
                    }
                })
                .onFailure(failure -> refuse(request));
    }

    private void refuse(HttpServerRequest request) {
        answers.problem(
                request, new Problem(ProblemType.NOT_FOUND, "There is nothing at this path"), Correlation.current());
    }

    private static void send(HttpServerRequest request, String path, Asset asset) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type);
        response.putHeader(HttpHeaders.ETAG, asset.tag);
        response.putHeader(
                HttpHeaders.CACHE_CONTROL,
                // Names under /assets hold a hash of what is in them.
                path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
        if (asset.gzip != null) {
            response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        }
        if (asset.tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (asset.gzip != null && encodings != null && encodings.contains("gzip")) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            Answers.end(request, asset.gzip);
        } else {
            Answers.end(request, asset.plain);
        }
    }

    private @Nullable Asset read(String path) throws IOException {
        Asset known = assets.get(path);
        if (known != null) {
            return known;
        }
        String resource = path.startsWith("/docs/") ? path.substring(1) : "web" + path;
        try (InputStream input = Site.class.getClassLoader().getResourceAsStream(resource)) {
            if (input == null) {
                return null;
            }
            Asset asset = asset(extension(path), input.readAllBytes());
            assets.put(path, asset);
            return asset;
        }
    }

    private static Asset asset(String extension, byte[] bytes) {
        String type = TYPES.getOrDefault(extension, "application/octet-stream");
        boolean compressible =
                bytes.length >= MIN_COMPRESSED_BYTES && !type.equals("image/png") && !type.equals("font/woff2");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            String tag = "\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"";
            return new Asset(type, tag, Buffer.buffer(bytes), compressible ? Buffer.buffer(gzip(bytes)) : null);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 2);
        try (GZIPOutputStream output = new GZIPOutputStream(compressed)) {
            output.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static String extension(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') ? path.substring(dot + 1) : "";
    }
}
