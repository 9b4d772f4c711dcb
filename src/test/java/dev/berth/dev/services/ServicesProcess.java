package dev.berth.dev.services;

import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** A JVM of its own with all servers: it counts its starts in each of them, tells the counts, and stays until killed. */
final class ServicesProcess {
    private static final String TOPIC = "starts";

    private ServicesProcess() {}

    public static void main(String[] arguments) throws Exception {
        DevServices services;
        try {
            services = DevServices.start(FolderLock.lock(Path.of(arguments[0])));
        } catch (ServiceException e) {
            System.out.println("REFUSED " + e.getMessage());
            return;
        }
        services.awaitReady();
        try {
            System.out.println("COUNTS " + inPostgres(services.databaseUrl()) + " " + inRedis(services.redisUrl()) + " "
                    + inKafka(services.kafkaServers()));
        } catch (Exception e) {
            // The servers' threads would keep this JVM alive, and who waits for the counts would wait for ever.
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        new CountDownLatch(1).await();
    }

    private static long inPostgres(String url) throws Exception {
        URI address = URI.create(url);
        List<String> user = List.of(address.getUserInfo().split(":", -1));
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://"
                                + address.getAuthority()
                                        .substring(address.getUserInfo().length() + 1) + address.getPath(),
                        user.get(0),
                        user.get(1));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz NOT NULL)");
            statement.execute("INSERT INTO starts VALUES (now())");
            try (var rows = statement.executeQuery("SELECT count(*) FROM starts")) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static long inRedis(String url) throws Exception {
        URI address = URI.create(url);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write("INCR starts\r\n".getBytes(StandardCharsets.US_ASCII));
            int digit = ':';
            StringBuilder number = new StringBuilder();
            while (digit != '\r') {
                digit = socket.getInputStream().read();
                if (Character.isDigit(digit)) {
                    number.append((char) digit);
                }
            }
            return Long.parseLong(number.toString());
        }
    }

    private static long inKafka(String servers) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            if (!admin.listTopics().names().get().contains(TOPIC)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                        .all()
                        .get();
            }
            try (var producer = new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers, ProducerConfig.ACKS_CONFIG, "all"),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.send(new ProducerRecord<>(TOPIC, "key", "value")).get();
            }
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }
}
