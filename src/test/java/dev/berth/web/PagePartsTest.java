package dev.berth.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's own tests (price, occupancy, sequencing, clusters), run as {@code npm test} runs them. */
class PagePartsTest {
    private static final Path SOURCES = Path.of("src/main/web");
    private static final int DEADLINE_MINUTES = 3;

    @Test
    void pureParts_passTheirTests(@TempDir Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("node.log");
        Process node = new ProcessBuilder("node", "test/run.mjs")
                .directory(SOURCES.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(node.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)).isTrue();
            String output = Files.readString(log);
            assertThat(node.exitValue()).as(output).isZero();
            assertThat(output).containsPattern("(?m)^. pass [1-9]\\d*$");
        } finally {
            node.destroyForcibly();
        }
    }
}
