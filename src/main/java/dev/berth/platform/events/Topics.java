package dev.berth.platform.events;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the topics that are missing. Blocks: for virtual or worker threads. */
final class Topics {
    private Topics() {}

    /** @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached in time */
    static void ensure(EventsConfig config, Collection<String> names) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.kafka(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        (int) config.sendTimeout().toMillis(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) config.sendTimeout().toMillis()))) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = names.stream()
                    .filter(name -> !existing.contains(name))
                    .map(name -> new NewTopic(name, config.topicPartitions(), (short) config.topicReplication())
                            .configs(Map.of(
                                    TopicConfig.RETENTION_MS_CONFIG,
                                    Long.toString(config.topicRetention().toMillis()),
                                    // How old an event is, is for the broker to say: a node's clock may be wrong.
                                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                    "LogAppendTime")))
                    .toList();
            admin.createTopics(missing).all().get();
        } catch (ExecutionException e) {
            // Another node was faster.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
