package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies SSTables and value files into a directory of backups, while the store may delete them. A
 * file that the last backup read under the same name is not read again where the file system tells
 * that it is the same one ({@link FileSystem#identity}), nor one that was copied before.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class TableFileCopies {
  /** The newest files are merged first: so many are open before the first of them is read. */
  private static final int MOST_OPEN = 256;

  private final FileSystem fileSystem;
  private final Path store;
  private final BackupDirectory target;
  private final boolean readAll;
  private final Consumer<String> progress;
  private final Map<String, BackupFile> last = new HashMap<>();
  private final Map<String, BackupFile> copied = new HashMap<>();
  private long copiedBytes;

  /**
   * Copies of none so far.
   *
   * @param readAll whether to read files, too, that the last backup has read, and the copies that
   *     the backups have of them
   * @param progress is told the name of each file before it is read
   */
  TableFileCopies(
      FileSystem fileSystem,
      Path store,
      BackupDirectory target,
      boolean readAll,
      Consumer<String> progress) {
    this.fileSystem = fileSystem;
    this.store = store;
    this.target = target;
    this.readAll = readAll;
    this.progress = progress;
    if (!target.backups().isEmpty()) {
      target.backups().getLast().files().forEach(file -> last.put(file.name(), file));
    }
  }

  /**
   * Copies files; what was copied when one is gone stays so for the next call.
   *
   * @return them, in this order
   * @throws java.nio.file.NoSuchFileException when one is gone
   */
  List<BackupFile> copy(List<Numbered> files) throws IOException {
    List<Numbered> pending = new ArrayList<>();
    for (Numbered file : files) {
      if (!isCopied(nameOf(file))) {
        pending.add(file);
      }
    }
    pending.sort(Comparator.comparingLong(Numbered::number));
    int newest = Math.max(0, pending.size() - MOST_OPEN);
    for (Numbered file : pending.subList(0, newest)) {
      try (Source source = open(nameOf(file))) {
        read(source);
      }
    }
    readTogether(pending.subList(newest, pending.size()));
    return files.stream().map(file -> copied.get(nameOf(file))).toList();
  }

  /** How much was not there yet, in bytes. */
  long copiedBytes() {
    return copiedBytes;
  }

  private boolean isCopied(String name) throws IOException {
    BackupFile before = last.get(name);
    if (!readAll && before != null && isUnchanged(before, store.resolve(name))) {
      copied.put(name, before);
    }
    return copied.containsKey(name);
  }

  private boolean isUnchanged(BackupFile before, Path path) throws IOException {
    return before.sizeBytes() == fileSystem.size(path)
        && !before.identity().isEmpty()
        && before.identity().equals(fileSystem.identity(path))
        && target.has(before.checksum(), before.sizeBytes());
  }

  /** A file that is open, and what the file system said of it when it was opened. */
  private record Source(String name, String identity, boolean unchanged, SourceFile file)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private Source open(String name) throws IOException {
    Path path = store.resolve(name);
    BackupFile before = last.get(name);
    boolean unchanged = before != null && isUnchanged(before, path);
    return new Source(
        name, fileSystem.identity(path), unchanged, SourceFile.open(fileSystem, path));
  }

  private void readTogether(List<Numbered> files) throws IOException {
    List<Source> open = new ArrayList<>();
    try (Closeable _ = () -> close(open)) {
      for (Numbered file : files) {
        open.add(open(nameOf(file)));
      }
      for (Source source : open) {
        read(source);
      }
    }
  }

  private static void close(List<Source> open) throws IOException {
    IOException failure = null;
    for (Source source : open) {
      try {
        source.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void read(Source source) throws IOException {
    progress.accept(source.name);
    long size = source.file.size();
    BackupFile before = last.get(source.name);
    String checksum = checksumOf(source.file, size, before);
    if (before != null && source.unchanged && !checksum.equals(before.checksum())) {
      throw new IOException(
          store.resolve(source.name)
              + " is not what it was when it was backed up last, and nobody has written it since:"
              + " it is damaged; see ./sheaf verify --store "
              + store
              + " --deep");
    }
    copied.put(source.name, new BackupFile(source.name, size, checksum, source.identity));
  }

  /** Reads a file; copies it unless the backups have it. */
  private String checksumOf(SourceFile file, long size, @Nullable BackupFile before)
      throws IOException {
    if (before != null && before.sizeBytes() == size && isThere(before.checksum(), size)) {
      String checksum = file.checksum();
      if (checksum.equals(before.checksum()) || isThere(checksum, size)) {
        return checksum;
      }
    }
    copiedBytes += size;
    return target.add(file, size);
  }

  /** Whether the backups have it; where all is to be read, whether their copy is whole too. */
  private boolean isThere(String checksum, long sizeBytes) throws IOException {
    return readAll ? target.isWhole(checksum, sizeBytes) : target.has(checksum, sizeBytes);
  }

  private static String nameOf(Numbered file) {
    return FileNames.of(file.kind(), file.number());
  }
}
