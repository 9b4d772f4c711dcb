package dev.berth.dev.mail;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;

/** Shows the sink's pages at {@code /dev/mail} of a node, unchanged. */
public final class MailProxy implements Handler<RoutingContext> {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final List<String> HEADERS = List.of(
            "Content-Type",
            "Content-Security-Policy",
            "Cache-Control",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Location",
            "Allow");

    private final HttpClient client;

    /** @param sink {@code http://host:port} */
    public MailProxy(Vertx vertx, URI sink) {
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost(sink.getHost())
                .setDefaultPort(sink.getPort())
                .setConnectTimeout(TIMEOUT_MILLIS));
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (!context.request().method().equals(HttpMethod.GET)) {
            response.setStatusCode(405).putHeader("Allow", "GET").end();
            return;
        }
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setURI(context.request().uri())
                        .setTimeout(TIMEOUT_MILLIS))
                .compose(request -> request.send())
                .compose(answer -> copy(answer, response))
                .onFailure(failure -> {
                    if (!response.ended()) {
                        response.setStatusCode(502).end("The mails cannot be read at the moment.");
                    }
                });
    }

    private static Future<Void> copy(HttpClientResponse answer, HttpServerResponse response) {
        return answer.body().compose(body -> {
            response.setStatusCode(answer.statusCode());
            for (String name : HEADERS) {
                String value = answer.getHeader(name);
                if (value != null) {
                    response.putHeader(name, value);
                }
            }
            return response.end(body);
        });
    }
}
