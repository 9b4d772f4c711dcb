package dev.berth.dev.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a child process is started on this machine so that it ends with this JVM, even when this JVM is killed.
 *
 * <p>On Linux the kernel does it: {@code setpriv --pdeathsig} asks for a signal when the parent dies. Elsewhere a shell
 * waits for the end of its input, which is a pipe from this JVM, and then signals the server. Children get a session of
 * their own where {@code setsid} exists, so that Ctrl-C reaches only this JVM, which then stops them in order.
 *
 * @param deathSignal the kernel signals children of a dead parent
 * @param ownSession children can be given a session of their own
 * @param rootPrefix what is to stand before a server that refuses to run as root; empty when this is not root
 * @param dropsOwner files of such a server must belong to {@link #NOBODY}
 */
public record Launcher(boolean deathSignal, boolean ownSession, List<String> rootPrefix, boolean dropsOwner) {
    /** User and group id that owns nothing, on every Linux. */
    static final int NOBODY = 65_534;

    private static final int PROBE_TIMEOUT_SECONDS = 10;
    private static final List<String> USER_NAMESPACE = List.of("unshare", "-U");
    /** Where user namespaces are forbidden (containers): another user which may still read and write where root could. */
    private static final List<String> OTHER_USER = List.of(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=+dac_override",
            // So that it also counts when a program asks what it may do, and not only when it does it.
            "--securebits=+no_setuid_fixup");
    /** The first argument is the signal, the rest the server's command; the input's end stops the server. */
    private static final String STOP_AT_END_OF_INPUT = """
            signal=$1; shift
            exec 3<&0
            "$@" </dev/null 3<&- &
            child=$!
            { while read -r line; do :; done; kill -"$signal" "$child"; } <&3 >/dev/null 2>&1 &
            watch=$!
            exec 3<&-
            trap '' INT TERM
            wait "$child"; status=$?
            kill -KILL "$watch" 2>/dev/null
            exit "$status"
            """;

    /** Finds out by trying: what is installed may still be forbidden. */
    public static Launcher detect() {
        return ways().findFirst()
                .orElseThrow(() -> new ServiceException(
                        "PostgreSQL refuses to run as root, and neither `unshare -U` nor `setpriv --reuid` works here. "
                                + "Run Berth as an ordinary user."));
    }

    /** All that work here, best first; each is tried when it is asked for. */
    static Stream<Launcher> ways() {
        boolean linux = operatingSystem().equals("linux");
        boolean deathSignal = linux && works(List.of("setpriv", "--pdeathsig", "INT", "true"));
        boolean ownSession = works(List.of("setsid", "true"));
        if (!isRoot()) {
            return Stream.of(new Launcher(deathSignal, ownSession, List.of(), false));
        }
        return Stream.of(USER_NAMESPACE, OTHER_USER)
                .filter(prefix -> linux && works(with(prefix, List.of("true"))))
                .map(prefix -> new Launcher(deathSignal, ownSession, prefix, prefix.equals(OTHER_USER)));
    }

    /** {@code linux}, {@code darwin}, or the system's own name when it is neither. */
    static String operatingSystem() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.contains("mac") ? "darwin" : name;
    }

    /** {@code amd64} or {@code arm64}, or the machine's own name when it is neither. */
    static String architecture() {
        String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> name;
        };
    }

    /**
     * The command that runs {@code command} tied to this JVM.
     *
     * @param signal what it gets when this JVM dies
     * @param notRoot it refuses to run as root
     */
    List<String> tied(Signal signal, boolean notRoot, List<String> command) {
        List<String> tied = new ArrayList<>();
        if (ownSession) {
            tied.add("setsid");
        }
        if (!deathSignal) {
            tied.addAll(List.of("sh", "-c", STOP_AT_END_OF_INPUT, "sh", signal.name()));
        }
        if (notRoot) {
            tied.addAll(rootPrefix);
        }
        if (deathSignal) {
            // Last: the kernel forgets the signal when a process becomes somebody else.
            tied.addAll(List.of("setpriv", "--pdeathsig", signal.name()));
        }
        tied.addAll(command);
        return tied;
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static boolean works(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(PROBE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static List<String> with(List<String> prefix, List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }
}
