package dev.berth.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemXmlConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ClusterFilesTest {
    @Test
    void tcpFile_namesItsMembers_andKeepsVertxMaps() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("berth.cluster.member1", "10.0.0.1:15701");
        properties.setProperty("berth.cluster.member2", "10.0.0.2:15701");
        Config config = load("tcp", properties);
        assertThat(config.getNetworkConfig().getJoin().getTcpIpConfig().isEnabled())
                .isTrue();
        assertThat(config.getNetworkConfig().getJoin().getTcpIpConfig().getMembers())
                .containsExactly("10.0.0.1:15701", "10.0.0.2:15701");
        assertThat(config.getNetworkConfig().getJoin().getMulticastConfig().isEnabled())
                .isFalse();
    }

    @Test
    void kubernetesFile_asksTheService() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("berth.cluster.service", "berth-members.parking.svc.cluster.local");
        Config config = load("kubernetes", properties);
        assertThat(config.getNetworkConfig().getJoin().getKubernetesConfig().isEnabled())
                .isTrue();
        assertThat(config.getNetworkConfig().getJoin().getKubernetesConfig().getProperty("service-dns"))
                .isEqualTo("berth-members.parking.svc.cluster.local");
        assertThat(config.getNetworkConfig().getJoin().getTcpIpConfig().isEnabled())
                .isFalse();
    }

    private static Config load(String kind, Properties properties) throws IOException {
        Config config = new FileSystemXmlConfig(
                Path.of("cluster", "hazelcast-" + kind + ".xml").toFile(), properties);
        assertThat(config.getMultiMapConfigs()).containsKey("__vertx.subs");
        assertThat(config.getMapConfigs()).containsKeys("__vertx.haInfo", "__vertx.nodeInfo");
        assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("10");
        return config;
    }
}
