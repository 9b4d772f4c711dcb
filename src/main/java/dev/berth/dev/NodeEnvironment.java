package dev.berth.dev;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration of a node as environment variables, by the names of {@code conf/berth.yaml}. Variables that the
 * developer has set himself win.
 */
final class NodeEnvironment {
    static final String STRIPE_KEY = "sk_test_simulated";

    private static final int KEY_BYTES = 32;
    /** Wide enough that a load test on the demo measures the platform and not its limits. */
    private static final String NO_LIMIT = "1000000/1m";

    private static final String DEMO_ACCOUNTS = Stream.of("driver", "host", "operator", "admin")
            .map(role -> role + "@demo.berth:berth-demo:" + role)
            .collect(Collectors.joining(","));

    private NodeEnvironment() {}

    /** Keys of this folder, made up once: tokens and passes must stay good over a restart. */
    record Keys(String token, String secret, String pass, String webhook) {
        static Keys of(Path folder) throws IOException {
            Path file = folder.resolve("keys.json");
            if (!Files.exists(file)) {
                PrivateFile.write(
                        file,
                        new JsonObject()
                                .put("token", random())
                                .put("secret", random())
                                .put("pass", random())
                                .put("webhook", "whsec_" + random().replaceAll("[^A-Za-z0-9]", "")));
            }
            JsonObject keys = PrivateFile.read(file);
            return new Keys(
                    keys.getString("token"),
                    keys.getString("secret"),
                    keys.getString("pass"),
                    keys.getString("webhook"));
        }

        private static String random() {
            byte[] bytes = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }
    }

    /**
     * What all nodes have in common.
     *
     * @param databaseUrl with user and password
     * @param clusterPorts of all nodes that may come to join
     */
    static Map<String, String> common(
            String databaseUrl,
            String redisUrl,
            String kafkaServers,
            String stripeUrl,
            int smtpPort,
            int mailPort,
            List<Integer> clusterPorts,
            Keys keys) {
        URI database = URI.create(databaseUrl);
        List<String> user = List.of(database.getUserInfo().split(":", 2));
        Map<String, String> environment = new TreeMap<>();
        // Else the C library keeps memory apart for each of a node's many threads.
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put(
                "BERTH_DATABASE_URL",
                "postgresql://" + database.getHost() + ":" + database.getPort() + database.getPath());
        environment.put("BERTH_DATABASE_USER", user.get(0));
        environment.put("BERTH_DATABASE_PASSWORD", user.get(1));
        environment.put("BERTH_REDIS_URL", redisUrl);
        environment.put("BERTH_EVENTS_KAFKA", kafkaServers);
        environment.put("BERTH_PAYMENTS_API_BASE", stripeUrl);
        environment.put("BERTH_PAYMENTS_SECRET_KEY", STRIPE_KEY);
        environment.put("BERTH_PAYMENTS_WEBHOOK_SECRET", keys.webhook());
        environment.put("BERTH_MAIL_HOST", "127.0.0.1");
        environment.put("BERTH_MAIL_PORT", Integer.toString(smtpPort));
        environment.put("BERTH_DEMO_MAILS", "http://127.0.0.1:" + mailPort);
        environment.put("BERTH_DEMO_DATA", "true");
        environment.put("BERTH_HTTP_PAGE_DEMO_ACCOUNTS", DEMO_ACCOUNTS);
        environment.put("BERTH_HTTP_PAGE_DATA_ATTRIBUTION", "Stadt Karlsruhe / TRK, CC BY 4.0");
        environment.put("BERTH_MAIL_TLS", "NONE");
        environment.put("BERTH_MAIL_FROM", "Berth <berth@demo.berth>");
        environment.put("BERTH_SECURITY_TOKEN_KEYS", keys.token());
        environment.put("BERTH_SECURITY_SECRETS", keys.secret());
        environment.put("BERTH_BOOKINGS_PASS_KEY", keys.pass());
        // Two working copies on one machine must not become one cluster: each has ports of its own.
        environment.put("BERTH_CLUSTER_NAME", "berth-" + clusterPorts.getFirst());
        environment.put("BERTH_CLUSTER_PORT_COUNT", "1");
        environment.put(
                "BERTH_CLUSTER_MEMBERS",
                clusterPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
        for (String policy : List.of("EVERYTHING", "LOGIN", "REGISTER", "BOOKING", "ACCESS", "CODES")) {
            environment.put("BERTH_RATE_LIMITS_" + policy, NO_LIMIT);
        }
        return environment;
    }

    /** One node's own. */
    static Map<String, String> own(Map<String, String> common, int httpPort, int managementPort, int clusterPort) {
        String publicUrl = "http://localhost:" + httpPort;
        Map<String, String> environment = new TreeMap<>(common);
        environment.put("BERTH_HTTP_HOST", "127.0.0.1");
        environment.put("BERTH_HTTP_PORT", Integer.toString(httpPort));
        environment.put("BERTH_HTTP_PUBLIC_URL", publicUrl);
        environment.put("BERTH_MANAGEMENT_HOST", "127.0.0.1");
        environment.put("BERTH_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.put("BERTH_CLUSTER_PORT", Integer.toString(clusterPort));
        environment.putAll(System.getenv().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("BERTH_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        return environment;
    }
}
