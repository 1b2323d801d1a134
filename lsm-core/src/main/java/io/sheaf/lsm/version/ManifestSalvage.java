package io.sheaf.lsm.version;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.version.VersionEdit.AddFile;
import io.sheaf.lsm.version.VersionEdit.AddValueFile;
import io.sheaf.lsm.version.VersionEdit.AlterTable;
import io.sheaf.lsm.version.VersionEdit.Change;
import io.sheaf.lsm.version.VersionEdit.CreateTable;
import io.sheaf.lsm.version.VersionEdit.DropTable;
import io.sheaf.lsm.version.VersionEdit.Flushed;
import io.sheaf.lsm.version.VersionEdit.NamedFrom;
import io.sheaf.lsm.version.VersionEdit.RemoveFile;
import io.sheaf.lsm.version.VersionEdit.RemoveValueFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says as far as it can be read: for who checks or rebuilds a store.
 *
 * @param version with the edits applied that can be read
 * @param removed files that the manifest had once and removed
 * @param nextFileNumber higher than the numbers of all files that the manifest knew of
 * @param torn whether it ends in a record that was never acknowledged
 * @param damage why no more of it can be read; null: all of it was read
 */
public record ManifestSalvage(
    Version version,
    Set<Numbered> removed,
    long nextFileNumber,
    boolean torn,
    @Nullable IOException damage) {
  /** Copies the set. */
  public ManifestSalvage {
    removed = Set.copyOf(removed);
  }

  /** Nothing: there is no manifest, and why. */
  public static ManifestSalvage none(IOException damage) {
    return new ManifestSalvage(Version.empty(), Set.of(), 0, false, damage);
  }

  /**
   * Reads manifest {@code number} of a store, as far as it goes.
   *
   * @throws UnsupportedFormatException when another version of this program has written it
   */
  public static ManifestSalvage read(
      FileSystem fileSystem, Path directory, long number, PrefixResolver prefixes)
      throws UnsupportedFormatException {
    Path path = directory.resolve(FileNames.of(FileKind.MANIFEST, number));
    if (!fileSystem.exists(path)) {
      return none(
          new CorruptionException(
              path.toString(), 0, "the manifest that CURRENT names", "no such file"));
    }
    Set<Numbered> removed = new HashSet<>();
    try (ManifestReader reader = ManifestReader.open(fileSystem, path, number, prefixes)) {
      ManifestReplay.Progress progress = new ManifestReplay.Progress(reader.store());
      IOException damage = null;
      try {
        for (var entry = reader.next(); entry != null; entry = reader.next()) {
          Version before = progress.version();
          progress.apply(reader, entry);
          entry.edit().changes().forEach(change -> noteRemoval(change, before, removed));
        }
      } catch (IOException e) {
        damage = e;
      }
      return new ManifestSalvage(
          progress.version(), removed, progress.nextFileNumber(), reader.torn(), damage);
    } catch (IOException e) {
      UnsupportedFormatException.throwIfCertain(e);
      return none(e);
    }
  }

  private static void noteRemoval(Change change, Version before, Collection<Numbered> removed) {
    switch (change) {
      case RemoveFile remove -> removed.add(new Numbered(remove.fileNumber(), FileKind.SSTABLE));
      case RemoveValueFile remove ->
          removed.add(new Numbered(remove.fileNumber(), FileKind.VALUES));
      case AddFile add -> removed.remove(new Numbered(add.file().number(), FileKind.SSTABLE));
      case AddValueFile add -> removed.remove(new Numbered(add.file().number(), FileKind.VALUES));
      case DropTable drop -> {
        TableState table = before.table(drop.tableId());
        if (table != null) {
          removed.addAll(filesOf(table));
        }
      }
      case CreateTable create -> {}
      case AlterTable alter -> {}
      case Flushed flushed -> {}
      case NamedFrom from -> {}
    }
  }

  /** The SSTables and value files of a table. */
  public static List<Numbered> filesOf(TableState table) {
    List<Numbered> files = new java.util.ArrayList<>();
    for (Run run : table.runs()) {
      run.files().forEach(file -> files.add(new Numbered(file.number(), FileKind.SSTABLE)));
    }
    table.valueFiles().keySet().forEach(file -> files.add(new Numbered(file, FileKind.VALUES)));
    return files;
  }
}
