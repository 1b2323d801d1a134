package io.sheaf.lsm.db;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.StoreDirectory;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.version.VersionEdit;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with whole files of a store: preparing its directory, deleting, linking. */
final class StoreFiles {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

  private StoreFiles() {}

  /** Sees to it that {@code directory} is there and is, or may become, a store. */
  static void prepare(FileSystem fileSystem, Path directory, boolean createIfMissing)
      throws IOException {
    if (StoreDirectory.holdsStore(fileSystem, directory)) {
      return;
    }
    if (!createIfMissing) {
      throw new NoSuchFileException(
          directory.toString(),
          null,
          "no store is there; open it with createIfMissing to make one");
    }
    fileSystem.createDirectories(directory);
  }

  static void deleteObsolete(FileSystem fileSystem, Path directory, List<FileNames.Numbered> files)
      throws IOException {
    for (FileNames.Numbered file : files) {
      delete(fileSystem, directory, file.kind(), file.number());
    }
    for (String name : fileSystem.list(directory)) {
      if (FileNames.parseUnfinished(name).isPresent()) {
        delete(fileSystem, directory.resolve(name));
      }
    }
  }

  /** Deletes a file that nothing needs; one that cannot be deleted now goes at the next opening. */
  static void delete(FileSystem fileSystem, Path directory, FileKind kind, long number) {
    delete(fileSystem, directory.resolve(FileNames.of(kind, number)));
  }

  private static void delete(FileSystem fileSystem, Path file) {
    try {
      fileSystem.delete(file);
    } catch (IOException e) {
      LOG.warn("{} is not needed any more but could not be deleted", file, e);
    }
  }

  /** Deletes the files that an edit would have added, which is not in the manifest. */
  static void deleteAdded(FileSystem fileSystem, Path directory, VersionEdit edit) {
    for (VersionEdit.Change change : edit.changes()) {
      if (change instanceof VersionEdit.AddFile add) {
        delete(fileSystem, directory, FileKind.SSTABLE, add.file().number());
      } else if (change instanceof VersionEdit.AddValueFile add) {
        delete(fileSystem, directory, FileKind.VALUES, add.file().number());
      }
    }
  }

  /**
   * What {@code edit} says about tables that are (still) there. Files that it adds to others are
   * deleted: nothing will ever refer to them. Those that it moves are not its own; they stay for
   * who still reads the table, and go with the last of these.
   */
  static List<VersionEdit.Change> wanted(
      FileSystem fileSystem,
      Path directory,
      VersionEdit edit,
      Map<Integer, TableDescriptor> tables) {
    Set<Long> moved = new HashSet<>();
    for (VersionEdit.Change change : edit.changes()) {
      if (change instanceof VersionEdit.RemoveFile remove) {
        moved.add(remove.fileNumber());
      }
    }
    List<VersionEdit.Change> wanted = new ArrayList<>();
    for (VersionEdit.Change change : edit.changes()) {
      if (isWanted(change, tables)) {
        wanted.add(change);
      } else if (change instanceof VersionEdit.AddFile add
          && !moved.contains(add.file().number())) {
        delete(fileSystem, directory, FileKind.SSTABLE, add.file().number());
      } else if (change instanceof VersionEdit.AddValueFile add) {
        delete(fileSystem, directory, FileKind.VALUES, add.file().number());
      }
    }
    return wanted;
  }

  private static boolean isWanted(VersionEdit.Change change, Map<Integer, TableDescriptor> tables) {
    return switch (change) {
      case VersionEdit.AddFile add -> tables.containsKey(add.tableId());
      case VersionEdit.RemoveFile remove -> tables.containsKey(remove.tableId());
      case VersionEdit.AddValueFile add -> tables.containsKey(add.file().tableId());
      case VersionEdit.RemoveValueFile remove -> tables.containsKey(remove.tableId());
      case VersionEdit.CreateTable create -> true;
      case VersionEdit.AlterTable alter -> true;
      case VersionEdit.DropTable drop -> true;
      case VersionEdit.Flushed flushed -> true;
      case VersionEdit.NamedFrom from -> true;
    };
  }

  /** Makes {@code target} a store with the files of {@code version}, by hard links. */
  static void link(
      FileSystem fileSystem, Path directory, Path target, Version version, long manifestNumber)
      throws IOException {
    if (StoreDirectory.holdsStore(fileSystem, target)) {
      throw new IllegalArgumentException(target + " holds a store already");
    }
    fileSystem.createDirectories(target);
    try {
      for (TableState table : version.tables().values()) {
        for (Run run : table.runs()) {
          for (FileMetadata file : run.files()) {
            link(fileSystem, directory, target, FileKind.SSTABLE, file.number());
          }
        }
        for (Long number : table.valueFiles().keySet()) {
          link(fileSystem, directory, target, FileKind.VALUES, number);
        }
      }
      VersionSet.initialize(
          fileSystem, target, withoutLogs(version), manifestNumber, new Statistics());
    } catch (IOException | RuntimeException e) {
      undoLink(fileSystem, target, e); // or a second try would find what is no store
      throw e;
    }
  }

  private static Version withoutLogs(Version version) {
    return new Version(
        version.store(),
        version.tables(),
        0,
        version.lastSequence(),
        version.lastTimeMillis(),
        version.nextTableId());
  }

  private static void link(
      FileSystem fileSystem, Path directory, Path target, FileKind kind, long number)
      throws IOException {
    String name = FileNames.of(kind, number);
    fileSystem.link(directory.resolve(name), target.resolve(name));
  }

  /** Removes a store that was not finished, its CURRENT first. */
  private static void undoLink(FileSystem fileSystem, Path target, Exception cause) {
    try {
      List<String> names = new ArrayList<>(fileSystem.list(target));
      names.removeIf(
          name -> !name.startsWith(FileNames.CURRENT) && FileNames.parse(name).isEmpty());
      names.sort(Comparator.comparing(name -> !name.equals(FileNames.CURRENT)));
      for (String name : names) {
        fileSystem.delete(target.resolve(name));
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
