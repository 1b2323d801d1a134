package io.sheaf.engine.compact;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.ManifestSalvage;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The last step of a compaction: gives the finished files their names in the directory of the
 * store, and makes them the store by a new manifest.
 *
 * <p>The files have their names, durably, before CURRENT names the manifest; so at any moment
 * CURRENT names a store that is whole.
 */
final class StoreReplacement {
  private static final int COPY_BYTES = 1 << 20;
  private static final String COPY = "COPY";

  private StoreReplacement() {}

  /**
   * Checks that a store may come into {@code target}.
   *
   * @throws IllegalArgumentException when something is there that no compaction has left
   */
  static void checkTarget(FileSystem fileSystem, Path target) throws IOException {
    if (!fileSystem.exists(target)) {
      return;
    }
    List<String> names = fileSystem.list(target);
    if (names.contains(FileNames.CURRENT)) {
      throw new IllegalArgumentException(
          target + " holds a store: name a directory that is missing or empty");
    }
    boolean unfinished = fileSystem.exists(target.resolve(WorkDirectory.NAME));
    for (String name : names) {
      boolean ours =
          name.equals(FileNames.LOCK)
              || (unfinished
                  && (name.startsWith(WorkDirectory.NAME)
                      || name.startsWith(FileNames.CURRENT)
                      || FileNames.parse(name)
                          .filter(file -> file.kind() != FileKind.LOG) // of a store without CURRENT
                          .isPresent()));
      if (!ours) {
        throw new IllegalArgumentException(
            target + " is not empty: it holds '" + name + "'; name one that is missing or empty");
      }
    }
  }

  /** Makes {@code made} the store in {@code target}, and removes what is not needed any more. */
  static void install(
      FileSystem fileSystem, SourceStore source, Path target, WorkDirectory work, Version made)
      throws IOException {
    boolean inPlace = target.equals(source.directory());
    Set<Numbered> needed = new HashSet<>();
    for (TableState table : made.tables().values()) {
      needed.addAll(ManifestSalvage.filesOf(table));
    }
    for (Numbered file : needed) {
      String name = FileNames.of(file.kind(), file.number());
      if (fileSystem.exists(work.path().resolve(name))) {
        place(fileSystem, work.path(), name, target, work.path());
      } else if (!inPlace) {
        place(fileSystem, source.directory(), name, target, work.path());
      }
    }
    long manifest = work.newFileNumber();
    Version version =
        new Version(
            made.store(),
            made.tables(),
            inPlace ? source.version().logNumber() : 0,
            made.lastSequence(),
            made.lastTimeMillis(),
            made.nextTableId());
    VersionSet.initialize(fileSystem, target, version, manifest, new Statistics());
    needed.add(new Numbered(manifest, FileKind.MANIFEST));
    if (inPlace) {
      source.logs().forEach(log -> needed.add(new Numbered(log, FileKind.LOG)));
    }
    removeFiles(fileSystem, target, needed);
    WorkDirectory.clear(fileSystem, target);
  }

  /**
   * Removes the files of a store from {@code directory}, but for CURRENT and those that are needed.
   */
  static void removeFiles(FileSystem fileSystem, Path directory, Set<Numbered> needed)
      throws IOException {
    for (String name : fileSystem.list(directory)) {
      Optional<Numbered> file = FileNames.parse(name);
      boolean unneeded = file.isPresent() && !needed.contains(file.get());
      if (unneeded || name.equals(FileNames.NEXT_CURRENT)) {
        fileSystem.delete(directory.resolve(name));
      }
    }
    fileSystem.syncDirectory(directory);
  }

  /**
   * Gives a file of {@code from} the same name in {@code target}; where the device is another one,
   * copies it, by way of a directory {@code work} on that device.
   */
  private static void place(FileSystem fileSystem, Path from, String name, Path target, Path work)
      throws IOException {
    if (fileSystem.exists(target.resolve(name))) {
      return; // by the same plan, before it was cut short
    }
    try {
      fileSystem.link(from.resolve(name), target.resolve(name));
    } catch (IOException | UnsupportedOperationException noLink) {
      Path copy = work.resolve(COPY);
      try {
        if (fileSystem.exists(copy)) {
          fileSystem.delete(copy);
        }
        copy(fileSystem, from.resolve(name), copy);
        fileSystem.rename(copy, target.resolve(name));
      } catch (IOException e) {
        e.addSuppressed(noLink);
        throw e;
      }
    }
  }

  private static void copy(FileSystem fileSystem, Path from, Path to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
    try (ReadableFile source = fileSystem.open(from);
        WritableFile copy = fileSystem.create(to)) {
      long at = 0;
      for (int count = source.read(buffer, at); count > 0; count = source.read(buffer, at)) {
        at += count;
        copy.write(buffer.flip());
        buffer.clear();
      }
      copy.sync();
    }
  }
}
