package dev.berth.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What faults need of the system. */
final class Shell {
    private Shell() {}

    /** Runs a command to its end, and fails with what it said when it failed. */
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(Arrays.toString(command) + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new IllegalStateException(Arrays.toString(command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a command works here. */
    static boolean works(String... command) {
        try {
            run(command);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Sends a signal to processes; one that has ended meanwhile is no error. */
    static void signal(String signal, List<Long> processes) {
        run(
                "sh",
                "-c",
                "kill -" + signal + " "
                        + processes.stream().map(String::valueOf).collect(Collectors.joining(" ")) + " || true");
    }

    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
