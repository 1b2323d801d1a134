package io.sheaf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The example of the README, which {@link ReadmeTest} compares with it and runs. */
final class EmbeddingExample {
  private EmbeddingExample() {}

  // README begins
  static void writeAndRead(Path directory, byte[] user) throws IOException {
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT)) {
      Table inbox = db.openTable("inbox", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));

      WriteBatch batch = new WriteBatch();
      for (long id = 1; id <= 100; id++) {
        byte[] key = ByteBuffer.allocate(16).put(user).putLong(id).array();
        batch.put(inbox, key, ("{\"text\":\"message " + id + "\"}").getBytes(UTF_8));
      }
      db.write(batch); // all of it or nothing; survives a killed process
      db.write(batch, Durability.SYNC); // survives a power cut too

      CursorOptions newest = CursorOptions.prefix(user).reversed().limit(50);
      try (Cursor cursor = db.cursor(inbox, newest)) {
        while (cursor.next()) {
          System.out.println(cursor.key().longAt(8) + " " + cursor.value());
        }
      }
    }
  }
  // README ends
}
