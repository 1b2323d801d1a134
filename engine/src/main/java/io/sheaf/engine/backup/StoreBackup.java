package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backs a store up: files that the directory of backups has already are not copied again. The store
 * may be open, in another process too; what that has acknowledged as {@code WRITTEN} or {@code
 * SYNC} is in the backup.
 *
 * <p>A file that the last backup read under the same name is not read again where the file system
 * tells that it is the same one ({@link FileSystem#identity}).
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class StoreBackup {
  private final Components parts;
  private final Path store;
  private final BackupDirectory target;
  private final boolean readAll;
  private final Consumer<String> progress;
  private final Map<String, BackupFile> known = new HashMap<>();
  private final Map<Long, BackupFile> logs = new TreeMap<>();
  private final List<BackupFile> tableFiles = new ArrayList<>();
  private long copiedBytes;

  private StoreBackup(
      Components parts,
      Path store,
      BackupDirectory target,
      boolean readAll,
      Consumer<String> progress) {
    this.parts = parts;
    this.store = store;
    this.target = target;
    this.readAll = readAll;
    this.progress = progress;
  }

  /**
   * What was done.
   *
   * @param backup the new backup
   * @param copiedBytes how much of it was not there yet
   * @param kept the backups there are now, oldest first
   */
  public record Result(Backup backup, long copiedBytes, List<Backup> kept) {
    /** Copies the list. */
    public Result {
      kept = List.copyOf(kept);
    }
  }

  /**
   * Makes a backup.
   *
   * @param target directory of backups, made where it is missing
   * @param keep number of backups to keep, this one included; older ones go once it is there
   * @param readAll whether to read files, too, that the last backup has read
   * @param timeMillis the time, milliseconds since the epoch
   * @param progress is told the name of each file before it is read
   * @throws NoSuchFileException when there is no store
   * @throws IOException when the store cannot be read or the backup not be written: then there is
   *     none, and those before are as they were
   */
  public static Result make(
      Components parts,
      Path store,
      Path target,
      int keep,
      boolean readAll,
      long timeMillis,
      Consumer<String> progress)
      throws IOException {
    if (keep < 1) {
      throw new IllegalArgumentException("at least 1 backup must be kept, not " + keep);
    }
    StoreImage.of(parts.fileSystem(), store, parts.extractors()); // or no directory is made
    try (BackupDirectory directory = BackupDirectory.openOrCreate(parts.fileSystem(), target)) {
      StoreBackup backup = new StoreBackup(parts, store, directory, readAll, progress);
      Backup made = backup.make(timeMillis);
      directory.keep(keep);
      return new Result(made, backup.copiedBytes, directory.backups());
    }
  }

  private Backup make(long timeMillis) throws IOException {
    if (!target.backups().isEmpty()) {
      target.backups().getLast().files().forEach(file -> known.put(file.name(), file));
    }
    StoreImage image = StillImage.copy(parts, store, new Copies());
    List<BackupFile> files = new ArrayList<>(logs.values());
    files.addAll(tableFiles);
    files.addAll(state(image));
    Backup backup =
        new Backup(
            target.nextId(),
            timeMillis,
            store.toAbsolutePath().toString(),
            image.version().lastSequence(),
            files);
    target.finish(backup);
    return backup;
  }

  private BackupFile file(String name) throws IOException {
    FileSystem fileSystem = parts.fileSystem();
    Path path = store.resolve(name);
    long size = fileSystem.size(path);
    String identity = fileSystem.identity(path);
    BackupFile before = known.get(name);
    boolean unchanged = before != null && isUnchanged(before, size, identity);
    if (before != null && unchanged && !readAll) {
      return before;
    }
    progress.accept(name);
    String checksum = checksumOf(path, size, before);
    if (before != null && unchanged && !checksum.equals(before.checksum())) {
      throw new IOException(
          path
              + " is not what it was when it was backed up last, and nobody has written it since:"
              + " it is damaged; see ./sheaf verify --store "
              + store
              + " --deep");
    }
    BackupFile file = new BackupFile(name, size, checksum, identity);
    known.put(name, file);
    return file;
  }

  private boolean isUnchanged(BackupFile before, long size, String identity) throws IOException {
    return before.sizeBytes() == size
        && !identity.isEmpty()
        && before.identity().equals(identity)
        && target.has(before.checksum(), size);
  }

  /** Reads a file; copies it unless the backups have it. */
  private String checksumOf(Path path, long size, @Nullable BackupFile before) throws IOException {
    if (before != null && before.sizeBytes() == size && target.has(before.checksum(), size)) {
      String checksum = FileCopy.checksum(parts.fileSystem(), path);
      if (target.has(checksum, size)) {
        return checksum;
      }
    }
    copiedBytes += size;
    return target.add(path, size);
  }

  /** The manifest that says the image, and CURRENT. */
  private List<BackupFile> state(StoreImage image) throws IOException {
    MemoryFileSystem memory = new MemoryFileSystem();
    Path directory = Path.of("state").toAbsolutePath();
    memory.createDirectories(directory);
    VersionSet.initialize(
        memory, directory, image.version(), image.nextFileNumber(), new Statistics());
    List<BackupFile> files = new ArrayList<>();
    for (String name :
        List.of(FileNames.of(FileKind.MANIFEST, image.nextFileNumber()), FileNames.CURRENT)) {
      byte[] bytes;
      try (ReadableFile file = memory.open(directory.resolve(name))) {
        bytes = new byte[(int) file.size()];
        file.read(ByteBuffer.wrap(bytes), 0);
      }
      files.add(new BackupFile(name, bytes.length, target.add(bytes), ""));
      copiedBytes += bytes.length;
    }
    return files;
  }

  /** The files of this backup. */
  private final class Copies implements StillImage.Target {
    @Override
    public void copyLog(StoreImage image, long log) throws IOException {
      String name = FileNames.of(FileKind.LOG, log);
      progress.accept(name);
      long length = LogEnd.find(parts.fileSystem(), store, image, log);
      logs.put(log, new BackupFile(name, length, target.add(store.resolve(name), length), ""));
      copiedBytes += length;
    }

    @Override
    public void removeLog(long log) {
      logs.remove(log);
    }

    @Override
    public void copyFiles(StoreImage image) throws IOException {
      tableFiles.clear();
      for (Numbered file : image.files()) {
        tableFiles.add(file(FileNames.of(file.kind(), file.number())));
      }
    }
  }
}
