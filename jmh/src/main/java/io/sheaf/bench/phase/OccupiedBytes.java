package io.sheaf.bench.phase;

import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The room that the files of a directory take. */
final class OccupiedBytes {
  private static final FileSystem DISK = new DiskFileSystem();

  private OccupiedBytes() {}

  /** As {@code du} counts it, without directories below. */
  static long of(Path directory) throws IOException {
    return sum(directory, DISK::allocatedBytes);
  }

  /** By the lengths of the files: what is reserved behind their ends does not count. */
  static long written(Path directory) throws IOException {
    return sum(directory, Files::size);
  }

  private interface Measure {
    long of(Path file) throws IOException;
  }

  private static long sum(Path directory, Measure measure) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        bytes += ofFile(file, measure);
      }
    }
    return bytes;
  }

  private static long ofFile(Path file, Measure measure) throws IOException {
    try {
      return Files.isRegularFile(file) ? measure.of(file) : 0;
    } catch (NoSuchFileException e) {
      return 0; // removed meanwhile
    }
  }
}
