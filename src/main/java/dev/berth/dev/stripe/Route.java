package dev.berth.dev.stripe;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An operation of the API.
 *
 * @param path segments; {@code *} stands for any, whose values the operation is given
 */
record Route(HttpMethod method, List<String> path, Operation operation) {
    @FunctionalInterface
    interface Operation {
        JsonObject run(List<String> ids, Call call);
    }

    static Route get(String path, Operation operation) {
        return new Route(HttpMethod.GET, segments(path), operation);
    }

    static Route post(String path, Operation operation) {
        return new Route(HttpMethod.POST, segments(path), operation);
    }

    static Route delete(String path, Operation operation) {
        return new Route(HttpMethod.DELETE, segments(path), operation);
    }

    /** What the stars stand for, if {@code segments} is this path. */
    Optional<List<String>> matches(HttpMethod wanted, List<String> segments) {
        if (!method.equals(wanted) || segments.size() != path.size()) {
            return Optional.empty();
        }
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            if (path.get(i).equals("*")) {
                ids.add(segments.get(i));
            } else if (!path.get(i).equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(ids);
    }

    static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}
