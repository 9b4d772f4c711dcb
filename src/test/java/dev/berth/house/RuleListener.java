package dev.berth.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Writes down which tests of this JVM have shown which rules, and brings the listing of {@link Rules} up to date. */
public final class RuleListener implements TestExecutionListener {
    private static final String TAG = "rule-";

    private final String part = System.getProperty(Rules.PART, "");
    private final Queue<Rules.Shown> shown = new ConcurrentLinkedQueue<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            for (TestTag tag : test.getTags()) {
                if (tag.getName().startsWith(TAG)) {
                    int rule = Integer.parseInt(tag.getName().substring(TAG.length()));
                    shown.add(new Rules.Shown(rule, name(test), passed));
                }
            }
        }
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .map(source -> switch (source) {
                    case MethodSource method -> simple(method.getClassName()) + "." + method.getMethodName();
                    case ClassSource type -> simple(type.getClassName()) + "." + test.getDisplayName();
                    default -> test.getDisplayName();
                })
                .orElseGet(test::getDisplayName);
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (part.isEmpty() || shown.isEmpty()) {
            return;
        }
        try {
            Rules.write(part, shown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
