package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damage in each kind of file: flipped bits, missing ends, foreign ends, swapped and missing files.
 * Each row then reads as it was written, or reading it throws an exception that names the file; no
 * row is silently gone, but for the end of the log behind what it states as durable.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays; {@code -Dsheaf.test.damages=N} sets how often each file
 * is damaged in each way.
 */
@Timeout(300)
class StoreCorruptionTest {
  private static final int DAMAGES = Integer.getInteger("sheaf.test.damages", 60);
  private static final Logger LOG = Logger.getLogger("io.sheaf");
  private static final long SEED = TestSeed.next();

  private final Random random = new Random(SEED);
  private final DamagedStore store;
  private final StoreImage image;

  StoreCorruptionTest() throws Exception {
    store = new DamagedStore(random);
    image = store.image();
  }

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // each damage that the background meets is logged, and meant
    System.out.println("corruption test: -Dsheaf.test.seed=" + SEED);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void flippedBitIsAnErrorOrChangesNothing(String kind) throws Exception {
    for (String name : some(image.names(kind))) {
      byte[] content = image.content(name);
      long bits = content.length * 8L;
      for (long i = 0; i < Math.min(bits, DAMAGES); i++) {
        long bit = bits <= DAMAGES ? i : random.nextLong(bits);
        byte[] damaged = content.clone();
        damaged[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        int least = store.leastWithout(name, bit / 8);
        store.check(image.with(name, damaged), name, "bit " + bit, least);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void missingEndIsAnErrorOrChangesNothing(String kind) throws Exception {
    for (String name : some(image.names(kind))) {
      byte[] content = image.content(name);
      // a manifest without its last changes misses, or needs, a file that they brought, or removed
      String named = kind.equals(".manifest") ? SmallStore.DIRECTORY + "/" : name;
      for (int i = 0; i < Math.min(content.length, DAMAGES); i++) {
        int length = content.length <= DAMAGES ? i : random.nextInt(content.length);
        int least = kind.equals(".log") ? store.flushed() : store.size();
        store.check(
            image.with(name, Arrays.copyOf(content, length)), named, "length " + length, least);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void foreignEndIsAnErrorOrChangesNothing(String kind) throws Exception {
    for (String name : image.names(kind)) {
      byte[] content = image.content(name);
      byte[] longer = Arrays.copyOf(content, content.length + 1 + random.nextInt(5_000));
      store.check(image.with(name, longer), name, "zeros behind its end", store.size());
      for (int i = content.length; i < longer.length; i++) {
        longer[i] = (byte) random.nextInt();
      }
      store.check(image.with(name, longer), name, "garbage behind its end", store.size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".sst", ".val"})
  void swappedFilesAreNotTakenForEachOther(String kind) throws Exception {
    List<String> names = some(image.names(kind));
    assertTrue(names.size() > 1, () -> "only " + names);
    for (String one : names) {
      for (String other : names) {
        if (!one.equals(other)) {
          byte[] foreign = Arrays.copyOf(image.content(other), image.content(one).length);
          store.check(image.with(one, foreign), one, "content of " + other, store.size());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".sst", ".val"})
  void missingFileIsNamed(String kind) throws Exception {
    for (String name : image.names(kind)) {
      FileSystem disk = image.without(name).onDisk(SmallStore.DIRECTORY);
      IOException refused = assertThrows(IOException.class, () -> SmallStore.open(disk).close());
      assertTrue(String.valueOf(refused.getMessage()).contains(name), refused::toString);
    }
  }

  private List<String> some(List<String> names) {
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(3, names.size()));
  }

  @Test
  void damageMetByACompactionMakesTheStoreReadOnlyAndStaysAnError() throws Exception {
    for (String name : image.names(".val")) {
      byte[] content = image.content(name);
      for (int i = 0; i < 10; i++) {
        byte[] damaged = content.clone();
        damaged[40 + random.nextInt(damaged.length - 100)] ^= 0x10;
        store.check(
            compacted(image.with(name, damaged)), name, "a byte, then a merge", store.size());
      }
    }
  }

  /** What a merge of all leaves of a store. */
  private static StoreImage compacted(StoreImage damaged) throws Exception {
    FileSystem disk = damaged.onDisk(SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(disk)) {
      for (Table table : db.tables()) {
        db.compact(table, null, null);
      }
    } catch (IOException e) {
      return StoreImage.of(disk, SmallStore.DIRECTORY);
    }
    return StoreImage.of(disk, SmallStore.DIRECTORY);
  }
}
