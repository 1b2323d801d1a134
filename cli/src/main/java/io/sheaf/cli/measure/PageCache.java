package io.sheaf.cli.measure;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the operating system forget what it keeps of files in memory, where it lets us. */
public final class PageCache {
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  private PageCache() {}

  /** Whether it seems that {@link #drop} may: it can still be refused. */
  public static boolean seemsDroppable() {
    return Files.isWritable(DROP);
  }

  /**
   * Drops the page cache of the whole machine, after all in {@code directory} is on the disk.
   *
   * @return false where this is not permitted, or the system is another one than Linux
   */
  public static boolean drop(Path directory) throws IOException {
    if (!seemsDroppable()) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
    try {
      Files.write(DROP, "3\n".getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      return false; // it only looked writable, as in a container
    }
  }
}
