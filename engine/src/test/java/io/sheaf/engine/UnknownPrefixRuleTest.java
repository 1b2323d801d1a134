package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.key.PrefixExtractor;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A rule of the user's own is not known to who opens the store without it: no damage. */
class UnknownPrefixRuleTest {
  private static final PrefixExtractor OWN =
      new PrefixExtractor() {
        @Override
        public int prefixLength(Slice key) {
          return Math.min(3, key.length());
        }

        @Override
        public String name() {
          return "country";
        }
      };

  private final MemoryFileSystem files = new MemoryFileSystem();

  private static Components knowing(MemoryFileSystem files, PrefixExtractor rule) {
    Components usual = Sheaf.components();
    return usual
        .withFileSystem(files)
        .withExtractors(name -> name.equals(rule.name()) ? rule : usual.extractors().resolve(name));
  }

  @Test
  void isRefusedByNameAndReadByWhoKnowsIt() throws IOException {
    byte[] key = {1, 2, 3, 4};
    byte[] value = {5};
    Components knowing = knowing(files, OWN);
    try (Db db = Db.open(SmallStore.DIRECTORY, SmallStore.OPTIONS, knowing)) {
      Table table = db.openTable("rows", SmallStore.TABLE.withPrefix(OWN));
      db.put(table, key, value);
    }
    IOException refusal = assertThrows(IOException.class, () -> SmallStore.open(files).close());
    assertFalse(refusal instanceof CorruptionException, refusal::toString);
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("country") && message.contains("rows"), message);
    try (Db db = Db.open(SmallStore.DIRECTORY, SmallStore.OPTIONS, knowing)) {
      assertArrayEquals(value, db.get(db.table("rows"), key));
    }
  }
}
