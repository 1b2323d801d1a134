package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes a directory the store that a backup holds. It becomes one with the last step, so that what
 * a crash leaves behind does not open; the next restore begins anew.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class BackupRestore {
  /** Stands in the directory until the restore is done. */
  private static final String UNFINISHED = "RESTORE-NOT-FINISHED";

  private BackupRestore() {}

  /**
   * Restores a backup.
   *
   * @param into missing, empty, or left by a restore that was cut short
   * @param progress is told the name of each file before it is written
   * @throws IllegalArgumentException when there is something else in {@code into}
   * @throws CorruptionException when a file of the backup is not what was backed up; no store is
   *     made then
   */
  public static void restore(
      FileSystem fileSystem,
      BackupDirectory directory,
      Backup backup,
      Path into,
      Consumer<String> progress)
      throws IOException {
    prepare(fileSystem, into);
    for (BackupFile file : backup.files()) {
      progress.accept(file.name());
      boolean current = file.name().equals(FileNames.CURRENT);
      copy(
          fileSystem,
          directory,
          file,
          into.resolve(current ? FileNames.NEXT_CURRENT : file.name()));
    }
    fileSystem.syncDirectory(into);
    fileSystem.rename(into.resolve(FileNames.NEXT_CURRENT), into.resolve(FileNames.CURRENT));
    fileSystem.syncDirectory(into);
    fileSystem.delete(into.resolve(UNFINISHED));
    fileSystem.syncDirectory(into);
  }

  private static void prepare(FileSystem fileSystem, Path into) throws IOException {
    fileSystem.createDirectories(into);
    List<String> names = fileSystem.list(into);
    boolean left = names.contains(UNFINISHED) && !names.contains(FileNames.CURRENT);
    if (!names.isEmpty() && !left) {
      throw new IllegalArgumentException(
          into + " is not empty: it holds '" + names.getFirst() + "'; name another directory");
    }
    for (String name : names) {
      if (!name.equals(UNFINISHED)) {
        fileSystem.delete(into.resolve(name));
      }
    }
    if (!left) {
      fileSystem.create(into.resolve(UNFINISHED)).close();
    }
    fileSystem.syncDirectory(into);
  }

  private static void copy(
      FileSystem fileSystem, BackupDirectory directory, BackupFile file, Path to)
      throws IOException {
    Path from = directory.file(file.checksum());
    BackupCheck.throwIfCut(fileSystem, from, file);
    try (SourceFile source = SourceFile.open(fileSystem, from);
        WritableFile copy = fileSystem.create(to)) {
      String found = source.copy(file.sizeBytes(), copy);
      if (!found.equals(file.checksum())) {
        throw BackupCheck.changed(from, file, found);
      }
      copy.sync();
    }
  }
}
