package io.sheaf.engine.backup;

import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.StoreDirectory;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a directory on the same device a store of its own with what another one holds: SSTables and
 * value files by hard links, logs by copies. The other store may be open in another process; what
 * that has acknowledged as {@code WRITTEN} or {@code SYNC} is in the copy.
 *
 * <p>Who has the store open itself uses {@link io.sheaf.lsm.db.Db#checkpoint}.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class StoreCheckpoint {
  private final Components parts;
  private final Path source;
  private final Path target;
  private final Set<String> made = new HashSet<>();

  private StoreCheckpoint(Components parts, Path source, Path target) {
    this.parts = parts;
    this.source = source;
    this.target = target;
  }

  /**
   * Makes {@code target}, missing or empty, such a store.
   *
   * @throws IllegalArgumentException when it is neither
   * @throws IOException when the source cannot be read, or no link can be made to the target; what
   *     was made is removed
   */
  public static void make(Components parts, Path source, Path target) throws IOException {
    if (StoreDirectory.holdsStore(parts.fileSystem(), target)) {
      throw new IllegalArgumentException(target + " holds a store already");
    }
    StoreCheckpoint checkpoint = new StoreCheckpoint(parts, source, target);
    try {
      checkpoint.make();
    } catch (IOException | RuntimeException e) {
      checkpoint.undo(e);
      throw e;
    }
  }

  private void make() throws IOException {
    parts.fileSystem().createDirectories(target);
    StoreImage image = StillImage.copy(parts, source, new Links());
    // The names are made durable before CURRENT names the manifest, see CurrentFile.
    VersionSet.initialize(
        parts.fileSystem(), target, image.version(), image.nextFileNumber(), new Statistics());
  }

  /** Removes what was made, CURRENT first: nothing of it is a store. */
  private void undo(Exception cause) {
    List<String> names = new ArrayList<>(List.of(FileNames.CURRENT));
    try {
      for (String name : parts.fileSystem().list(target)) {
        boolean manifest =
            FileNames.parse(name).filter(file -> file.kind() == FileKind.MANIFEST).isPresent();
        if (manifest || made.contains(name) || name.startsWith(FileNames.CURRENT + ".")) {
          names.add(name);
        }
      }
      for (String name : names) {
        if (parts.fileSystem().exists(target.resolve(name))) {
          parts.fileSystem().delete(target.resolve(name));
        }
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The directory that is made. */
  private final class Links implements StillImage.Target {
    @Override
    public void copyLog(StoreImage image, long log) throws IOException {
      FileSystem fileSystem = parts.fileSystem();
      String name = FileNames.of(FileKind.LOG, log);
      long length = LogEnd.find(fileSystem, source, image, log);
      try (SourceFile original = SourceFile.open(fileSystem, source.resolve(name));
          WritableFile copy = fileSystem.create(target.resolve(name))) {
        made.add(name);
        original.copy(length, copy);
        copy.sync();
      }
    }

    @Override
    public void removeLog(long log) throws IOException {
      String name = FileNames.of(FileKind.LOG, log);
      if (made.remove(name)) {
        parts.fileSystem().delete(target.resolve(name));
      }
    }

    @Override
    public void copyFiles(StoreImage image) throws IOException {
      Set<String> needed = new HashSet<>();
      for (Numbered file : image.files()) {
        String name = FileNames.of(file.kind(), file.number());
        needed.add(name);
        if (!made.contains(name)) {
          parts.fileSystem().link(source.resolve(name), target.resolve(name));
          made.add(name);
        }
      }
      for (String name : List.copyOf(made)) { // linked for an image before
        boolean log = FileNames.parse(name).filter(file -> file.kind() == FileKind.LOG).isPresent();
        if (!log && !needed.contains(name)) {
          parts.fileSystem().delete(target.resolve(name));
          made.remove(name);
        }
      }
    }
  }
}
