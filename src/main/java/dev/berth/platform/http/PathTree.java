package dev.berth.platform.http;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds an operation by its path, segment by segment, whatever the number of operations. Literal segments win over
 * parameters, and parameters with a suffix ({@code {id}.pdf}) over those without.
 */
final class PathTree<T> {
    private final Node<T> root = new Node<>();

    private static final class Node<T> {
        final Map<String, Node<T>> literals = new LinkedHashMap<>();
        final List<Branch<T>> parameters = new ArrayList<>();
        final Map<HttpMethod, T> leaves = new LinkedHashMap<>();
    }

    private record Branch<T>(String suffix, Node<T> node) {}

    /**
     * What lies at a path.
     *
     * @param leaves by method; never empty
     * @param values of the parameters, in the order of the template, still percent-encoded
     */
    record Match<T>(Map<HttpMethod, T> leaves, List<String> values) {}

    void add(HttpMethod method, String template, T leaf) {
        Node<T> node = root;
        for (String segment : segments(template)) {
            int open = segment.indexOf('{');
            if (open < 0) {
                node = node.literals.computeIfAbsent(segment, key -> new Node<>());
            } else if (open == 0 && segment.indexOf('}') > 0) {
                node = branch(node, segment.substring(segment.indexOf('}') + 1));
            } else {
                throw new IllegalArgumentException("a parameter must begin its segment: " + template);
            }
        }
        if (node.leaves.put(method, leaf) != null) {
            throw new IllegalArgumentException("two operations at " + method + " " + template);
        }
    }

    private static <T> Node<T> branch(Node<T> node, String suffix) {
        for (Branch<T> branch : node.parameters) {
            if (branch.suffix.equals(suffix)) {
                return branch.node;
            }
        }
        Branch<T> branch = new Branch<>(suffix, new Node<>());
        node.parameters.add(branch);
        node.parameters.sort((one, other) ->
                Integer.compare(other.suffix().length(), one.suffix().length()));
        return branch.node;
    }

    /** Names of a template's parameters, in order. */
    static List<String> names(String template) {
        List<String> names = new ArrayList<>();
        for (String segment : segments(template)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.indexOf('}')));
            }
        }
        return names;
    }

    @Nullable
    Match<T> find(String path) {
        List<String> values = new ArrayList<>(2);
        Node<T> node = find(root, segments(path), 0, values);
        return node == null ? null : new Match<>(node.leaves, values);
    }

    private static <T> @Nullable Node<T> find(Node<T> node, List<String> segments, int at, List<String> values) {
        if (at == segments.size()) {
            return node.leaves.isEmpty() ? null : node;
        }
        String segment = segments.get(at);
        Node<T> literal = node.literals.get(segment);
        if (literal != null) {
            Node<T> found = find(literal, segments, at + 1, values);
            if (found != null) {
                return found;
            }
        }
        for (Branch<T> branch : node.parameters) {
            if (segment.length() > branch.suffix.length() && segment.endsWith(branch.suffix)) {
                values.add(segment.substring(0, segment.length() - branch.suffix.length()));
                Node<T> found = find(branch.node, segments, at + 1, values);
                if (found != null) {
                    return found;
                }
                values.removeLast();
            }
        }
        return null;
    }

    /** The segments of a path that begins with a slash; a slash at the end makes an empty last one. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(6);
        int start = 1;
        for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', start)) {
            segments.add(path.substring(start, slash));
            start = slash + 1;
        }
        if (start <= path.length()) {
            segments.add(path.substring(start));
        }
        return segments;
    }
}
