package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.SkipListMemTable;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DictionariesTest {
  private static final int DICTIONARY_BYTES = 256;
  private static final int ROWS = 5_000;
  private static final TableDescriptor TABLE =
      new TableDescriptor(
          1, "messages", TableOptions.DEFAULT.withDictionaryBytes(DICTIONARY_BYTES));

  private final Set<Integer> dropped = new HashSet<>();
  private final Dictionaries dictionaries =
      new Dictionaries(
          file -> {
            throw new AssertionError("there is no file " + file);
          },
          id -> !dropped.contains(id));

  @Test
  void learnsSoonAfterRowsThatTaughtNothing() throws IOException {
    try (SkipListMemTable deletes = rows(EntryKind.DELETE);
        SkipListMemTable messages = rows(EntryKind.PUT)) {
      assertNull(dictionaries.forFlush(TABLE, null, deletes));
      assertNull(dictionaries.forFlush(TABLE, null, messages), "not at every flush");
      assertNotNull(dictionaries.forFlush(TABLE, null, messages));
    }
  }

  /** A service that makes a table for each job and drops it behind it. */
  @Test
  void forgetsTablesThatWereDropped() throws IOException {
    try (SkipListMemTable messages = rows(EntryKind.PUT)) {
      for (int id = 1; id <= 20; id++) {
        TableDescriptor table = new TableDescriptor(id, "job" + id, TABLE.options());
        assertNotNull(dictionaries.forFlush(table, null, messages));
        dropped.add(id);
      }
      assertEquals(1, dictionaries.tables());
    }
  }

  private static SkipListMemTable rows(EntryKind kind) {
    SkipListMemTable rows = new SkipListMemTable(false, ChunkPool.keepingNone());
    for (int i = 0; i < ROWS; i++) {
      Slice value =
          Slice.utf8("{\"sender\":\"user-" + i % 97 + "\",\"body\":\"" + i * 7919 + "\"}");
      Slice key = Slice.utf8(String.format(Locale.ROOT, "%040d", i));
      rows.add(i + 1, kind, 0, key, kind == EntryKind.PUT ? value : new Slice());
    }
    return rows;
  }
}
