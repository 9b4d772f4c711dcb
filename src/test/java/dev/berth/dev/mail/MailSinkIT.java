package dev.berth.dev.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MailSinkIT {
    private static final int PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private MailSink sink;
    private String deployment;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        sink = new MailSink(new MailSink.Settings("127.0.0.1", 0, 0, folder));
        deployment = await(vertx.deployVerticle(sink));
    }

    @AfterEach
    void end() throws Exception {
        await(vertx.close());
        http.close();
    }

    @Test
    void mail_isRead_alsoAfterARestart() throws Exception {
        send(mail("Ada@Example.com", "Buchung bestätigt – Stellplatz ☂")
                .setText("Grüße\n https://berth.example/b/1")
                .setHtml("<p>Grüße <a href=\"https://berth.example/b/1\">hier</a></p>"));
        await(vertx.undeploy(deployment));
        start();

        JsonArray all = new JsonArray(get("/dev/mail.json?to=ada@example.com").body());
        assertThat(all).hasSize(1);
        JsonObject mail = all.getJsonObject(0);
        assertThat(mail.getString("subject")).isEqualTo("Buchung bestätigt – Stellplatz ☂");
        assertThat(mail.getString("text")).contains("Grüße").contains("https://berth.example/b/1");
        assertThat(mail.getString("html")).contains("<p>Grüße");
        assertThat(get("/dev/mail.json?to=bob@example.com").body()).isEqualTo("[]");
        assertThat(get("/dev/mail").body()).contains("Buchung bestätigt – Stellplatz ☂", "ada@example.com");
        String page = "/dev/mail/" + mail.getString("id");
        assertThat(get(page).body())
                .contains("sandbox=\"allow-popups", "Grüße", "Berth &lt;no-reply@berth.example&gt;");
        assertThat(get(page + "/source").body()).contains("Subject:");
        HttpResponse<String> html = get(page + "/html");
        assertThat(html.body()).contains("<p>Grüße");
        assertThat(html.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox ");
    }

    @Test
    void whatMailsSay_isNeverMarkupOfThePages() throws Exception {
        send(mail("eve@example.com", "<script>alert(1)</script>").setText("</pre><script>alert(2)</script>"));
        String id = new JsonArray(get("/dev/mail.json").body()).getJsonObject(0).getString("id");
        assertThat(get("/dev/mail").body()).doesNotContain("<script").contains("&lt;script&gt;alert(1)");
        assertThat(get("/dev/mail/" + id).body()).doesNotContain("<script").contains("&lt;script&gt;alert(2)");
        assertThat(get("/dev/mail?to=%3Cscript%3E").body()).doesNotContain("<script");
    }

    @Test
    void tooLargeMail_isRefused_andTheNextIsTaken() throws Exception {
        // By hand: a client that reads what the server announces does not even try.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sink.smtpPort());
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                Writer commands = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII)) {
            assertThat(answers.readLine()).startsWith("220");
            for (String command : List.of("HELO me", "MAIL FROM:<a@example.com>", "RCPT TO:<ada@example.com>")) {
                commands.append(command).append("\r\n").flush();
                assertThat(answers.readLine()).as(command).startsWith("250");
            }
            commands.append("DATA\r\n").flush();
            assertThat(answers.readLine()).startsWith("354");
            commands.append("Subject: large\r\n\r\n");
            for (int line = 0; line < 20_000; line++) {
                commands.append("x".repeat(70)).append("\r\n");
            }
            commands.append(".\r\n").flush();
            assertThat(answers.readLine()).startsWith("552");
        }
        assertThat(new JsonArray(get("/dev/mail.json").body())).isEmpty();
        send(mail("ada@example.com", "small").setText("x"));
        assertThat(new JsonArray(get("/dev/mail.json").body())).hasSize(1);
    }

    @Test
    void unknownPaths_areNotFound_andNothingCanBeChanged() throws Exception {
        for (String path : new String[] {"/dev/mail/1", "/dev/mail/../x", "/dev/mail/1/other", "/other"}) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(http.send(
                                HttpRequest.newBuilder(uri(sink.httpPort(), "/dev/mail"))
                                        .DELETE()
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void node_showsTheSamePages() throws Exception {
        send(mail("ada@example.com", "Through the node").setText("x"));
        Router router = Router.router(vertx);
        router.route("/dev/mail*").handler(new MailProxy(vertx, uri(sink.httpPort(), "")));
        int port = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
        for (String path : new String[] {"/dev/mail", "/dev/mail.json?to=ada@example.com"}) {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.ofString());
            assertThat(answer.body())
                    .contains("Through the node")
                    .isEqualTo(get(path).body());
            assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
        }
    }

    @Test
    void onlyTheLatestAreKept() throws Exception {
        MailStore store = MailStore.open(folder, java.time.InstantSource.system());
        byte[] source = "Subject: many\r\n\r\nx".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i <= MailStore.MAILS_MAX; i++) {
            store.add(List.of("a@example.com"), source);
        }
        assertThat(store.latest(MailStore.MAILS_MAX + 1)).hasSize(MailStore.MAILS_MAX);
        try (var files = java.nio.file.Files.list(folder)) {
            assertThat(files).hasSize(MailStore.MAILS_MAX);
        }
    }

    private void send(MailMessage mail) throws Exception {
        MailClient client = MailClient.create(
                vertx,
                new MailConfig()
                        .setHostname("127.0.0.1")
                        .setPort(sink.smtpPort())
                        .setMaxPoolSize(1));
        try {
            await(client.sendMail(mail));
        } finally {
            await(client.close());
        }
    }

    private static MailMessage mail(String to, String subject) {
        return new MailMessage()
                .setFrom("Berth <no-reply@berth.example>")
                .setTo(to)
                .setSubject(subject);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(sink.httpPort(), path)).build(), BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
