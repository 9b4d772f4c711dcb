package dev.berth.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Binds a YAML file and the environment to configuration records.
 *
 * <p>The key {@code http.idleTimeout} is overridden by the variable {@code BERTH_HTTP_IDLE_TIMEOUT}. Unknown keys and
 * unknown {@code BERTH_} variables are errors, because a misspelt limit would silently be the default. All problems
 * are found before any is reported. Values are never part of a message: they may be secrets.
 */
public final class ConfigLoader {
    private static final String PREFIX = "BERTH_";

    private final JsonNode root;
    private final Map<String, String> environment;
    private final Set<String> usedVariables = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigLoader(JsonNode root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    /**
     * @param file a YAML file; a missing one counts as empty
     * @throws ConfigException naming everything that is wrong
     */
    public static <T extends Record> T load(Class<T> type, Path file, Map<String, String> environment) {
        JsonNode root;
        try {
            root = Files.exists(file)
                    ? new YAMLMapper().readTree(Files.readString(file))
                    : new YAMLMapper().createObjectNode();
        } catch (IOException e) {
            throw new ConfigException(List.of(file + " cannot be read as YAML"));
        }
        ConfigLoader loader =
                new ConfigLoader(root.isObject() ? root : new YAMLMapper().createObjectNode(), environment);
        T config = loader.record(type, loader.root, "");
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !loader.usedVariables.contains(name))
                .forEach(name -> loader.problems.add("environment " + name + ": is not a key of the configuration"));
        if (config == null || !loader.problems.isEmpty()) {
            throw new ConfigException(loader.problems);
        }
        return config;
    }

    /** The environment variable of a key. */
    static String variable(String path) {
        return PREFIX
                + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }

    private <T extends Record> @Nullable T record(Class<T> type, JsonNode node, String path) {
        if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
            problems.add(path + ": is not a section");
            return null;
        }
        RecordComponent[] components = type.getRecordComponents();
        Set<String> unknown = new TreeSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        int before = problems.size();
        @Nullable Object[] arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            unknown.remove(components[i].getName());
            arguments[i] = component(components[i], node, path);
        }
        unknown.forEach(key -> problems.add(join(path, key) + ": is not a key of the configuration"));
        return problems.size() == before ? construct(type, components, arguments, path) : null;
    }

    private <T extends Record> @Nullable T construct(
            Class<T> type, RecordComponent[] components, @Nullable Object[] arguments, String path) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            problems.add((path.isEmpty() ? "configuration" : path) + ": "
                    + e.getTargetException().getMessage());
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a configuration record", e);
        }
    }

    private @Nullable Object component(RecordComponent component, JsonNode node, String path) {
        String key = join(path, component.getName());
        if (component.getType().isRecord()
                && component.getType() != Secret.class
                && component.getType() != Bytes.class) {
            return record(component.getType().asSubclass(Record.class), node.path(component.getName()), key);
        }
        String variable = variable(key);
        String text = environment.get(variable);
        String source = key;
        if (text != null) {
            usedVariables.add(variable);
            source = "environment " + variable;
        } else {
            text = text(node.path(component.getName()), key);
        }
        Default otherwise = component.getAnnotation(Default.class);
        if (text == null && otherwise != null) {
            text = otherwise.value();
        }
        if (text == null) {
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                return null;
            }
            problems.add(key + ": is required (or " + variable + " in the environment)");
            return null;
        }
        try {
            return convert(text, component.getGenericType());
        } catch (IllegalArgumentException e) {
            problems.add(source + ": " + e.getMessage());
            return null;
        }
    }

    /** A scalar as it was written; a list as its elements with commas; null when absent. */
    private @Nullable String text(JsonNode node, String key) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isArray()) {
            List<String> elements = new ArrayList<>();
            node.forEach(element -> elements.add(element.asText()));
            return String.join(",", elements);
        }
        if (node instanceof ObjectNode) {
            problems.add(key + ": is a section where a value belongs");
            return null;
        }
        return node.asText();
    }

    private static Object convert(String text, Type type) {
        if (type == String.class) {
            return text;
        } else if (type == Secret.class) {
            return new Secret(text);
        } else if (type == Bytes.class) {
            return Bytes.parse(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("is neither true nor false");
            };
        } else if (type == int.class || type == Integer.class) {
            return number(text, Integer::valueOf);
        } else if (type == long.class || type == Long.class) {
            return number(text, Long::valueOf);
        } else if (type == double.class || type == Double.class) {
            return number(text, Double::valueOf);
        } else if (type == Duration.class) {
            return duration(text);
        } else if (type == URI.class) {
            return URI.create(text);
        } else if (type == Path.class) {
            return Path.of(text);
        } else if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            Type element = list.getActualTypeArguments()[0];
            return Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .map(part -> convert(part, element))
                    .toList();
        } else if (type instanceof Class<?> kind && kind.isEnum()) {
            for (Object constant : kind.getEnumConstants()) {
                if (((Enum<?>) constant).name().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("is none of " + Arrays.toString(kind.getEnumConstants()));
        }
        throw new IllegalStateException("configuration records cannot have a component of " + type);
    }

    private static Object number(String text, java.util.function.Function<String, Object> parse) {
        try {
            return parse.apply(text.strip().replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is no number, or out of range", e);
        }
    }

    /** {@code 250ms}, {@code 10s}, {@code 15m}, {@code 24h}, {@code 7d} or ISO 8601. */
    private static Duration duration(String text) {
        try {
            if (text.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
            }
            String number = text.isEmpty() ? text : text.substring(0, text.length() - 1);
            return switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
                case 's' -> Duration.ofSeconds(Long.parseLong(number));
                case 'm' -> Duration.ofMinutes(Long.parseLong(number));
                case 'h' -> Duration.ofHours(Long.parseLong(number));
                case 'd' -> Duration.ofDays(Long.parseLong(number));
                default -> Duration.parse(text);
            };
        } catch (NumberFormatException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("is no duration such as 250ms, 10s, 15m, 24h or 7d", e);
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Every key of a configuration with its value, for the start log; secrets are masked by their type. */
    public static Map<String, String> describe(Record config) {
        Map<String, String> all = new TreeMap<>();
        describe(config, "", all);
        return all;
    }

    private static void describe(Record config, String path, Map<String, String> all) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            String key = join(path, component.getName());
            try {
                component.getAccessor().setAccessible(true);
                Object value = component.getAccessor().invoke(config);
                if (value instanceof Record section && !(value instanceof Secret) && !(value instanceof Bytes)) {
                    describe(section, key, all);
                } else {
                    all.put(key, String.valueOf(value));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
