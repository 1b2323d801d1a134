package io.sheaf.lsm.version;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.value.ValueFileMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Tells whether a directory holds a store, may become one, or is something else.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class StoreDirectory {
  /** Names that may stand in a directory before there is a store, besides an unfinished one's. */
  private static final Set<String> HARMLESS =
      Set.of(FileNames.LOCK, FileNames.NEXT_CURRENT, "lost+found");

  /** Number of the first manifest of a store that was created and not opened since. */
  static final long FIRST_MANIFEST = 1;

  private StoreDirectory() {}

  /**
   * Whether a store is there; where none is, one can be created.
   *
   * @throws CorruptionException when files of a store are there, but not CURRENT
   * @throws IOException when foreign files are there, or the directory cannot be read
   */
  public static boolean holdsStore(FileSystem fileSystem, Path directory) throws IOException {
    if (!fileSystem.exists(directory)) {
      return false;
    }
    List<String> names = fileSystem.list(directory);
    if (names.contains(FileNames.CURRENT)) {
      return true;
    }
    for (Numbered file : numbered(names)) {
      if (!leftByCreation(fileSystem, directory, file)) {
        throw new CorruptionException(
            directory.resolve(FileNames.CURRENT).toString(),
            0,
            "the name of the manifest in use",
            "no file, but "
                + FileNames.of(file.kind(), file.number())
                + " beside it"
                + CorruptionException.HOW_TO_GO_ON);
      }
    }
    for (String name : names) {
      if (!HARMLESS.contains(name) && FileNames.parse(name).isEmpty()) {
        throw new IOException(
            directory
                + " is no store and not empty: it holds '"
                + name
                + "'; name the directory of a store, or an empty one for a new store");
      }
    }
    return false;
  }

  /** Removes what a creation that a crash cut short left behind. */
  static void clear(FileSystem fileSystem, Path directory) throws IOException {
    for (Numbered file : numbered(fileSystem.list(directory))) {
      fileSystem.delete(directory.resolve(FileNames.of(file.kind(), file.number())));
    }
  }

  /**
   * Checks that the files of {@code version} are there, as long as the manifest says.
   *
   * @throws CorruptionException when they are not
   */
  static void check(FileSystem fileSystem, Path directory, Set<Numbered> present, Version version)
      throws IOException {
    for (TableState table : version.tablesInOrder().values()) {
      for (Run run : table.runs()) {
        for (FileMetadata file : run.files()) {
          check(
              fileSystem,
              directory,
              present,
              new Numbered(file.number(), FileKind.SSTABLE),
              file.sizeBytes());
        }
      }
      for (ValueFileMetadata file : table.valueFilesInOrder().values()) {
        check(
            fileSystem,
            directory,
            present,
            new Numbered(file.number(), FileKind.VALUES),
            file.sizeBytes());
      }
    }
  }

  /**
   * Checks that no log is of another store, not even one that is not needed: then the manifest may
   * be the one that is, and what it does not name must not be deleted. Logs without a whole header
   * are passed over.
   *
   * @throws io.sheaf.lsm.io.ForeignFileException when one is
   */
  public static void checkLogs(
      FileSystem fileSystem, Path directory, Collection<Numbered> present, StoreId store)
      throws IOException {
    for (Numbered file : present) {
      if (file.kind() == FileKind.LOG) {
        Path path = directory.resolve(FileNames.of(file.kind(), file.number()));
        ByteBuffer bytes = ByteBuffer.allocate(FileHeader.BYTES);
        try (ReadableFile log = fileSystem.open(path)) {
          log.read(bytes, 0);
        }
        if (!bytes.hasRemaining()) {
          FileHeader.Fields header = FileHeader.Fields.of(bytes.flip());
          if (header.isOf(FileKind.LOG, file.number())) {
            store.check(path.toString(), file.number(), header.storeId());
          }
        }
      }
    }
  }

  /** Those of the files {@code present} that a store with this state does not need. */
  static List<Numbered> orphans(List<Numbered> present, ManifestReplay state) {
    List<Numbered> orphans = new ArrayList<>();
    for (Numbered file : present) {
      boolean needed =
          switch (file.kind()) {
            case LOG -> file.number() >= state.version().logNumber();
            case SSTABLE, VALUES -> state.ledger().kind(file.number()) == file.kind();
            case MANIFEST -> false; // each open begins a new one
          };
      if (!needed) {
        orphans.add(file);
      }
    }
    return List.copyOf(orphans);
  }

  /** Numbers and kinds of the store's files among {@code names}. */
  static List<Numbered> numbered(List<String> names) {
    List<Numbered> files = new ArrayList<>();
    for (String name : names) {
      FileNames.parse(name).ifPresent(files::add);
    }
    return files;
  }

  /** A number that is above those of all of the store's files among {@code names}. */
  static long firstFree(List<String> names) {
    long highest = 0;
    for (String name : names) {
      Numbered file = FileNames.parse(name).or(() -> FileNames.parseUnfinished(name)).orElse(null);
      highest = Math.max(highest, file == null ? 0 : file.number());
    }
    return highest + 1;
  }

  private static void check(
      FileSystem fileSystem, Path directory, Set<Numbered> present, Numbered file, long sizeBytes)
      throws IOException {
    Path path = directory.resolve(FileNames.of(file.kind(), file.number()));
    String found = present.contains(file) ? fileSystem.size(path) + " bytes" : "no file";
    String expected = sizeBytes + " bytes";
    if (!found.equals(expected)) {
      throw new CorruptionException(
          path.toString(),
          0,
          expected + " as in the manifest",
          found + CorruptionException.HOW_TO_GO_ON);
    }
  }

  /** Whether a creation that a crash cut short left {@code file}: a manifest without edits. */
  private static boolean leftByCreation(FileSystem fileSystem, Path directory, Numbered file)
      throws IOException {
    return file.kind() == FileKind.MANIFEST
        && file.number() == FIRST_MANIFEST
        && fileSystem.size(directory.resolve(FileNames.of(file.kind(), file.number())))
            <= emptyManifestBytes();
  }

  private static long emptyManifestBytes() {
    return FileHeader.BYTES + ManifestFormat.FRAME_BYTES + ManifestFormat.EMPTY_SNAPSHOT_BYTES;
  }
}
