package dev.berth.dev.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signals by process id, and the end of servers that a dead JVM left behind. */
final class Signals {
    private Signals() {}

    /** Sends the signal; a process that has ended is no error. */
    static void send(long pid, Signal signal) {
        try {
            // The shell's own kill: containers often have no program of that name.
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new ServiceException("cannot send " + signal + " to " + pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether any process has the pid of which {@code pidFile}'s first line tells. */
    static boolean runs(Path pidFile) throws IOException {
        return process(pidFile).isPresent();
    }

    /** The process of which {@code pidFile}'s first line tells, if it still runs and {@code mark} is in its command line. */
    static Optional<ProcessHandle> leftBehind(Path pidFile, String mark) throws IOException {
        return process(pidFile)
                .filter(process -> process.info()
                        .commandLine()
                        .orElseGet(() -> process.info().command().orElse(""))
                        .contains(mark));
    }

    private static Optional<ProcessHandle> process(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().trim().matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().trim())).filter(ProcessHandle::isAlive);
    }

    /** Ends a process that is not this JVM's child. */
    static void end(ProcessHandle process, Signal polite, Duration patience, Signal impolite) {
        for (Signal signal : List.of(polite, impolite, Signal.KILL)) {
            send(process.pid(), signal);
            try {
                process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                // Less politely, then.
            } catch (ExecutionException e) {
                throw new ServiceException("cannot wait for " + process.pid(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        throw new ServiceException("process " + process.pid() + ", left behind by an earlier run, does not end");
    }
}
