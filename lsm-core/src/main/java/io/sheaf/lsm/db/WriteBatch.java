package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes to one or several tables that become visible and durable together, or not at all. Of two
 * changes to one key the later one counts.
 *
 * <p>The bytes are those of the log. Numbers are varints:
 *
 * <pre>
 * batch  := change*
 * change := 1 table key value        put
 *         | 0 table key              delete
 *         | 2 table key key          range delete: from (inclusive), to (exclusive)
 * table  := varint id
 * key    := varint length, bytes
 * value  := varint length, bytes
 * </pre>
 *
 * <p><b>Thread safety.</b> One thread at a time. A batch may be written more than once, and reused
 * after {@link #clear}.
 */
public final class WriteBatch {
  /** Longest key, in bytes. */
  public static final int MAX_KEY_BYTES = 64 << 10;

  /** Longest value, in bytes. */
  public static final int MAX_VALUE_BYTES = 64 << 20;

  /** Largest batch, in bytes as stored. */
  public static final int MAX_BATCH_BYTES = 1 << 30;

  /** Number that no table has: its deletes are marks in the log, and their keys say what for. */
  public static final int MARK_TABLE = 0;

  private static final int DELETE = 0;
  private static final int PUT = 1;
  private static final int DELETE_RANGE = 2;

  /** Bytes of values that may be set for each delete without it being refused as a put is. */
  private static final int BESIDE_A_DELETE_BYTES = 256;

  private byte[] bytes = new byte[4 << 10];
  private MemorySegment segment = MemorySegment.ofArray(bytes);
  private int size;
  private int count;
  private int deletes;
  private int puts;
  private long putValueBytes;
  private long userBytes;
  private @Nullable Table lastTable;
  private final Set<Table> tables = new HashSet<>();

  /** An empty batch. */
  public WriteBatch() {}

  /** Sets {@code key} to {@code value}; both are copied. */
  public WriteBatch put(Table table, byte[] key, byte[] value) {
    if (key.length == 0 || key.length > MAX_KEY_BYTES || value.length > MAX_VALUE_BYTES) {
      return put(table, Slice.of(key), Slice.of(value)); // which says what is wrong
    }
    begin(PUT, table, 2 * Varint.MAX_BYTES + (long) key.length + value.length);
    append(key);
    append(value);
    puts++;
    putValueBytes += value.length;
    userBytes += (long) key.length + value.length;
    return this;
  }

  /** Sets {@code key} to {@code value}; both are copied. */
  public WriteBatch put(Table table, Slice key, Slice value) {
    checkKey(key);
    checkValue(key, value);
    begin(PUT, table, 2 * Varint.MAX_BYTES + (long) key.length() + value.length());
    append(key);
    append(value);
    puts++;
    putValueBytes += value.length();
    userBytes += key.length() + value.length();
    return this;
  }

  /** Removes {@code key}. */
  public WriteBatch delete(Table table, byte[] key) {
    return delete(table, Slice.of(key));
  }

  /** Removes {@code key}. */
  public WriteBatch delete(Table table, Slice key) {
    checkKey(key);
    begin(DELETE, table, Varint.MAX_BYTES + (long) key.length());
    append(key);
    deletes++;
    userBytes += key.length();
    return this;
  }

  /**
   * Removes all keys from {@code from} (inclusive) to {@code to} (exclusive), with work that does
   * not depend on their number.
   */
  public WriteBatch deleteRange(Table table, byte[] from, byte[] to) {
    Slice start = Slice.of(from);
    Slice end = Slice.of(to);
    checkKey(start);
    checkKey(end);
    if (start.compareTo(end) >= 0) {
      throw new IllegalArgumentException(
          "range delete of " + table + " from " + start + " to " + end + " is empty");
    }
    begin(DELETE_RANGE, table, 2 * Varint.MAX_BYTES + (long) from.length + to.length);
    append(start);
    append(end);
    deletes++;
    userBytes += from.length + to.length;
    return this;
  }

  /** Removes all keys that begin with {@code prefix}: a whole conversation, a whole queue. */
  public WriteBatch deletePrefix(Table table, byte[] prefix) {
    byte[] end = CursorOptions.successor(prefix);
    if (end == null) {
      throw new IllegalArgumentException(
          "prefix " + Slice.of(prefix) + " has no end: give the range to delete instead");
    }
    return deleteRange(table, prefix, end);
  }

  /** Forgets all changes. */
  public void clear() {
    size = 0;
    count = 0;
    deletes = 0;
    puts = 0;
    putValueBytes = 0;
    userBytes = 0;
    lastTable = null;
    tables.clear();
  }

  /** Number of changes. */
  public int count() {
    return count;
  }

  /**
   * Whether it sets more than goes with its deletes, as a count of what is left does: for each at
   * most one small value, under a key of any length. Deletes are taken also where the disk has no
   * room for more; what sets more rows than it deletes would use that room up.
   */
  boolean needsRoom() {
    return puts > deletes || putValueBytes > (long) BESIDE_A_DELETE_BYTES * deletes;
  }

  /** What the log says of files that were ingested: passed over by who reads it to apply it. */
  static WriteBatch of(IngestMark mark) {
    WriteBatch batch = new WriteBatch();
    batch.bytes[batch.size++] = DELETE;
    batch.size = (int) Varint.write(batch.segment, batch.size, MARK_TABLE);
    batch.append(mark.key());
    batch.count = 1;
    return batch;
  }

  /** Bytes as stored. */
  public int sizeBytes() {
    return size;
  }

  /** Bytes of keys and values. */
  public long userBytes() {
    return userBytes;
  }

  MemorySegment segment() {
    return segment;
  }

  /** Refuses tables that are not of {@code db}, or not there any more. */
  void checkTables(Db db) {
    for (Table table : tables) {
      db.check(table);
    }
  }

  /** Takes the changes of a batch one by one; the slices are the caller's. */
  public interface Visitor {
    /** {@code key} becomes {@code value}. */
    void put(int tableId, Slice key, Slice value);

    /** {@code key} goes. */
    void delete(int tableId, Slice key);

    /** All keys from {@code from} (inclusive) to {@code to} (exclusive) go. */
    void deleteRange(int tableId, Slice from, Slice to);
  }

  /**
   * Shows the changes in {@code length} bytes of {@code segment} from {@code offset} to {@code
   * visitor}; the slices are reused from change to change. For who reads logs.
   *
   * @throws ByteReader.MalformedException when the bytes are no batch
   */
  public static void visit(MemorySegment segment, long offset, long length, Visitor visitor) {
    ByteReader reader = new ByteReader().set(segment, offset, length);
    Slice key = new Slice();
    Slice value = new Slice();
    while (reader.remaining() > 0) {
      int kind = reader.readByte();
      int tableId = reader.readCount(Integer.MAX_VALUE);
      reader.readLengthPrefixed(key);
      switch (kind) {
        case PUT -> visitor.put(tableId, key, reader.readLengthPrefixed(value));
        case DELETE -> visitor.delete(tableId, key);
        case DELETE_RANGE -> {
          reader.readLengthPrefixed(value);
          if (key.compareTo(value) >= 0) {
            throw new ByteReader.MalformedException(
                "range delete from " + key + " to " + value + " is empty");
          }
          visitor.deleteRange(tableId, key, value);
        }
        default -> throw new ByteReader.MalformedException("no change has the code " + kind);
      }
    }
  }

  static void checkValue(Slice key, Slice value) {
    if (value.length() > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of key "
              + key
              + " has "
              + value.length()
              + " bytes, "
              + MAX_VALUE_BYTES
              + " are allowed");
    }
  }

  static void checkKey(Slice key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a key must have at least one byte");
    }
    if (key.length() > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key " + key + " has " + key.length() + " bytes, " + MAX_KEY_BYTES + " are allowed");
    }
  }

  private void begin(int kind, Table table, long bytesToCome) {
    long needed = size + 1L + Varint.MAX_BYTES + bytesToCome;
    if (needed > MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "a batch of more than " + MAX_BATCH_BYTES + " bytes: write it in parts");
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BATCH_BYTES, Math.max(needed, size * 2L)));
      segment = MemorySegment.ofArray(bytes);
    }
    if (table != lastTable) {
      tables.add(table);
      lastTable = table;
    }
    bytes[size++] = (byte) kind;
    size = (int) Varint.write(segment, size, table.id());
    count++;
  }

  private void append(byte[] part) {
    size = (int) Varint.write(segment, size, part.length);
    System.arraycopy(part, 0, bytes, size, part.length);
    size += part.length;
  }

  private void append(Slice part) {
    size = (int) Varint.write(segment, size, part.length());
    part.copyTo(bytes, size);
    size += part.length();
  }
}
