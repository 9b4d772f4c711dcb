package dev.berth.platform.problems;

import java.util.List;
import java.util.Map;

/**
 * A refusal as it travels: over the bus as it is, over HTTP as RFC 9457 problem+json.
 *
 * @param type the reason
 * @param detail what is wrong with this very request, for a person; never a secret
 * @param errors the fields that are wrong; may be empty
 * @param members further members of the problem document (such as {@code longestTo}); values JSON can carry
 */
public record Problem(ProblemType type, String detail, List<FieldError> errors, Map<String, Object> members) {
    public Problem {
        errors = List.copyOf(errors);
        members = Map.copyOf(members);
    }

    public Problem(ProblemType type, String detail) {
        this(type, detail, List.of(), Map.of());
    }

    /**
     * One field that is wrong.
     *
     * @param pointer JSON pointer into the body, or {@code /query/name}, {@code /path/name}, {@code /header/name}
     */
    public record FieldError(String pointer, String detail) {}

    public Problem with(String member, Object value) {
        Map<String, Object> more = new java.util.HashMap<>(members);
        more.put(member, value);
        return new Problem(type, detail, errors, more);
    }
}
