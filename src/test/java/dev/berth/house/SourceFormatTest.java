package dev.berth.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceFormatTest {
    @Test
    void everySource_isInTheHouseFormat() throws IOException, FormatterException {
        List<Path> files = SourceFormat.files();
        List<Path> others = new ArrayList<>();
        for (Path file : files) {
            String source = Files.readString(file);
            if (!source.equals(SourceFormat.format(source))) {
                others.add(file);
            }
        }
        assertThat(files).isNotEmpty();
        assertThat(others).as("run: mvn test-compile exec:exec@format").isEmpty();
    }
}
