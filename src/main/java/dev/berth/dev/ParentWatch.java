package dev.berth.dev;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Arrays;

/** Runs another main as long as the process lives that started this one: a node must not outlive its supervisor. */
public final class ParentWatch {
    /** A node that drains longer than that is ended. */
    private static final Duration DRAIN = Duration.ofSeconds(15);

    private ParentWatch() {}

    /** @param arguments the pid to watch, the class with the main, and what that is to be given */
    public static void main(String[] arguments) throws Throwable {
        watch(Long.parseLong(arguments[0]));
        MethodHandles.lookup()
                .findStatic(Class.forName(arguments[1]), "main", MethodType.methodType(void.class, String[].class))
                .invoke(Arrays.copyOfRange(arguments, 2, arguments.length));
    }

    private static void watch(long pid) {
        ProcessHandle parent =
                ProcessHandle.of(pid).filter(ProcessHandle::isAlive).orElse(null);
        if (parent == null) {
            end();
            return;
        }
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            parent.onExit().join();
            end();
        });
    }

    private static void end() {
        Thread.ofPlatform().daemon().name("parent-limit").start(() -> {
            try {
                Thread.sleep(DRAIN);
            } catch (InterruptedException e) {
                // Nobody interrupts this thread, and if somebody does, then all the sooner.
            }
            Runtime.getRuntime().halt(1);
        });
        Thread.ofPlatform().name("parent-gone").start(() -> System.exit(0));
    }
}
