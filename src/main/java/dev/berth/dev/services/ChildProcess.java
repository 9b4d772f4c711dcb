package dev.berth.dev.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process that ends with this JVM, whose output is read line by line. */
public final class ChildProcess {
    private static final int TAIL_LINES = 20;
    private static final Duration KILLED_PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Launcher launcher;
    private final Process process;
    private final Deque<String> tail = new ArrayDeque<>();
    private final @Nullable String readyLine;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private ChildProcess(String name, Launcher launcher, Process process, @Nullable String readyLine) {
        this.name = name;
        this.launcher = launcher;
        this.process = process;
        this.readyLine = readyLine;
    }

    /**
     * What to start.
     *
     * @param name for people
     * @param deathSignal what the process gets when this JVM dies
     * @param notRoot the program refuses to run as root
     * @param readyLine part of the line that tells that the process is ready; null when it says nothing
     * @param environment added to this JVM's
     * @param lines is told each line of output, on the process' own thread
     */
    public record Start(
            String name,
            Signal deathSignal,
            boolean notRoot,
            List<String> command,
            Path workingFolder,
            Map<String, String> environment,
            @Nullable String readyLine,
            Consumer<String> lines) {}

    /** Starts the process, on a thread of its own: the kernel sends the death signal when the starting thread ends. */
    public static ChildProcess start(Launcher launcher, Start start) {
        CompletableFuture<ChildProcess> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("child-" + start.name()).start(() -> {
            ChildProcess child;
            try {
                ProcessBuilder builder = new ProcessBuilder(
                                launcher.tied(start.deathSignal(), start.notRoot(), start.command()))
                        .directory(start.workingFolder().toFile())
                        .redirectErrorStream(true);
                builder.environment().putAll(start.environment());
                child = new ChildProcess(start.name(), launcher, builder.start(), start.readyLine());
            } catch (IOException e) {
                started.completeExceptionally(e);
                return;
            }
            started.complete(child);
            child.read(start.lines());
        });
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new ServiceException("cannot start " + start.name() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException("interrupted while starting " + start.name(), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit status when the process has ended and all its output has been read. */
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    /** The last lines of output. */
    public String tail() {
        synchronized (tail) {
            return String.join(System.lineSeparator(), tail);
        }
    }

    /** Waits for the ready line; a process that ends before, or takes too long, is an error and is ended. */
    public void awaitReady(Duration patience) {
        try {
            if (ready.get(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            throw new ServiceException(name + " did not start (status " + process.waitFor() + "):\n" + tail());
        } catch (TimeoutException e) {
            signal(Signal.KILL);
            throw new ServiceException(name + " was not ready after " + patience.toSeconds() + " s:\n" + tail(), e);
        } catch (ExecutionException e) {
            throw new ServiceException(name + " did not start", e);
        } catch (InterruptedException e) {
            signal(Signal.KILL);
            Thread.currentThread().interrupt();
            throw new ServiceException("interrupted while starting " + name, e);
        }
    }

    /** Asks the process to end; without the kernel's help only its death signal and {@link Signal#KILL} reach it. */
    public void signal(Signal signal) {
        if (launcher.deathSignal()) {
            Signals.send(process.pid(), signal);
        } else if (signal == Signal.KILL) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        } else {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                // The pipe is broken: nobody is left to be told.
            }
        }
    }

    /** Ends the process: first politely, after {@code patience} by force. */
    public void stop(Signal signal, Duration patience) {
        signal(signal);
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                signal(Signal.KILL);
                if (!process.waitFor(KILLED_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new ServiceException(name + " (pid " + pid() + ") does not end");
                }
            }
        } catch (InterruptedException e) {
            signal(Signal.KILL);
            Thread.currentThread().interrupt();
        }
    }

    private void read(Consumer<String> lines) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null) {
                synchronized (tail) {
                    tail.addLast(line);
                    if (tail.size() > TAIL_LINES) {
                        tail.removeFirst();
                    }
                }
                if (readyLine != null && line.contains(readyLine)) {
                    ready.complete(true);
                }
                lines.accept(line);
                line = output.readLine();
            }
        } catch (IOException e) {
            lines.accept("output lost: " + e.getMessage());
        }
        while (!exit.isDone()) {
            try {
                int status = process.waitFor();
                ready.complete(false);
                exit.complete(status);
            } catch (InterruptedException e) {
                // This thread must outlive the process, whatever is asked of it.
            }
        }
    }
}
