package dev.berth.platform.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads JSON bodies: first whether it is JSON at all, then whether it follows the contract, then as a record. */
final class Bodies {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_CHARACTERS = 40;
    private static final int MAX_NAME_CHARACTERS = 200;
    /** More would help nobody, and could make an answer larger than the request. */
    private static final int MAX_ERRORS = 20;

    private static final byte[] ESCAPE = {'\\', 'u'};

    private final JsonMapper json;
    private final ObjectReader trees;

    Bodies(JsonMapper json, int maxTextCharacters) {
        this.json = json;
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_CHARACTERS)
                        .maxNameLength(MAX_NAME_CHARACTERS)
                        .maxStringLength(maxTextCharacters)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // Names come from outside: neither cached for ever nor shared between requests.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
        this.trees = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .reader();
    }

    /** @throws Rejection MALFORMED_REQUEST */
    JsonNode parse(Buffer bytes) {
        byte[] array = bytes.getBytes();
        try {
            JsonNode tree = trees.readTree(array);
            if (contains(array, ESCAPE)) {
                refuseUnstorable(tree, "");
            }
            return tree;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new Rejection(
                    ProblemType.MALFORMED_REQUEST, "The body is not JSON as the contract takes it" + where + reason(e));
        } catch (IOException e) {
            throw new Rejection(ProblemType.MALFORMED_REQUEST, "The body is not JSON");
        }
    }

    /** Jackson's own words, where they do not repeat what was sent. */
    private static String reason(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        return message.startsWith("Duplicate field") ? ": a field is given twice" : "";
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == wanted[0] && bytes[i + 1] == wanted[1]) {
                return true;
            }
        }
        return false;
    }

    /** NUL and halves of surrogate pairs can be written as escapes, but neither PostgreSQL nor UTF-8 can hold them. */
    private static void refuseUnstorable(JsonNode node, String pointer) {
        if (node.isTextual()) {
            String text = node.textValue();
            boolean unstorable = text.indexOf('\0') >= 0
                    || text.codePoints()
                            .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
            if (unstorable) {
                throw new Rejection(ProblemType.INVALID_REQUEST, "holds a character that cannot be stored", pointer);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                refuseUnstorable(node.get(i), pointer + "/" + i);
            }
        } else {
            node.properties()
                    .forEach(field -> refuseUnstorable(field.getValue(), pointer + "/" + escape(field.getKey())));
        }
    }

    /** @throws Rejection INVALID_REQUEST with a pointer to each field that is wrong */
    static void check(JsonSchema schema, JsonNode body) {
        Set<ValidationMessage> messages = schema.validate(body);
        if (messages.isEmpty()) {
            return;
        }
        List<FieldError> errors =
                messages.stream().limit(MAX_ERRORS).map(Bodies::error).toList();
        throw new Rejection(new Problem(
                ProblemType.INVALID_REQUEST,
                errors.size() == 1
                        ? errors.getFirst().pointer() + " " + errors.getFirst().detail()
                        : errors.size() + " fields are wrong",
                errors,
                Map.of()));
    }

    private static FieldError error(ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        return switch (message.getType()) {
            case "required", "dependentRequired" ->
                new FieldError(pointer + "/" + escape(message.getProperty()), "is required");
            case "additionalProperties", "unevaluatedProperties" ->
                new FieldError(
                        message.getProperty() == null ? pointer : pointer + "/" + escape(message.getProperty()),
                        "is not a field of the contract");
            case "format" ->
                new FieldError(
                        pointer, Formats.description(message.getSchemaNode().asText()));
            default -> new FieldError(pointer, detail(message));
        };
    }

    private static String detail(ValidationMessage message) {
        String text = message.getMessage();
        String prefix = message.getInstanceLocation() + ": ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /**
     * Binds a checked body. What the schema cannot say, the record's constructor does.
     *
     * @throws Rejection INVALID_REQUEST, or what the record's constructor rejects with
     */
    <T> T bind(JsonNode body, Class<T> type) {
        try {
            return json.treeToValue(body, type);
        } catch (JsonMappingException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof Rejection rejection) {
                    throw rejection;
                }
            }
            StringBuilder pointer = new StringBuilder();
            e.getPath()
                    .forEach(step -> pointer.append('/')
                            .append(step.getFieldName() == null ? step.getIndex() : escape(step.getFieldName())));
            String detail = e.getCause() instanceof IllegalArgumentException ours ? ours.getMessage() : null;
            throw new Rejection(
                    ProblemType.INVALID_REQUEST, detail == null ? "cannot be read" : detail, pointer.toString());
        } catch (JsonProcessingException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "The body cannot be read");
        }
    }
}
