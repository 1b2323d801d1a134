package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes over stored rows read as one sorted map does, before they are written and after. */
final class RowChangesTest {
  @TempDir private Path directory;

  @Test
  void readsAsASortedMap() throws IOException {
    long seed = TestSeed.next();
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20))) {
      Table table = db.openTable("rows", TableOptions.DEFAULT);
      TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
      Random random = new Random(seed);
      for (int round = 0; round < 50; round++) {
        RowChanges changes = new RowChanges(db, table, new RowMemory());
        for (int i = 0; i < 20; i++) {
          change(changes, model, random);
          check(changes, model, random, seed);
        }
        WriteBatch batch = new WriteBatch();
        changes.addTo(batch);
        db.write(batch);
        check(new RowChanges(db, table, new RowMemory()), model, random, seed);
      }
    }
  }

  private static void change(
      RowChanges changes, NavigableMap<byte[], byte[]> model, Random random) {
    byte[] key = key(random);
    switch (random.nextInt(5)) {
      case 0 -> {
        changes.delete(key);
        model.remove(key);
      }
      case 1 -> {
        byte[] to = key(random);
        changes.deleteRange(key, to);
        if (Arrays.compareUnsigned(key, to) < 0) {
          model.subMap(key, to).clear();
        }
      }
      default -> {
        byte[] value = {(byte) random.nextInt()};
        changes.put(key, value);
        model.put(key, value);
      }
    }
  }

  private static byte[] key(Random random) {
    byte[] key = new byte[1 + random.nextInt(2)];
    random.nextBytes(key);
    key[0] = (byte) (random.nextInt(20) * 12);
    return key;
  }

  private static byte @Nullable [] value(RowChanges changes, byte[] key) throws IOException {
    byte[][] copy = new byte[1][];
    return changes.get(key, value -> copy[0] = value.toByteArray()) ? copy[0] : null;
  }

  private static void check(
      RowChanges changes, NavigableMap<byte[], byte[]> model, Random random, long seed)
      throws IOException {
    byte[] key = key(random);
    assertArrayEquals(model.get(key), value(changes, key), "seed " + seed);
    byte[] to = key(random);
    boolean reversed = random.nextBoolean();
    long limit = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : Long.MAX_VALUE;
    NavigableMap<byte[], byte[]> part =
        Arrays.compareUnsigned(key, to) < 0
            ? model.subMap(key, true, to, false)
            : new TreeMap<>(Arrays::compareUnsigned);
    List<String> expected = new ArrayList<>();
    (reversed ? part.descendingMap() : part)
        .forEach((k, v) -> {
          if (expected.size() < limit) {
            expected.add(shown(k, v));
          }
        });
    List<String> found = new ArrayList<>();
    if (Arrays.compareUnsigned(key, to) <= 0) {
      try (Rows rows = changes.between(key, to, reversed, limit)) {
        while (rows.next()) {
          found.add(shown(rows.key().toByteArray(), rows.value().toByteArray()));
        }
      }
    }
    assertEquals(expected, found, "seed " + seed);
  }

  private static String shown(byte[] key, byte[] value) {
    return HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value);
  }
}
