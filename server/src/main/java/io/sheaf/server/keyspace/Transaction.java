package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The reads and changes of one command, or of all between MULTI and EXEC. Reads see the changes;
 * {@link #commit} writes them as one batch. Keys that are changed are locked by the caller, from
 * before they are read to after the commit.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who began it commits or closes
 * it; rows that it has handed out are not used afterwards.
 */
public final class Transaction implements AutoCloseable {
  private static final byte[] NOTHING = {};
  private static final byte[] LOWEST = {0};
  private static final byte[] HIGHEST = {-1, -1, -1, -1, -1, -1, -1, -1, -1};

  private final Keyspace keyspace;
  private final long nowMillis;

  private final TableChanges rows;
  private final KeyReads reads;

  // Most transactions only read one row: what changes need is made with the first change.
  private SortedMap<byte[], KeyChange> keys = Collections.emptySortedMap();
  private Set<Long> leftStreams = Set.of();
  private List<byte[]> expiredSeen = List.of();
  private List<Key> goneListenedTo = List.of();

  // A command asks for its key's row more than once.
  private byte[] lastKey = NOTHING;
  private byte[] lastRowKey = NOTHING;

  // What was read last with its lock held: most commands change what they have just read.
  private byte[] lastFoundKey = NOTHING;
  private @Nullable KeyHead lastFound;

  private boolean everythingIsGone;
  private boolean committed;

  Transaction(Keyspace keyspace, long nowMillis) {
    this.keyspace = keyspace;
    this.nowMillis = nowMillis;
    this.rows = new TableChanges(keyspace);
    this.reads = new KeyReads(keyspace, rows);
  }

  /** The time of the transaction, in milliseconds since 1970. */
  public long nowMillis() {
    return nowMillis;
  }

  /**
   * Reads as of now from now on, whatever changes meanwhile: rows that belong together do so then.
   * For who changes nothing.
   */
  public void readAsOfNow() {
    rows.readAsOfNow();
  }

  /**
   * Waits until no other transaction does anything for which much memory is taken, and lets none
   * begin until this one ends. A value of 64 MB, or a million rows, are there a few times on their
   * way; one after another they have room on the heap, all workers at once would not. To be called
   * with all locks of keys taken that are waited for.
   */
  public void beginLarge() {
    rows.beginLarge();
  }

  /** Whether others wait for it to end. */
  public boolean isLarge() {
    return rows.isLarge();
  }

  /** Memory with zeros in it, valid until the end. */
  public Slice scratch(int length) {
    rows.budget().take(length);
    Slice room = rows.memory().allocate(length);
    room.segment().asSlice(room.offset(), length).fill((byte) 0);
    return room;
  }

  /**
   * What there is of {@code key}; null: nothing, or it has expired. A string is copied, unless it
   * was changed here.
   */
  public @Nullable KeyRow find(byte[] key) throws IOException {
    byte[] rowKey = rowKey(key);
    KeyChange change = changed(rowKey);
    if (change != null) {
      return liveOrNull(key, change.now);
    }
    KeyReads.Found found = reads.find(rowKey);
    keepFound(rowKey, found.head());
    return liveOrNull(key, found.row());
  }

  /**
   * Shows what there is of {@code key} to {@code look}, see {@link #find}, without copying a
   * string's value, which is valid only during that call.
   *
   * @return what {@code look} answers
   */
  public boolean show(byte[] key, Predicate<@Nullable KeyRow> look) throws IOException {
    byte[] rowKey = rowKey(key);
    KeyChange change = changed(rowKey);
    if (change != null) {
      return look.test(liveOrNull(key, change.now));
    }
    return reads.show(rowKey, row -> look.test(liveOrNull(key, row)));
  }

  /**
   * What is known of {@code key} without its value, which is not read where it is large; null:
   * nothing is there, or it has expired.
   */
  public @Nullable KeyHead head(byte[] key) throws IOException {
    byte[] rowKey = rowKey(key);
    KeyChange change = changed(rowKey);
    KeyHead head = change == null ? storedHead(rowKey) : change.head();
    if (head == null || !head.isExpired(nowMillis)) {
      return head;
    }
    seeExpired(key);
    return null;
  }

  private @Nullable KeyChange changed(byte[] rowKey) {
    return keys.isEmpty() ? null : keys.get(rowKey);
  }

  private @Nullable KeyHead storedHead(byte[] rowKey) throws IOException {
    if (Arrays.equals(rowKey, lastFoundKey)) {
      return lastFound;
    }
    KeyHead head = reads.head(rowKey);
    keepFound(rowKey, head);
    return head;
  }

  private void keepFound(byte[] rowKey, @Nullable KeyHead head) {
    if (keyspace.locks().isHeld(KeyPlace.place(rowKey))) {
      lastFoundKey = rowKey; // it cannot change before it is changed here
      lastFound = head;
    }
  }

  private @Nullable KeyRow liveOrNull(byte[] key, @Nullable KeyRow row) {
    if (row == null || !row.isExpired(nowMillis)) {
      return row;
    }
    seeExpired(key);
    return null;
  }

  private void seeExpired(byte[] key) {
    if (expiredSeen.isEmpty()) {
      expiredSeen = new ArrayList<>();
    }
    expiredSeen.add(key);
  }

  @SuppressWarnings("ReferenceEquality") // the same array: nobody changes it
  private byte[] rowKey(byte[] key) {
    if (key != lastKey) {
      lastKey = key;
      lastRowKey = KeyPlace.rowKey(key, rows.memory().key(key));
    }
    return lastRowKey;
  }

  /** The keys that were looked for and have expired, but are not yet removed. */
  public List<byte[]> expiredSeen() {
    return expiredSeen;
  }

  /** Sets what there is of {@code key}, whatever it was; a string is copied. */
  public void put(byte[] key, KeyRow row) throws IOException {
    change(key, row);
  }

  /** Removes {@code key}; false: there was nothing. */
  public boolean delete(byte[] key) throws IOException {
    KeyHead before = change(key, null);
    return before != null && !before.isExpired(nowMillis);
  }

  /** Removes {@code key} if it has expired; false: it has not, or there was nothing. */
  boolean deleteExpired(byte[] key) throws IOException {
    return head(key) == null && change(key, null) != null;
  }

  private @Nullable KeyHead change(byte[] key, @Nullable KeyRow row) throws IOException {
    byte[] rowKey = rowKey(key);
    if (!keyspace.locks().isHeld(KeyPlace.place(rowKey))) {
      throw new IllegalStateException("a key is changed without its lock");
    }
    if (keys.isEmpty()) {
      keys = new TreeMap<>(Arrays::compareUnsigned);
    }
    KeyChange change = keys.get(rowKey);
    if (change == null) {
      rows.budget().takeOne();
      change = new KeyChange(key, storedHead(rowKey));
      keys.put(rowKey, change);
    }
    KeyHead before = change.head();
    if (before != null
        && before.stream() != KeyHead.NO_STREAM
        && !(row instanceof StreamRow same && same.number() == before.stream())) {
      if (leftStreams.isEmpty()) {
        leftStreams = new HashSet<>();
      }
      leftStreams.add(before.stream());
    }
    if (row == null && before == null) {
      return null; // nothing there, so nothing to write
    }
    change.now = row == null ? null : putKey(rowKey, row, before);
    if (row == null) {
      rows.delete(tables().keys(), rowKey);
    }
    if (before != null && before.isLarge() && (row == null || !KeyHead.of(row).isLarge())) {
      rows.delete(tables().values(), rowKey);
    }
    change.touched = true;
    change.visible |= row != null || (before != null && !before.isExpired(nowMillis));
    return before;
  }

  /** Sets the rows of a key; the same row, a string with its value where it is kept. */
  private KeyRow putKey(byte[] rowKey, KeyRow row, @Nullable KeyHead before) {
    KeyHead head = KeyHead.of(row);
    if (head.isLarge() && !head.equals(before)) {
      KeyRowFormat.encodeHead(
          head, rows.put(tables().keys(), rowKey, KeyRowFormat.headBytes(head)));
    }
    Table table = head.isLarge() ? tables().values() : tables().keys();
    Slice encoded = rows.put(table, rowKey, KeyRowFormat.bytes(row));
    KeyRowFormat.encode(row, encoded);
    return row instanceof StringRow string
        ? new StringRow(string.expireAtMillis(), KeyRowFormat.value(string, encoded))
        : row;
  }

  /** How many keys there are, see {@link Keyspace#size}, with those that were changed here. */
  public long size() {
    return (everythingIsGone ? 0 : keyspace.size()) + added();
  }

  private long added() {
    long added = 0;
    for (KeyChange change : keys.values()) {
      added += change.touched ? change.added() : 0;
    }
    return added;
  }

  /** Removes all keys; all locks are held. */
  public void deleteAll() throws IOException {
    List<Key> gone = new ArrayList<>(goneListenedTo);
    for (KeyChange change : keys.values()) {
      if (change.touched && change.visible) {
        gone.add(new Key(change.key)); // whatever it was changed to before
      }
    }
    for (Key key : keyspace.listeners().keys()) {
      if (find(key.bytes()) != null) {
        gone.add(key);
      }
    }
    goneListenedTo = gone;
    everythingIsGone = true;
    lastFoundKey = NOTHING;
    rows.forget();
    keys = Collections.emptySortedMap();
    leftStreams = Set.of();
    for (Table table : tables().ofKeys()) {
      deleteRows(table, LOWEST, HIGHEST);
    }
  }

  /** A copy of the value of a row; null: there is none. */
  public byte @Nullable [] row(Table table, byte[] rowKey) throws IOException {
    byte[][] copy = new byte[1][];
    return row(table, rowKey, value -> copy[0] = value.toByteArray()) ? copy[0] : null;
  }

  /** Shows the value of a row to {@code consumer}, without copying it; false: there is none. */
  public boolean row(Table table, byte[] rowKey, ValueConsumer consumer) throws IOException {
    return rows.row(table, rowKey, consumer);
  }

  /** Sets a row to a copy of {@code value}. */
  public void putRow(Table table, byte[] rowKey, byte[] value) {
    rows.put(table, rowKey, value);
  }

  /** Sets a row to {@code length} bytes, which the caller writes to what is returned. */
  public Slice putRow(Table table, byte[] rowKey, int length) {
    return rows.put(table, rowKey, length);
  }

  /** Removes a row. */
  public void deleteRow(Table table, byte[] rowKey) {
    rows.delete(table, rowKey);
  }

  /** Removes the rows from a key (inclusive) to another (exclusive). */
  public void deleteRows(Table table, byte[] from, byte[] to) {
    rows.deleteRange(table, from, to);
  }

  /** The rows from a key (inclusive) to another (exclusive), in the order asked for. */
  public Rows rows(Table table, byte[] from, byte[] to, boolean reversed, long limit)
      throws IOException {
    return rows.between(table, from, to, reversed, limit);
  }

  /** The tables of the key space. */
  public KeyTables tables() {
    return keyspace.tables();
  }

  /** The keys it is about. */
  public Keyspace keyspace() {
    return keyspace;
  }

  /**
   * Writes the changes and tells who listens to the keys.
   *
   * @throws IOException when they could not be written: the store is read-only then
   */
  public void commit() throws IOException {
    if (committed) {
      throw new IllegalStateException("a transaction is committed once");
    }
    committed = true;
    try {
      writeAll();
    } finally {
      close();
    }
  }

  private void writeAll() throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    WriteBatch batch = keyspace.emptyBatch();
    for (Long number : leftStreams) {
      if (keys.values().stream()
          .noneMatch(change -> change.now instanceof StreamRow s && s.number() == number)) {
        deleteRows(tables().entries(), bytes(number), bytes(number + 1));
        deleteRows(tables().groups(), bytes(number), bytes(number + 1));
      }
    }
    for (KeyChange change : keys.values()) {
      if (change.touched) {
        changeExpiry(change);
      }
    }
    rows.addTo(batch);
    try {
      write(batch, added());
    } finally {
      keyspace.dropLargeBatch();
    }
    tell();
  }

  private void write(WriteBatch batch, long added) throws IOException {
    if (added == 0 && !everythingIsGone) {
      if (batch.count() > 0) {
        keyspace.db().write(batch);
      }
      return;
    }
    KeyCounts counts = keyspace.counts();
    try (KeyCounts.Change change = everythingIsGone ? counts.set(added) : counts.add(added)) {
      change.addTo(batch, tables().counts());
      keyspace.db().write(batch);
      change.written();
    }
  }

  private void changeExpiry(KeyChange change) {
    long before = change.expiredBefore();
    long now = change.expiresNow();
    if (before != now) {
      if (before != KeyRow.NEVER) {
        deleteRow(tables().expiry(), expiryKey(before, change.key));
      }
      if (now != KeyRow.NEVER) {
        putRow(tables().expiry(), expiryKey(now, change.key), NOTHING);
      }
    }
  }

  private void tell() {
    goneListenedTo.forEach(key -> keyspace.listeners().changed(key.bytes(), false));
    for (KeyChange change : keys.values()) {
      if (change.touched) {
        keyspace.listeners().changed(change.key, !change.visible);
      }
    }
  }

  static byte[] expiryKey(long timeMillis, byte[] key) {
    return ByteBuffer.allocate(Long.BYTES + key.length).putLong(timeMillis).put(key).array();
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** Gives back what it holds; what was not committed is not written. */
  @Override
  public void close() {
    rows.close();
  }
}
