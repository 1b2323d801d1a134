package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Backs a store up: files that the directory of backups has already are not copied again. The store
 * may be open, in another process too; what that has acknowledged as {@code WRITTEN} or {@code
 * SYNC} is in the backup.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class StoreBackup {
  private final Components parts;
  private final Path store;
  private final BackupDirectory target;
  private final Consumer<String> progress;
  private final TableFileCopies copies;
  private final Map<Long, BackupFile> logs = new TreeMap<>();
  private List<BackupFile> tableFiles = List.of();
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
    this.progress = progress;
    this.copies = new TableFileCopies(parts.fileSystem(), store, target, readAll, progress);
  }

  /**
   * What was done.
   *
   * @param backup the new backup
   * @param copiedBytes how much of it was not there yet
   * @param kept the backups there are now, oldest first
   * @param findings what is wrong with the records of other backups
   */
  public record Result(Backup backup, long copiedBytes, List<Backup> kept, List<Finding> findings) {
    /** Copies the lists. */
    public Result {
      kept = List.copyOf(kept);
      findings = List.copyOf(findings);
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
      return new Result(
          made,
          backup.copiedBytes + backup.copies.copiedBytes(),
          directory.backups(),
          directory.findings());
    }
  }

  private Backup make(long timeMillis) throws IOException {
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
      try (SourceFile source = SourceFile.open(parts.fileSystem(), store.resolve(name))) {
        logs.put(log, new BackupFile(name, length, target.add(source, length), ""));
      }
      copiedBytes += length;
    }

    @Override
    public void removeLog(long log) {
      logs.remove(log);
    }

    @Override
    public void copyFiles(StoreImage image) throws IOException {
      tableFiles = copies.copy(image.files());
    }
  }
}
