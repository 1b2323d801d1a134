package io.sheaf.bench.phase;

import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The room that the files of a directory take, as {@code du} counts it. */
final class OccupiedBytes {
  private static final FileSystem DISK = new DiskFileSystem();

  private OccupiedBytes() {}

  /** That of its files, without those in directories below. */
  static long of(Path directory) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      for (Path file : files) {
        bytes += ofFile(file);
      }
    }
    return bytes;
  }

  private static long ofFile(Path file) throws IOException {
    try {
      return DISK.allocatedBytes(file);
    } catch (NoSuchFileException e) {
      return 0; // removed meanwhile
    }
  }
}
