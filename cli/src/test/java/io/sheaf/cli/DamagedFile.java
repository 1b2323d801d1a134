package io.sheaf.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A file of a store in which a bit was flipped. */
public final class DamagedFile {
  private DamagedFile() {}

  /** Flips a bit in the middle of the largest file whose name ends so, and returns the file. */
  public static Path largest(Path store, String end) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      Path file =
          files
              .filter(each -> each.toString().endsWith(end))
              .max(Comparator.comparingLong(each -> each.toFile().length()))
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
      return file;
    }
  }
}
