package dev.berth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

@WithServices
class ServicesIT {
    @Test
    void postgres_isDurable_andEachClassHasItsOwnDatabase(Services services) throws Exception {
        URI address = URI.create(services.postgres());
        assertThat(services.postgres()).isEqualTo(address.toString());
        assertThat(services.freshDatabase()).isNotEqualTo(address.toString());
        String[] user = address.getUserInfo().split(":", 2);
        try (var connection = java.sql.DriverManager.getConnection(
                        "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath(),
                        user[0],
                        user[1]);
                var statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION btree_gist");
            for (String setting : List.of("fsync", "synchronous_commit")) {
                try (var rows = statement.executeQuery("SHOW " + setting)) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("on");
                }
            }
        }
    }

    @Test
    void databaseLike_copiesWhatWasPrepared(Services services) {
        String first = services.databaseLike("prepared", url -> assertThat(url).startsWith("postgresql://"));
        String second = services.databaseLike("prepared", url -> {
            throw new AssertionError("prepared twice");
        });
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void redis_answers(Services services) throws Exception {
        URI address = URI.create(services.redis());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("+PONG");
        }
    }

    @Test
    void kafka_startsWithoutTopics(Services services) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, services.kafka()))) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).isEmpty();
            admin.createTopics(List.of(new NewTopic("a.events", 4, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }
}
