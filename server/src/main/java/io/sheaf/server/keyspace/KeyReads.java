package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.ValueConsumer;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is stored of a key: all of it, or its head alone.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class KeyReads {
  private final KeyTables tables;
  private final TableChanges rows;

  KeyReads(KeyTables tables, TableChanges rows) {
    this.tables = tables;
    this.rows = rows;
  }

  /** The row under {@code rowKey}, a string copied; null: there is none. */
  @Nullable KeyRow row(byte[] rowKey) throws IOException {
    FoundRow found = new FoundRow(rowKey);
    boolean there = rows.row(tables.keys(), rowKey, found);
    if (found.passedOver) {
      rows.beginLarge();
      found = new FoundRow(rowKey);
      there = rows.row(tables.keys(), rowKey, found);
    }
    return there ? found.row : null;
  }

  /** Takes a copy of a row. */
  private final class FoundRow implements ValueConsumer {
    private static final int LARGE_BYTES = 16 << 10;

    private final byte[] rowKey;

    /** Whether it was not taken, as it needs much memory: nobody waits within a read. */
    boolean passedOver;

    @Nullable KeyRow row;

    FoundRow(byte[] rowKey) {
      this.rowKey = rowKey;
    }

    @Override
    public void accept(Slice value) {
      boolean small = value.length() <= LARGE_BYTES;
      if (!small && !rows.isLarge() && rows.memory().isMuch(value.length())) {
        passedOver = true;
        return;
      }
      KeyRow seen = KeyRowFormat.decode(rowKey, value);
      row =
          seen instanceof StringRow(long expireAtMillis, Slice bytes)
              ? new StringRow(
                  expireAtMillis, small ? Slice.copyOf(bytes) : rows.memory().copy(bytes))
              : seen;
    }
  }

  /** Shows the row to {@code look} where it lies; answers what that does, null: there is none. */
  @Nullable Boolean show(byte[] rowKey, Predicate<@Nullable KeyRow> look) throws IOException {
    Boolean[] answer = new Boolean[1];
    boolean _ =
        rows.row(
            tables.keys(),
            rowKey,
            value -> answer[0] = look.test(KeyRowFormat.decode(rowKey, value)));
    return answer[0];
  }

  /**
   * The head of the row; null: there is none. That of a large value is read without the value.
   *
   * <p>A filed head was true when it was read. If there is none, the row itself tells, whatever has
   * changed in between.
   */
  @Nullable KeyHead head(byte[] rowKey) throws IOException {
    KeyHead[] head = new KeyHead[1];
    boolean there =
        rows.row(
                tables.heads(),
                rowKey,
                value -> head[0] = KeyRowFormat.decodeHead(rowKey, value).filed())
            || rows.row(
                tables.keys(), rowKey, value -> head[0] = KeyRowFormat.decodeHead(rowKey, value));
    return there ? head[0] : null;
  }
}
