package dev.berth.house;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The house format: palantir-java-format, imports ordered and used. It runs on the project's own JDK, because the
 * formatter reads Java with the compiler it runs on, and Maven itself may run on an older one than the sources need.
 */
public final class SourceFormat {
    private static final Formatter FORMATTER = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    private SourceFormat() {}

    /** Rewrites every source file that is not in the house format. */
    public static void main(String[] arguments) throws IOException, FormatterException {
        for (Path file : files()) {
            String source = Files.readString(file);
            String formatted = format(source);
            if (!source.equals(formatted)) {
                Files.writeString(file, formatted);
                System.out.println("formatted " + file);
            }
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("node_modules"))
                    .sorted()
                    .toList();
        }
    }

    static String format(String source) throws FormatterException {
        return FORMATTER.formatSource(
                ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(source), Style.PALANTIR));
    }
}
