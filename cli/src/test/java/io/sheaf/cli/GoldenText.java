package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares what a command printed with what it printed when somebody last looked: a file in {@code
 * src/test/resources/golden}. With {@code -Dsheaf.golden=write} the files are written, to be looked
 * at before they are committed.
 */
public final class GoldenText {
  private static final Path GOLDEN =
      Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "golden")
          .toAbsolutePath();

  private GoldenText() {}

  /** Checks {@code text}, in which {@code directory} is written as DIR. */
  public static void check(String name, Path directory, String text) throws IOException {
    String actual = text.replace(directory.toString(), "DIR");
    Path golden = GOLDEN.resolve(name + ".txt");
    if (System.getProperty("sheaf.golden", "").equals("write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, actual);
    }
    assertEquals(Files.readString(golden), actual, name);
  }
}
