package dev.berth.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI 3.1 contract, read once: the single source of routes, parameters, body schemas, security and limits.
 * References within the document are followed, references out of it are not.
 *
 * <p>Of its own it knows {@code x-rate-limit: {policy: name}} and {@code x-max-body-bytes} of an operation.
 */
public final class Contract {
    private static final String RESOURCE = "openapi.yaml";
    private static final String SCHEMAS = "urn:berth:contract";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final String yaml;
    private final JsonNode document;
    private final Map<String, Operation> operations;

    private Contract(String yaml, JsonNode document, Map<String, Operation> operations) {
        this.yaml = yaml;
        this.document = document;
        this.operations = operations;
    }

    /** Reads the contract that is packed with Berth. */
    public static Contract load() {
        try (InputStream input = Contract.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (input == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return parse(new String(input.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Contract parse(String yaml) {
        try {
            JsonNode document = YAMLMapper.builder()
                    .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(yaml);
            return new Contract(yaml, document, new Reader(document).operations());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the contract is not YAML: " + e.getMessage(), e);
        }
    }

    /** The part of the contract under these tags: for tests that run a capability alone. */
    public Contract only(String... tags) {
        Map<String, Operation> some = new LinkedHashMap<>();
        operations.forEach((id, operation) -> {
            if (operation.tags().stream().anyMatch(List.of(tags)::contains)) {
                some.put(id, operation);
            }
        });
        return new Contract(yaml, document, some);
    }

    /** The document as it was written. */
    public String yaml() {
        return yaml;
    }

    /** The document as JSON. */
    public String json() {
        return document.toString();
    }

    Map<String, Operation> operations() {
        return operations;
    }

    /** Turns the document into operations, and says all that is wrong with it at once. */
    private static final class Reader {
        private final JsonNode document;
        /** Read once: a schema that is asked of the factory by its pointer is read with the whole document each time. */
        private final JsonSchema library;

        private final List<String> mistakes = new ArrayList<>();

        Reader(JsonNode document) {
            this.document = document;
            JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                    .formats(formats -> Formats.forSchemas().forEach(format -> formats.put(format.getName(), format)))
                    // What OpenAPI adds (examples, discriminators, our own x-…) is for readers.
                    .unknownKeywordFactory((name, context) -> new NonValidationKeyword(name))
                    .build();
            JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(
                    SpecVersion.VersionFlag.V202012, builder -> builder.metaSchema(dialect));
            SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                    .formatAssertionsEnabled(true)
                    .pathType(PathType.JSON_POINTER)
                    .locale(Locale.ENGLISH)
                    .cacheRefs(true)
                    .preloadJsonSchema(true)
                    .build();
            this.library = schemas.getSchema(SchemaLocation.of(SCHEMAS), schemaDocument(document), config);
        }

        /** Bodies get a place of their own by operation id, so that each can be pointed at. */
        private static JsonNode schemaDocument(JsonNode document) {
            ObjectNode library = JsonNodeFactory.instance.objectNode();
            ObjectNode bodies = library.putObject("bodies");
            library.putObject("components").set("schemas", document.at("/components/schemas"));
            for (JsonNode path : document.path("paths")) {
                for (JsonNode operation : path) {
                    JsonNode body = resolve(document, operation.path("requestBody"));
                    JsonNode schema =
                            body.path("content").path("application/json").path("schema");
                    if (!schema.isMissingNode()) {
                        bodies.set(operation.path("operationId").asText(), schema);
                    }
                }
            }
            return library;
        }

        Map<String, Operation> operations() {
            Map<String, Operation> operations = new LinkedHashMap<>();
            document.path("paths")
                    .properties()
                    .forEach(path -> path.getValue().properties().stream()
                            .filter(entry -> METHODS.contains(entry.getKey()))
                            .forEach(entry -> {
                                Operation operation =
                                        operation(path.getKey(), path.getValue(), entry.getKey(), entry.getValue());
                                if (operations.put(operation.id(), operation) != null) {
                                    mistakes.add("two operations are called " + operation.id());
                                }
                            }));
            if (!mistakes.isEmpty()) {
                throw new IllegalArgumentException("the contract is wrong: " + String.join("; ", mistakes));
            }
            return operations;
        }

        private Operation operation(String path, JsonNode item, String method, JsonNode node) {
            String id = node.path("operationId").asText();
            if (id.isEmpty()) {
                mistakes.add(method + " " + path + " has no operationId");
            }
            Map<String, Parameter> parameters = new LinkedHashMap<>();
            for (JsonNode list : List.of(item.path("parameters"), node.path("parameters"))) {
                list.forEach(each -> {
                    Parameter parameter = Parameter.of(resolveDeep(each));
                    parameters.put(parameter.pointer(), parameter);
                });
            }
            Set<String> tags = new LinkedHashSet<>();
            node.path("tags").forEach(tag -> tags.add(tag.asText()));
            Set<String> produces = new LinkedHashSet<>();
            node.path("responses")
                    .forEach(response -> resolve(document, response)
                            .path("content")
                            .fieldNames()
                            .forEachRemaining(produces::add));
            return new Operation(
                    id,
                    HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
                    path,
                    tags,
                    inPath(id, path, parameters),
                    in(parameters, Parameter.In.QUERY),
                    in(parameters, Parameter.In.HEADER),
                    body(id, node),
                    access(node.has("security") ? node.path("security") : document.path("security")),
                    node.at("/x-rate-limit/policy").asText(null),
                    produces);
        }

        /** The path's parameters in the order of its template. */
        private List<Parameter> inPath(String id, String path, Map<String, Parameter> parameters) {
            List<Parameter> ordered = new ArrayList<>();
            for (String name : PathTree.names(path)) {
                Parameter parameter = parameters.get("/path/" + name);
                if (parameter == null) {
                    mistakes.add(id + " does not describe its path parameter " + name);
                } else {
                    ordered.add(parameter);
                }
            }
            return ordered;
        }

        private static List<Parameter> in(Map<String, Parameter> parameters, Parameter.In in) {
            return parameters.values().stream()
                    .filter(parameter -> parameter.in() == in)
                    .toList();
        }

        private Operation.@Nullable Body body(String id, JsonNode node) {
            JsonNode body = resolve(document, node.path("requestBody"));
            if (body.isMissingNode()) {
                return null;
            }
            Set<String> mediaTypes = new LinkedHashSet<>();
            body.path("content").fieldNames().forEachRemaining(mediaTypes::add);
            boolean json = body.path("content").path("application/json").has("schema");
            return new Operation.Body(
                    body.path("required").asBoolean(),
                    mediaTypes,
                    json ? schema("/bodies/" + id) : null,
                    node.has("x-max-body-bytes") ? node.path("x-max-body-bytes").asInt() : null);
        }

        private @Nullable JsonSchema schema(String pointer) {
            try {
                JsonSchema schema = library.getRefSchema(SchemaLocation.Fragment.of(pointer));
                schema.initializeValidators();
                return schema;
            } catch (RuntimeException e) {
                mistakes.add(pointer + ": " + e.getMessage());
                return null;
            }
        }

        private static Operation.Access access(JsonNode requirements) {
            boolean without = requirements.isEmpty();
            boolean with = false;
            for (JsonNode requirement : requirements) {
                without |= requirement.isEmpty();
                with |= !requirement.isEmpty();
            }
            if (!with) {
                return Operation.Access.PUBLIC;
            }
            return without ? Operation.Access.OPTIONAL : Operation.Access.REQUIRED;
        }

        /** Follows a parameter's own reference and that of its schema. */
        private JsonNode resolveDeep(JsonNode node) {
            JsonNode parameter = resolve(document, node);
            if (!(parameter instanceof ObjectNode object)) {
                mistakes.add("no such parameter: " + node);
                return parameter;
            }
            ObjectNode copy = object.deepCopy();
            if (resolve(document, copy.path("schema")).deepCopy() instanceof ObjectNode schema) {
                if (schema.has("items")) {
                    schema.set("items", resolve(document, schema.path("items")));
                }
                copy.set("schema", schema);
            }
            return copy;
        }

        private static JsonNode resolve(JsonNode document, JsonNode node) {
            JsonNode current = node;
            while (current.has("$ref")) {
                String reference = current.path("$ref").asText();
                if (!reference.startsWith("#/")) {
                    throw new IllegalArgumentException("a reference out of the contract: " + reference);
                }
                current = document.at(reference.substring(1));
            }
            return current;
        }
    }
}
