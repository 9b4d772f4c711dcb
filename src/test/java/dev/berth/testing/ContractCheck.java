package dev.berth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds what went over the wire against the contract. It reads {@code openapi.yaml} by itself and validates with Vert.x's
 * JSON Schema, not with what the server uses: a mistake there is not made here too.
 *
 * <p>Of each exchange: the operation exists, the status and media type of the answer are in the contract, its body
 * follows its schema, and a body that the server has taken follows the request's. It remembers which operations it has
 * seen answered with success, for {@link #assertCovered}.
 */
public final class ContractCheck {
    private static final String BASE_PATH = "/api/v1";
    private static final String SCHEMAS = "https://berth.test/contract";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode contract;
    private final List<Operation> operations = new ArrayList<>();
    private final SchemaRepository schemas = SchemaRepository.create(new JsonSchemaOptions()
            .setBaseUri(SCHEMAS)
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic));
    private final Set<String> covered = new TreeSet<>();

    private record Operation(String id, String method, Pattern path, int parameters, JsonNode node) {}

    public ContractCheck() {
        try (InputStream input = ContractCheck.class.getResourceAsStream("/openapi.yaml")) {
            contract = new YAMLMapper().readTree(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ObjectNode library = JsonNodeFactory.instance.objectNode();
        contract.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(entry -> METHODS.contains(entry.getKey()))
                        .forEach(entry -> {
                            Operation operation = operation(path.getKey(), entry.getKey(), entry.getValue());
                            operations.add(operation);
                            collectSchemas(operation, library);
                        }));
        library.putObject("components").set("schemas", contract.at("/components/schemas"));
        schemas.dereference(SCHEMAS, JsonSchema.of(new JsonObject(library.toString())));
    }

    private static Operation operation(String path, String method, JsonNode node) {
        String pattern = Pattern.compile("\\{[^}]+}")
                .splitAsStream(path)
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]+", "", path.endsWith("}") ? "[^/]+" : ""));
        int parameters = (int) path.chars().filter(each -> each == '{').count();
        return new Operation(
                node.path("operationId").asText(), method, Pattern.compile(BASE_PATH + pattern), parameters, node);
    }

    /** Each schema gets an address of its own in one document, beside the components that it refers to. */
    private void collectSchemas(Operation operation, ObjectNode library) {
        ObjectNode own = library.putObject(operation.id);
        JsonNode body = resolve(operation.node.path("requestBody")).at("/content/application~1json/schema");
        if (!body.isMissingNode()) {
            own.set("body", body);
        }
        operation.node.path("responses").properties().forEach(response -> {
            int number = 0;
            for (JsonNode media : resolve(response.getValue()).path("content")) {
                if (media.has("schema")) {
                    own.set(response.getKey() + "-" + number, media.path("schema"));
                }
                number++;
            }
        });
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? contract.at(node.path("$ref").asText().substring(1)) : node;
    }

    /** Checks an answer of the JDK's client. */
    public HttpResponse<String> check(HttpResponse<String> answer, @Nullable String sent) {
        check(
                answer.request().method(),
                answer.request().uri(),
                sent,
                answer.statusCode(),
                answer.headers().firstValue("content-type").orElse(null),
                answer.body());
        return answer;
    }

    /**
     * @param sent the request's body, null for none
     * @param type the answer's content type, null for none
     */
    public void check(
            String method, URI address, @Nullable String sent, int status, @Nullable String type, String body) {
        String exchange = method + " " + address + " → " + status + " " + body;
        Operation operation = find(method, address.getPath());
        if (operation == null) {
            assertThat(status).as("no operation: " + exchange).isIn(404, 405);
            return;
        }
        JsonNode responses = operation.node.path("responses");
        String key = responses.has(Integer.toString(status)) ? Integer.toString(status) : "default";
        assertThat(responses.has(key))
                .as("status is not in the contract: " + exchange)
                .isTrue();
        if (status != 304 && !method.equals("HEAD")) {
            checkBody(operation, key, exchange, type, body);
        }
        JsonNode taken = resolve(operation.node.path("requestBody")).at("/content/application~1json/schema");
        if (status < 300 && !taken.isMissingNode() && sent != null && !sent.isEmpty()) {
            validate(operation.id + "/body", sent, "taken although it is not in the contract: " + exchange);
        }
        if (status < 300) {
            covered.add(operation.id);
        }
    }

    private void checkBody(Operation operation, String key, String exchange, @Nullable String type, String body) {
        JsonNode content = resolve(operation.node.path("responses").path(key)).path("content");
        if (content.isEmpty()) {
            assertThat(body)
                    .as("a body that is not in the contract: " + exchange)
                    .isEmpty();
            return;
        }
        String media = type == null ? "" : type.split(";", 2)[0].strip();
        assertThat(content.has(media))
                .as("media type %s is not in the contract: %s", media, exchange)
                .isTrue();
        int number = 0;
        for (Map.Entry<String, JsonNode> each : content.properties()) {
            if (each.getKey().equals(media)
                    && media.endsWith("json")
                    && each.getValue().has("schema")) {
                validate(operation.id + "/" + key + "-" + number, body, "not as the contract says: " + exchange);
            }
            number++;
        }
    }

    private void validate(String pointer, String body, String what) {
        OutputUnit result = schemas.validator(JsonSchema.of(new JsonObject().put("$ref", SCHEMAS + "#/" + pointer)))
                .validate(Json.decodeValue(body));
        assertThat(result.getValid())
                .as(() -> what + " — "
                        + (result.getErrors() == null
                                ? ""
                                : result.getErrors().stream()
                                        .map(error -> error.getInstanceLocation() + ": " + error.getError())
                                        .collect(Collectors.joining("; "))))
                .isTrue();
    }

    private @Nullable Operation find(String method, String path) {
        String wanted = method.equals("HEAD") ? "get" : method.toLowerCase(java.util.Locale.ROOT);
        Operation found = null;
        for (Operation operation : operations) {
            boolean matches = operation.method.equals(wanted)
                    && operation.path.matcher(path).matches()
                    && (found == null || operation.parameters < found.parameters);
            found = matches ? operation : found;
        }
        return found;
    }

    /** Every operation with the tag has been seen answered with success. */
    public void assertCovered(String tag) {
        assertThat(covered)
                .containsAll(operations.stream()
                        .filter(operation ->
                                operation.node.path("tags").toString().contains("\"" + tag + "\""))
                        .map(Operation::id)
                        .toList());
    }
}
