package dev.berth.platform.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The dashboard and the rules as files. That the metrics they use are those of a node is seen at a running one, by {@code
 * SeenFromOutsideIT}.
 */
class WatchFilesTest {
    private static final Path DASHBOARD = Path.of("cluster", "grafana", "berth.json");
    private static final Path RULES = Path.of("cluster", "prometheus", "alerts.yml");
    private static final Path MANUAL = Path.of("cluster/OPERATING.md");

    @Test
    void dashboard_hasPanelsThatDoNotOverlap() throws IOException {
        JsonNode panels = new ObjectMapper().readTree(DASHBOARD.toFile()).path("panels");
        List<Integer> ids = new ArrayList<>();
        boolean[][] used = new boolean[200][24];
        for (JsonNode panel : panels) {
            ids.add(panel.path("id").asInt());
            JsonNode place = panel.path("gridPos");
            for (int y = place.path("y").asInt();
                    y < place.path("y").asInt() + place.path("h").asInt();
                    y++) {
                for (int x = place.path("x").asInt();
                        x < place.path("x").asInt() + place.path("w").asInt();
                        x++) {
                    assertThat(used[y][x]).as(panel.path("title").asText()).isFalse();
                    used[y][x] = true;
                }
            }
        }
        assertThat(ids).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    }

    @Test
    void dashboard_asksSomethingInEveryPanel_andSaysWhatItShows() throws IOException {
        for (JsonNode panel : new ObjectMapper().readTree(DASHBOARD.toFile()).path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("description").asText()).isNotBlank();
                assertThat(panel.path("targets")).isNotEmpty();
                panel.path("targets")
                        .forEach(target ->
                                assertThat(target.path("expr").asText()).isNotBlank());
            }
        }
    }

    @Test
    void everyAlert_saysHowUrgentItIs_andTheManualSaysWhatToDo() throws IOException {
        List<String> manual = Files.readAllLines(MANUAL);
        List<String> names = new ArrayList<>();
        for (JsonNode group :
                new ObjectMapper(new YAMLFactory()).readTree(RULES.toFile()).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                String name = rule.path("alert").asText();
                names.add(name);
                assertThat(rule.at("/labels/severity").asText()).isIn(Set.of("page", "ticket"));
                assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
                assertThat(rule.at("/annotations/runbook").asText())
                        .isEqualTo("cluster/OPERATING.md#" + name.toLowerCase(Locale.ROOT));
                assertThat(manual).contains("### " + name);
            }
        }
        assertThat(names).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(manual.stream().filter(line -> line.startsWith("### Berth"))).hasSameSizeAs(names);
    }
}
