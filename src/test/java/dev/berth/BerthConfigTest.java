package dev.berth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.platform.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BerthConfigTest {
    private static final Path FILE = Path.of("conf", "berth.yaml");
    /** What has no default. */
    private static final Map<String, String> REQUIRED = Map.of(
            "BERTH_DATABASE_URL", "postgresql://localhost:5432/berth",
            "BERTH_DATABASE_PASSWORD", "secret",
            "BERTH_EVENTS_KAFKA", "localhost:9092",
            "BERTH_SECURITY_DEVELOPMENT_KEYS", "true",
            "BERTH_PAYMENTS_SECRET_KEY", "sk_test_x",
            "BERTH_PAYMENTS_WEBHOOK_SECRET", "whsec_x",
            "BERTH_MAIL_HOST", "localhost",
            "BERTH_MAIL_FROM", "Berth <berth@example.org>");

    @Test
    void theFile_saysWhatTheCodeDoesWithoutIt() {
        BerthConfig withFile = ConfigLoader.load(BerthConfig.class, FILE, REQUIRED);
        BerthConfig without = ConfigLoader.load(BerthConfig.class, Path.of("conf", "none.yaml"), REQUIRED);
        assertThat(withFile).isEqualTo(without);
    }

    @Test
    void theFile_namesEveryKey() throws IOException {
        List<String> lines = Files.readAllLines(FILE).stream()
                .map(line -> line.replace("# ", "").strip())
                .toList();
        BerthConfig config = ConfigLoader.load(BerthConfig.class, FILE, REQUIRED);
        for (String key : ConfigLoader.describe(config).keySet()) {
            String last = key.substring(key.lastIndexOf('.') + 1) + ":";
            assertThat(lines).as(key).anyMatch(line -> line.startsWith(last));
        }
    }

    @Test
    void secrets_areNotShown() {
        BerthConfig config = ConfigLoader.load(BerthConfig.class, FILE, REQUIRED);
        assertThat(ConfigLoader.describe(config).values()).noneMatch(value -> value.contains("whsec_x"));
    }
}
