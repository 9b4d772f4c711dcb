package dev.berth.platform.http;

import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, held against the contract: all that is wrong is refused at once. */
final class Arguments {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String IF_MATCH = "If-Match";

    private final Map<String, UUID> pathIds = new HashMap<>(4);
    private final Map<String, String> path = new HashMap<>(4);
    private final Map<String, List<String>> query = new HashMap<>();
    private final List<FieldError> errors = new ArrayList<>(0);
    private @Nullable Long ifMatch;

    /**
     * @param pathValues in the order of the template, percent-encoded
     * @throws Rejection INVALID_REQUEST, MALFORMED_REQUEST, IDEMPOTENCY_KEY_REQUIRED, PRECONDITION_REQUIRED,
     *     PRECONDITION_FAILED
     */
    static Arguments of(Operation operation, List<String> pathValues, @Nullable String rawQuery, MultiMap headers) {
        Arguments arguments = new Arguments();
        arguments.bindPath(operation, pathValues);
        arguments.bindQuery(operation, PercentCode.query(rawQuery));
        arguments.bindHeaders(operation, headers);
        List<FieldError> errors = arguments.errors;
        if (!errors.isEmpty()) {
            throw new Rejection(new Problem(
                    ProblemType.INVALID_REQUEST,
                    errors.size() == 1
                            ? errors.getFirst().pointer() + " "
                                    + errors.getFirst().detail()
                            : errors.size() + " parameters are wrong",
                    errors,
                    Map.of()));
        }
        return arguments;
    }

    private void bindPath(Operation operation, List<String> values) {
        List<Parameter> parameters = operation.pathParameters();
        for (int i = 0; i < values.size(); i++) {
            Parameter parameter = parameters.get(i);
            String value = PercentCode.segment(values.get(i), parameter.pointer());
            String problem = parameter.problem(value);
            if (problem != null) {
                errors.add(new FieldError(parameter.pointer(), problem));
            } else if ("uuid".equals(parameter.format())) {
                pathIds.put(parameter.name(), UUID.fromString(value));
            }
            path.put(parameter.name(), value);
        }
    }

    private void bindQuery(Operation operation, Map<String, List<String>> sent) {
        int known = 0;
        for (Parameter parameter : operation.queryParameters()) {
            List<String> texts = sent.get(parameter.name());
            if (texts == null) {
                if (parameter.otherwise() != null) {
                    query.put(parameter.name(), List.of(parameter.otherwise()));
                } else if (parameter.required()) {
                    errors.add(new FieldError(parameter.pointer(), "is required"));
                }
                continue;
            }
            known++;
            bind(parameter, texts);
        }
        if (known < sent.size()) {
            sent.keySet().stream()
                    .filter(name -> operation.queryParameters().stream()
                            .noneMatch(parameter -> parameter.name().equals(name)))
                    .limit(10)
                    .forEach(name ->
                            errors.add(new FieldError("/query/" + name, "is not a parameter of this operation")));
        }
    }

    private void bind(Parameter parameter, List<String> texts) {
        List<String> values = parameter.array() ? Parameter.split(texts) : texts;
        String problem = parameter.array()
                ? parameter.problemOfCount(values.size())
                : values.size() > 1 ? "is given more than once" : null;
        if ("date-time".equals(parameter.format())) {
            // The offset's plus, left unencoded, arrives as a space; nothing else can be meant there.
            values = values.stream().map(value -> value.replace(' ', '+')).toList();
        }
        for (int i = 0; problem == null && i < values.size(); i++) {
            problem = parameter.problem(values.get(i));
        }
        if (problem == null) {
            query.put(parameter.name(), values);
        } else {
            errors.add(new FieldError(parameter.pointer(), problem));
        }
    }

    private void bindHeaders(Operation operation, MultiMap headers) {
        for (Parameter parameter : operation.headerParameters()) {
            String value = headers.get(parameter.name());
            if (value == null) {
                refuseMissing(parameter);
                continue;
            }
            String problem = parameter.problem(value);
            if (problem != null) {
                errors.add(new FieldError(parameter.pointer(), problem));
            } else if (parameter.name().equalsIgnoreCase(IF_MATCH)) {
                ifMatch = version(value, parameter);
            }
        }
    }

    private void refuseMissing(Parameter parameter) {
        if (!parameter.required()) {
            return;
        }
        if (parameter.name().equalsIgnoreCase(IDEMPOTENCY_KEY)) {
            throw new Rejection(ProblemType.IDEMPOTENCY_KEY_REQUIRED, "is required", parameter.pointer());
        }
        if (parameter.name().equalsIgnoreCase(IF_MATCH)) {
            throw new Rejection(ProblemType.PRECONDITION_REQUIRED, "is required", parameter.pointer());
        }
        errors.add(new FieldError(parameter.pointer(), "is required"));
    }

    /** A strong tag that we could have given out; {@code *} is no condition on the version. */
    private @Nullable Long version(String header, Parameter parameter) {
        String value = header.strip();
        if (value.equals("*")) {
            return null;
        }
        if (value.startsWith("W/")) {
            // RFC 9110: a weak tag never matches strongly.
            throw new Rejection(
                    ProblemType.PRECONDITION_FAILED, "is a weak tag, which matches nothing", parameter.pointer());
        }
        if (value.length() > 2 && value.length() <= 20 && value.startsWith("\"") && value.endsWith("\"")) {
            String digits = value.substring(1, value.length() - 1);
            if (digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
                return Long.parseLong(digits);
            }
        }
        errors.add(new FieldError(parameter.pointer(), "must be one entity tag as in ETag, such as \"7\""));
        return null;
    }

    UUID pathId(String name) {
        UUID id = pathIds.get(name);
        if (id == null) {
            throw new IllegalArgumentException("the contract has no path parameter " + name + " of format uuid");
        }
        return id;
    }

    String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the contract has no path parameter " + name);
        }
        return value;
    }

    List<String> query(String name) {
        return query.getOrDefault(name, List.of());
    }

    @Nullable
    Long ifMatch() {
        return ifMatch;
    }
}
