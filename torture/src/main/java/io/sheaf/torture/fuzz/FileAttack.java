package io.sheaf.torture.fuzz;

import io.sheaf.engine.Sheaf;
import io.sheaf.engine.StoreImage;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One file of a small store is replaced by any bytes; then the store is opened and read, checked
 * and repaired, by which every reader there is reads them. An {@link IOException} is right, and so
 * is an answer; an exception of another kind is not, nor is memory out of proportion.
 *
 * <p>Called from outside of a class loader that has left the checksums out, so with types of the
 * JDK only.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class FileAttack {
  /** What a file replaces: the store it is from, and its name there. */
  private static final Map<String, List<String>> PLACES =
      Map.of(
          "current", List.of("tiny", "CURRENT"),
          "manifest", List.of("tiny", "000001.manifest"),
          "log", List.of("tiny", "000003.log"),
          "stream", List.of("streamed", "000003.log"),
          "values", List.of("tiny", "000004.val"),
          "sstable", List.of("tiny", "000005.sst"));

  private static final Map<String, List<String>> STORES =
      Map.of(
          "tiny",
          List.of("CURRENT", "000001.manifest", "000003.log", "000004.val", "000005.sst"),
          "streamed",
          List.of("CURRENT", "000001.manifest", "000003.log", "000004.sst"));

  private static final Map<String, byte[]> GOLDEN = new HashMap<>();

  private static final DbOptions OPTIONS =
      DbOptions.DEFAULT.withCreateIfMissing(false).withMemory(16 << 20, 64 << 10);

  /** More than a store has; what a file claims need not be read to its end. */
  private static final int MOST_ROWS = 200;

  private static final Path STORE = Path.of("/store");
  private static final Path INTO = Path.of("/into");

  /** Held, because a level that was set lasts only as long as its logger. */
  private static final Logger STORE_LOGGER = Logger.getLogger("io.sheaf");

  private FileAttack() {}

  /** The kinds of files that can be replaced. */
  static List<String> kinds() {
    return PLACES.keySet().stream().sorted().toList();
  }

  /** The file of a kind as the store has written it. */
  static byte[] original(String kind) {
    List<String> place = placeOf(kind);
    return golden(place.get(0), place.get(1));
  }

  /**
   * Replaces a file and reads.
   *
   * @throws AssertionError when memory was taken out of proportion
   */
  public static void read(String kind, byte[] content) {
    STORE_LOGGER.setLevel(Level.OFF); // each damage is logged, and meant
    List<String> place = placeOf(kind);
    StoreImage attacked = store(place.get(0)).with(place.get(1), content);
    HeapLimit.check(() -> read(attacked), content.length);
  }

  /** The files of a store as it was written. */
  static StoreImage store(String store) {
    StoreImage image = new StoreImage();
    for (String name : STORES.getOrDefault(store, List.of())) {
      image = image.with(name, golden(store, name));
    }
    return image;
  }

  private static void read(StoreImage image) {
    try {
      open(image.onDisk(STORE));
      MemoryFileSystem disk = image.onDisk(STORE);
      verify(disk);
      StoreRepair.repair(parts(disk), STORE, INTO, step -> {});
    } catch (IOException e) {
      // refused, as it may be
    }
  }

  private static void open(FileSystem disk) {
    try (Db db = Db.open(STORE, OPTIONS, parts(disk).withCompactors(NoCompaction::new))) {
      for (Table table : db.tables()) {
        try {
          scan(db, table);
        } catch (IOException e) {
          // some of its rows can be read, as it may be
        }
      }
      db.failure()
          .ifPresent(failure -> {
            if (!(failure instanceof IOException)) {
              throw new AssertionError("the background failed", failure);
            }
          });
    } catch (IOException e) {
      // refused, as it may be
    }
  }

  /** All rows, in both directions, and each that is found by its key. */
  private static void scan(Db db, Table table) throws IOException {
    for (CursorOptions options : List.of(CursorOptions.ALL, CursorOptions.ALL.reversed())) {
      try (Cursor cursor = db.cursor(table, options)) {
        for (int row = 0; row < MOST_ROWS && cursor.next(); row++) {
          byte[] key = cursor.key().toByteArray();
          long _ = cursor.value().hash64();
          byte[] _ = db.get(table, key);
          byte[] _ = db.get(table, Arrays.copyOf(key, key.length + 1));
        }
      }
    }
  }

  private static void verify(FileSystem disk) {
    try {
      StoreVerifier.verify(parts(disk), STORE, true, file -> {});
    } catch (IOException e) {
      // the same
    }
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  private static List<String> placeOf(String kind) {
    List<String> place = PLACES.get(kind);
    if (place == null) {
      throw new IllegalArgumentException("no kind of file: " + kind);
    }
    return place;
  }

  private static byte[] golden(String store, String name) {
    return GOLDEN.computeIfAbsent("/golden/v2/" + store + "/" + name, FileAttack::load);
  }

  private static byte[] load(String resource) {
    try (InputStream in = FileAttack.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + resource, e);
    }
  }
}
