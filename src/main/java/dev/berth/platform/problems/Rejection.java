package dev.berth.platform.problems;

import dev.berth.platform.problems.Problem.FieldError;
import java.util.List;
import java.util.Map;

/** Thrown where a rule refuses a command. It carries no stack trace: a refusal is not a fault. */
public final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Rejection(Problem problem) {
        super(problem.type() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Rejection(ProblemType type, String detail) {
        this(new Problem(type, detail));
    }

    /** @param pointer the field that is to blame, as in {@link FieldError} */
    public Rejection(ProblemType type, String detail, String pointer) {
        this(new Problem(type, detail, List.of(new FieldError(pointer, detail)), Map.of()));
    }

    public Problem problem() {
        return problem;
    }
}
