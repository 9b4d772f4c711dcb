package dev.berth.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server in a process of its own, so that what it uses can be told from what the load uses. */
final class Child implements AutoCloseable {
    private static final long STOP_SECONDS = 40;
    private static final long KIB = 1_024;

    private final Process process;
    private final BufferedReader out;
    private Optional<Thread> reader = Optional.empty();

    private Child(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static Child start(List<String> command, Path folder, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            return new Child(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Java program with the class path and the module options of this one. */
    static Child java(List<String> options, String mainClass, String... arguments) {
        return java(options, Map.of(), mainClass, arguments);
    }

    static Child java(List<String> options, Map<String, String> environment, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return start(command, Path.of("").toAbsolutePath(), environment);
    }

    /**
     * Reads what it prints until a line has the pattern, and gives the pattern's first group. What follows is read and
     * thrown away.
     */
    String await(Pattern pattern) {
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    reader = Optional.of(Thread.ofPlatform().daemon().start(this::drain));
                    return matcher.group(1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the server ended before it was ready: " + process.info());
    }

    /** Keeps what it prints in a file. */
    void keepOutput(Path file) {
        reader = Optional.of(Thread.ofPlatform().daemon().start(() -> {
            try (var log = Files.newBufferedWriter(file)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    log.append(line).append('\n').flush();
                }
            } catch (IOException e) {
                // It has ended.
            }
        }));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private void drain() {
        try {
            while (out.readLine() != null) {
                // Only so that it never waits for a reader.
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** Processor time that it and what it started has used. */
    Duration processorTime() {
        return tree().map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Resident memory of the processes whose command line has a text; 0 where the system does not tell. */
    long residentBytes(String text) {
        return find(text).mapToLong(Child::residentBytes).sum();
    }

    /** It, or what it started, whose command line has a text. */
    Stream<ProcessHandle> find(String text) {
        return tree().filter(handle -> commandLine(handle).contains(text));
    }

    private static String commandLine(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    static long residentBytes(ProcessHandle handle) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(handle.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        reader.ifPresent(Thread::interrupt);
    }
}
