package dev.berth.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The manifests against the models of Kubernetes' own client, which know every field and which are required. */
class KubernetesFilesTest {
    private static final Path FOLDER = Path.of("cluster", "kubernetes");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Check> KINDS = Map.ofEntries(
            Map.entry("v1 Namespace", V1Namespace::validateJsonElement),
            Map.entry("v1 ServiceAccount", V1ServiceAccount::validateJsonElement),
            Map.entry("v1 ConfigMap", V1ConfigMap::validateJsonElement),
            Map.entry("v1 Secret", V1Secret::validateJsonElement),
            Map.entry("v1 Service", V1Service::validateJsonElement),
            Map.entry("apps/v1 Deployment", V1Deployment::validateJsonElement),
            Map.entry("policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement),
            Map.entry("rbac.authorization.k8s.io/v1 Role", V1Role::validateJsonElement),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", V1RoleBinding::validateJsonElement));

    private interface Check {
        void of(JsonElement manifest) throws IOException;
    }

    @Test
    void manifests_areWhatKubernetesTakes() throws IOException {
        for (Path file : resources()) {
            for (JsonNode manifest : documents(file)) {
                check(manifest);
            }
        }
    }

    @Test
    void aMisspeltField_isFound() throws IOException {
        JsonObject deployment = parse(only("Deployment"));
        deployment
                .getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .addProperty("terminationGracePeriod", 60);
        assertThatThrownBy(() -> V1Deployment.validateJsonElement(deployment))
                .hasMessageContaining("terminationGracePeriod");
    }

    @Test
    void kustomization_namesEveryFileButTheSecret() throws IOException {
        List<String> named = new ArrayList<>(List.of("kustomization.yaml", "secret.yaml"));
        documents(FOLDER.resolve("kustomization.yaml"))
                .getFirst()
                .path("resources")
                .forEach(resource -> named.add(resource.asText()));
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(named);
        }
        only("Secret")
                .path("stringData")
                .forEach(value -> assertThat(value.asText()).isEmpty());
    }

    @Test
    void aPod_hasTheTimeThatItsNodeTakesToLeave() throws IOException {
        JsonNode settings = only("ConfigMap").path("data");
        int grace = pod().path("terminationGracePeriodSeconds").asInt();
        assertThat(grace).isGreaterThan(seconds(settings, "BERTH_NODE_STOP_TIMEOUT"));
        assertThat(seconds(settings, "BERTH_NODE_STOP_TIMEOUT"))
                .isGreaterThan(
                        seconds(settings, "BERTH_NODE_DRAIN_NOTICE") + seconds(settings, "BERTH_HTTP_DRAIN_TIMEOUT"));
        JsonNode probe = pod().path("containers").path(0).path("readinessProbe");
        assertThat(seconds(settings, "BERTH_NODE_DRAIN_NOTICE"))
                .isGreaterThan(probe.path("periodSeconds").asInt()
                        * probe.path("failureThreshold").asInt());
    }

    @Test
    void ports_areTheOnesThatNodesAreTold() throws IOException {
        JsonNode settings = only("ConfigMap").path("data");
        List<String> ports = new ArrayList<>();
        pod().path("containers")
                .path(0)
                .path("ports")
                .forEach(port -> ports.add(port.path("containerPort").asText()));
        assertThat(ports)
                .containsExactly(
                        settings.path("BERTH_HTTP_PORT").asText(),
                        settings.path("BERTH_MANAGEMENT_PORT").asText(),
                        settings.path("BERTH_CLUSTER_PORT").asText(),
                        settings.path("BERTH_CLUSTER_BUS_PORT").asText());
    }

    private static void check(JsonNode manifest) throws IOException {
        String kind = manifest.path("apiVersion").asText() + " "
                + manifest.path("kind").asText();
        Check check = KINDS.get(kind);
        if (check == null) {
            throw new AssertionError("nothing here checks " + kind);
        }
        check.of(parse(manifest));
    }

    private static JsonObject parse(JsonNode manifest) {
        return JsonParser.parseString(manifest.toString()).getAsJsonObject();
    }

    private static JsonNode pod() throws IOException {
        return only("Deployment").path("spec").path("template").path("spec");
    }

    private static int seconds(JsonNode settings, String name) {
        return Integer.parseInt(settings.path(name).asText().replace("s", ""));
    }

    private static JsonNode only(String kind) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (Path file : resources()) {
            for (JsonNode manifest : documents(file)) {
                if (manifest.path("kind").asText().equals(kind)) {
                    found.add(manifest);
                }
            }
        }
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    /** The files that Kubernetes itself reads. */
    private static List<Path> resources() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> !file.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        new Yaml().loadAll(Files.readString(file)).forEach(document -> documents.add(JSON.valueToTree(document)));
        return documents;
    }
}
