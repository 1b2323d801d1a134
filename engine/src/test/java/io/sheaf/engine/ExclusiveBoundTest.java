package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The upper bound of a cursor is a row of its own: that of the next user, with an empty suffix. */
class ExclusiveBoundTest {
  @Test
  void isNotShownByAFileThatIsOpenedLate() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      Table table = db.openTable("t", SmallStore.TABLE.withPrefix(new FixedPrefix(8)));
      byte[] nextUser = ByteBuffer.allocate(8).putLong(2).array();
      db.put(table, nextUser, new byte[1]);
      db.put(table, message(5), new byte[1]);
      db.flush();
      db.put(table, message(9), new byte[1]); // the file is opened when this has been shown
      byte[] user = ByteBuffer.allocate(8).putLong(1).array();
      assertEquals(
          Set.of(Slice.of(message(5)), Slice.of(message(9))),
          SmallStore.rows(db, table, CursorOptions.prefix(user).reversed()).keySet());
    }
  }

  private static byte[] message(long id) {
    return ByteBuffer.allocate(16).putLong(1).putLong(id).array();
  }
}
