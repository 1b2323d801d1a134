package io.sheaf.engine.backup;

import io.sheaf.engine.inspect.FileLengths;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.CurrentFile;
import io.sheaf.lsm.version.ManifestSalvage;
import io.sheaf.lsm.version.PrefixResolver;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a copy of a store has to hold to be a store, as the directory shows it at one moment: the
 * state that the manifest ends with, its SSTables and value files, and the logs that are needed.
 * The store may be open, in another process too; then the copy is what would be left if that one
 * were killed at this moment.
 *
 * <p>While the copy is made the store may go on, and delete files or recycle logs that the image
 * names; {@link StillImage} deals with it. SSTables and value files never change, so copies of them
 * stay good.
 *
 * @param version the state
 * @param files SSTables and value files
 * @param logs numbers of the logs that are needed, rising
 * @param nextFileNumber higher than all numbers of files
 */
record StoreImage(Version version, List<Numbered> files, List<Long> logs, long nextFileNumber) {
  StoreImage {
    files = List.copyOf(files);
    logs = List.copyOf(logs);
  }

  /**
   * The image of the store in {@code directory}.
   *
   * @throws java.nio.file.NoSuchFileException where there is no store
   * @throws IOException when its manifest cannot be read
   */
  static StoreImage of(FileSystem fileSystem, Path directory, PrefixResolver prefixes)
      throws IOException {
    long missing = 0;
    while (true) {
      StoreImage image = look(fileSystem, directory, prefixes);
      long first = image.version.logNumber();
      if (first == 0 || image.logs.contains(first)) {
        return image;
      }
      if (first == missing) { // otherwise it was given up between two looks
        throw new CorruptionException(
            directory.resolve(FileNames.of(FileKind.LOG, first)).toString(),
            0,
            "a log, as the manifest needs it",
            "no file" + CorruptionException.HOW_TO_GO_ON);
      }
      missing = first;
    }
  }

  private static StoreImage look(FileSystem fileSystem, Path directory, PrefixResolver prefixes)
      throws IOException {
    ManifestSalvage manifest = manifest(fileSystem, directory, prefixes);
    Version version = manifest.version();
    List<Numbered> files = new ArrayList<>();
    version.tablesInOrder().values().forEach(table -> files.addAll(filesOf(table)));
    List<Long> logs = new ArrayList<>();
    long highest = manifest.nextFileNumber();
    for (String name : fileSystem.list(directory)) {
      Numbered file = FileNames.parse(name).orElse(null);
      if (file != null) {
        highest = Math.max(highest, file.number() + 1);
        if (file.kind() == FileKind.LOG && file.number() >= version.logNumber()) {
          logs.add(file.number());
        }
      }
    }
    logs.sort(Comparator.naturalOrder());
    return new StoreImage(version, files, logs, highest);
  }

  /** The manifest in use; the store may go over to another one while it is read. */
  private static ManifestSalvage manifest(
      FileSystem fileSystem, Path directory, PrefixResolver prefixes) throws IOException {
    long number = CurrentFile.read(fileSystem, directory);
    while (true) {
      ManifestSalvage manifest = ManifestSalvage.read(fileSystem, directory, number, prefixes);
      IOException damage = manifest.damage();
      if (damage == null) {
        return manifest;
      }
      long now = CurrentFile.read(fileSystem, directory);
      if (now == number) {
        throw damage;
      }
      number = now;
    }
  }

  private static List<Numbered> filesOf(TableState table) {
    return ManifestSalvage.filesOf(table).stream()
        .sorted(Comparator.comparingLong(Numbered::number))
        .toList();
  }

  /**
   * Checks that SSTables and value files are as long as the manifest says: a copy of one that was
   * cut short would take the place of a good one.
   *
   * @throws java.nio.file.NoSuchFileException when one is gone
   * @throws CorruptionException when one has another length
   */
  void checkLengths(FileSystem fileSystem, Path directory) throws IOException {
    for (Map.Entry<Numbered, Long> file : FileLengths.of(version).entrySet()) {
      Path path = directory.resolve(FileNames.of(file.getKey().kind(), file.getKey().number()));
      long found = fileSystem.size(path);
      if (found != file.getValue()) {
        throw new CorruptionException(
            path.toString(),
            0,
            file.getValue() + " bytes as in the manifest",
            found + " bytes" + CorruptionException.HOW_TO_GO_ON);
      }
    }
  }

  /** The same state with these logs. */
  StoreImage withLogs(Collection<Long> those) {
    return new StoreImage(version, files, List.copyOf(those), nextFileNumber);
  }
}
