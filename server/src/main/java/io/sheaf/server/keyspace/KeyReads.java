package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is stored of a key: all of it, or its head alone. A large value lies in a row of its
 * own; where the two do not fit together, as the key was changed between two reads, both are read
 * again, as of one moment.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class KeyReads {
  private static final int MUCH_BYTES = 16 << 10;

  private final Db db;
  private final KeyTables tables;
  private final TableChanges rows;

  KeyReads(Keyspace keyspace, TableChanges rows) {
    this.db = keyspace.db();
    this.tables = keyspace.tables();
    this.rows = rows;
  }

  /** What was found of a key; nothing: there is none. */
  record Found(@Nullable KeyHead head, @Nullable KeyRow row) {}

  /** What there is under {@code rowKey}, a string copied. */
  Found find(byte[] rowKey) throws IOException {
    Copy copy = copy(rowKey);
    if (copy.passedOver) {
      rows.beginLarge();
      copy = copy(rowKey);
    }
    return new Found(copy.head, copy.row);
  }

  private Copy copy(byte[] rowKey) throws IOException {
    Copy copy = new Copy(rowKey);
    if (copy.read(rows::row)) {
      return copy;
    }
    Copy again = new Copy(rowKey);
    try (Snapshot now = db.snapshot()) {
      if (!again.read((table, key, consumer) -> db.get(table, Slice.of(key), now, consumer))) {
        throw new IllegalStateException(
            "row " + Slice.of(rowKey) + " of table 'key_value' is missing: verify the store");
      }
    }
    return again;
  }

  @FunctionalInterface
  private interface Source {
    boolean row(Table table, byte[] rowKey, ValueConsumer consumer) throws IOException;
  }

  /** Takes a copy of a row. */
  private final class Copy {
    private final byte[] rowKey;

    /** Whether it was not taken, as it needs much memory: nobody waits within a read. */
    boolean passedOver;

    @Nullable KeyHead head;
    @Nullable KeyRow row;

    Copy(byte[] rowKey) {
      this.rowKey = rowKey;
    }

    /** False: there is a key without its value. */
    boolean read(Source source) throws IOException {
      boolean there = source.row(tables.keys(), rowKey, this::take);
      KeyHead found = head;
      return !there
          || found == null
          || !found.isLarge()
          || source.row(tables.values(), rowKey, this::takeValue);
    }

    private void take(Slice value) {
      KeyHead found = KeyRowFormat.decodeHead(rowKey, value);
      head = found;
      if (!found.isLarge()) {
        takeValue(value);
      }
    }

    private void takeValue(Slice value) {
      boolean much = value.length() > MUCH_BYTES;
      if (much && !rows.isLarge() && rows.memory().isMuch(value.length())) {
        passedOver = true;
        return;
      }
      KeyRow seen = KeyRowFormat.decode(rowKey, value);
      row =
          seen instanceof StringRow(long expireAtMillis, Slice bytes)
              ? new StringRow(
                  expireAtMillis, much ? rows.memory().copy(bytes) : Slice.copyOf(bytes))
              : seen;
    }
  }

  /**
   * Shows what there is under {@code rowKey} to {@code look}, a string where it lies: that of a
   * large value is found without its key's row.
   *
   * @return what {@code look} answers
   */
  boolean show(byte[] rowKey, Predicate<@Nullable KeyRow> look) throws IOException {
    boolean[] answer = new boolean[1];
    ValueConsumer shown = value -> answer[0] = look.test(KeyRowFormat.decode(rowKey, value));
    if (rows.row(tables.values(), rowKey, shown)) {
      return answer[0];
    }
    boolean[] elsewhere = new boolean[1];
    boolean there =
        rows.row(
            tables.keys(),
            rowKey,
            value -> {
              if (KeyRowFormat.decodeHead(rowKey, value).isLarge()) {
                elsewhere[0] = true;
              } else {
                shown.accept(value);
              }
            });
    return elsewhere[0] ? look.test(find(rowKey).row()) : there ? answer[0] : look.test(null);
  }

  /** The head of what there is under {@code rowKey}; null: there is nothing. */
  @Nullable KeyHead head(byte[] rowKey) throws IOException {
    KeyHead[] head = new KeyHead[1];
    boolean there =
        rows.row(tables.keys(), rowKey, value -> head[0] = KeyRowFormat.decodeHead(rowKey, value));
    return there ? head[0] : null;
  }
}
