package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry with its value; {@code value} null: a delete. */
record TestRow(Slice key, long sequence, long timeMillis, @Nullable Slice value) {
  /** The key of a user's message. */
  static Slice key(long user, long id) {
    return Slice.of(ByteBuffer.allocate(16).putLong(user).putLong(id).array());
  }

  /** A cursor over rows that are in order. */
  static InternalCursor cursor(List<TestRow> rows) {
    return new ListCursor(rows);
  }

  private static final class ListCursor implements InternalCursor {
    private final List<TestRow> rows;
    private int at;

    ListCursor(List<TestRow> rows) {
      this.rows = rows;
      this.at = rows.size();
    }

    private TestRow row() {
      return rows.get(at);
    }

    @Override
    public boolean valid() {
      return at < rows.size();
    }

    @Override
    public void seekFirst() {
      at = 0;
    }

    @Override
    public void seek(Slice target) {
      at = 0;
      while (valid() && key().compareTo(target) < 0) {
        at++;
      }
    }

    @Override
    public void next() {
      at++;
    }

    @Override
    public Slice key() {
      return row().key();
    }

    @Override
    public long sequence() {
      return row().sequence();
    }

    @Override
    public EntryKind kind() {
      return row().value() == null ? EntryKind.DELETE : EntryKind.PUT;
    }

    @Override
    public long timeMillis() {
      return row().timeMillis();
    }

    @Override
    public int valueLength() {
      return value().length();
    }

    @Override
    public boolean separated() {
      return false;
    }

    @Override
    public void reference(ValueReference into) {
      throw new IllegalStateException("the value is inline");
    }

    @Override
    public Slice value() {
      Slice value = row().value();
      return value == null ? new Slice() : value;
    }

    @Override
    public void close() {}
  }
}
