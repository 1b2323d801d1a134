package io.sheaf.cli.measure;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The sizes of a store's files, as they are in its directory.
 *
 * @param keyFiles bytes of SSTables
 * @param valueFiles bytes of value files
 * @param logs bytes of logs
 * @param others bytes of manifests and the rest
 */
public record DiskBytes(long keyFiles, long valueFiles, long logs, long others) {
  /** The sizes now. A file that is removed meanwhile is not counted. */
  public static DiskBytes of(Path directory) throws IOException {
    DiskBytes sum = new DiskBytes(0, 0, 0, 0);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        sum = sum.plus(FileNames.parse(String.valueOf(file.getFileName())), size(file));
      }
    }
    return sum;
  }

  /** Bytes of all files. */
  public long total() {
    return keyFiles + valueFiles + logs + others;
  }

  private DiskBytes plus(Optional<FileNames.Numbered> name, long bytes) {
    FileKind kind = name.map(FileNames.Numbered::kind).orElse(FileKind.MANIFEST);
    return switch (kind) {
      case SSTABLE -> new DiskBytes(keyFiles + bytes, valueFiles, logs, others);
      case VALUES -> new DiskBytes(keyFiles, valueFiles + bytes, logs, others);
      case LOG -> new DiskBytes(keyFiles, valueFiles, logs + bytes, others);
      case MANIFEST -> new DiskBytes(keyFiles, valueFiles, logs, others + bytes);
    };
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
