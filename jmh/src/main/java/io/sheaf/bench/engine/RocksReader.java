package io.sheaf.bench.engine;

import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.RowKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads rows from RocksDB: by an iterator that is kept and refreshed rather than made anew (only
 * those of a store whose rows expire cannot be), bounded by the prefix, or by key. Native code
 * copies key and value straight into the page.
 *
 * <p>Tried and found to be slower: an iterator for each read (a fifth more CPU time for 50 rows in
 * memory, no less for those on disk); for whole users no readahead but RocksDB's own, which grows
 * as it goes (a fifth more CPU time and bytes read), or one of 2 MB.
 */
final class RocksReader implements RowReader {
  private static final long WHOLE_USER_READAHEAD_BYTES = 256 << 10;

  private final RocksDB db;
  private final ReadOptions pageOptions = new ReadOptions().setPrefixSameAsStart(true);
  private final ReadOptions wholeUserOptions =
      new ReadOptions().setPrefixSameAsStart(true).setReadaheadSize(WHOLE_USER_READAHEAD_BYTES);
  private final ReadOptions keyOptions = new ReadOptions();
  private final boolean refreshes;
  private RocksIterator pages;
  private @Nullable RocksIterator wholeUsers;
  private final byte[] key = new byte[RowKey.BYTES];
  private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(RowKey.BYTES);
  private RocksIterator rows;
  private boolean isGet;
  private boolean isReverse;

  /** Rows that the read may still return. */
  private int left;

  RocksReader(RocksDB db, boolean refreshes) {
    this.db = db;
    this.refreshes = refreshes;
    this.pages = db.newIterator(pageOptions);
    this.rows = pages;
  }

  @Override
  public void begin(Read read) throws IOException {
    RowKey.write(read.user(), read.id(), key, 0);
    keyBuffer.clear().put(key).flip();
    left = read.limit();
    isGet = false;
    try {
      switch (read.kind()) {
        case LATEST, HOT_LATEST -> {
          isReverse = true;
          rows = freshPages();
          rows.seekForPrev(keyBuffer);
        }
        case CURSOR, FULL -> {
          isReverse = false;
          rows = left == Integer.MAX_VALUE ? freshWholeUsers() : freshPages();
          rows.seek(keyBuffer);
        }
        case GET, MISS -> isGet = true;
      }
    } catch (RocksDBException e) {
      throw new IOException("read failed: " + e.getMessage(), e);
    }
  }

  private RocksIterator freshPages() throws RocksDBException {
    if (refreshes) {
      pages.refresh();
    } else {
      pages.close();
      pages = db.newIterator(pageOptions);
    }
    return pages;
  }

  /** One that nobody asks for would hold files and memtables that are needed no more. */
  private RocksIterator freshWholeUsers() throws RocksDBException {
    RocksIterator present = wholeUsers;
    if (present != null && refreshes) {
      present.refresh();
      return present;
    }
    if (present != null) {
      present.close();
    }
    RocksIterator made = db.newIterator(wholeUserOptions);
    wholeUsers = made;
    return made;
  }

  @Override
  public boolean fill(RowPage page) throws IOException {
    try {
      return isGet ? get(page) : scan(page);
    } catch (RocksDBException e) {
      throw new IOException("read failed: " + e.getMessage(), e);
    }
  }

  private boolean scan(RowPage page) throws RocksDBException {
    while (left > 0 && rows.isValid()) {
      if (!page.hasRoom(ROW_ROOM_BYTES)) {
        return false;
      }
      ByteBuffer room = page.room();
      int keyBytes = rows.key(room);
      room.limit(room.capacity()).position(room.position() + keyBytes);
      page.added(keyBytes, rows.value(room));
      left--;
      if (left > 0) {
        step();
      }
    }
    rows.status();
    return true;
  }

  private void step() {
    if (isReverse) {
      rows.prev();
    } else {
      rows.next();
    }
  }

  private boolean get(RowPage page) throws RocksDBException {
    if (!page.hasRoom(ROW_ROOM_BYTES)) {
      return false;
    }
    ByteBuffer room = page.room();
    room.put(key);
    int valueBytes = db.get(keyOptions, keyBuffer, room);
    if (valueBytes != RocksDB.NOT_FOUND) {
      page.added(RowKey.BYTES, valueBytes);
    }
    return true;
  }

  @Override
  public void close() {
    pages.close();
    if (wholeUsers != null) {
      wholeUsers.close();
    }
    pageOptions.close();
    wholeUserOptions.close();
    keyOptions.close();
  }
}
