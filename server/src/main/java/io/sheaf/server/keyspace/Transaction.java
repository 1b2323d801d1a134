package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  // Most transactions only read one row: what changes need is made with the first change.
  private SortedMap<byte[], KeyChange> keys = Collections.emptySortedMap();
  private Map<Table, RowChanges> tables = Map.of();
  private Set<Long> leftStreams = Set.of();
  private List<byte[]> expiredSeen = List.of();
  private List<Key> goneListenedTo = List.of();

  // A command asks for its key's row more than once.
  private byte[] lastKey = NOTHING;
  private byte[] lastRowKey = NOTHING;

  // The row that was read last with its lock held: most commands change what they have just read.
  private byte[] lastFoundKey = NOTHING;
  private @Nullable KeyRow lastFound;

  /** Taken with the first need, given back in the end. */
  private @Nullable RowMemory memory;

  private final ChangeBudget budget = new ChangeBudget(this::beginLarge);

  /** Whether it has begun something for which much memory is taken. */
  private boolean large;

  /** The moment as of which it reads; null: the present. */
  private @Nullable Snapshot moment;

  private boolean everythingIsGone;
  private boolean committed;

  /** A key that was read to be changed. */
  private static final class KeyChange {
    final byte[] key;
    final @Nullable KeyHead before;
    @Nullable KeyRow now;
    boolean touched;

    /**
     * Whether a client can tell the difference: it cannot where a key is removed that had expired.
     */
    boolean visible;

    KeyChange(byte[] key, @Nullable KeyHead before) {
      this.key = key;
      this.before = before;
    }

    /** What it was before the next change. */
    @Nullable KeyHead head() {
      KeyRow row = now;
      return touched ? row == null ? null : KeyHead.of(row) : before;
    }
  }

  Transaction(Keyspace keyspace, long nowMillis) {
    this.keyspace = keyspace;
    this.nowMillis = nowMillis;
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
    if (moment == null) {
      moment = keyspace.db().snapshot();
    }
  }

  /**
   * Waits until no other transaction does anything for which much memory is taken, and lets none
   * begin until this one ends. A value of 64 MB, or a million rows, are there a few times on their
   * way; one after another they have room on the heap, all workers at once would not. To be called
   * with all locks of keys taken that are waited for.
   */
  public void beginLarge() {
    if (!large) {
      keyspace.largeWork().lock();
      large = true;
    }
  }

  /** Whether others wait for it to end. */
  public boolean isLarge() {
    return large;
  }

  /** Memory with zeros in it, valid until the end. */
  public Slice scratch(int length) {
    budget.take(length);
    Slice room = memory().allocate(length);
    room.segment().asSlice(room.offset(), length).fill((byte) 0);
    return room;
  }

  /**
   * What there is of {@code key}; null: nothing, or it has expired. A string is copied, unless it
   * was changed here.
   */
  public @Nullable KeyRow find(byte[] key) throws IOException {
    byte[] rowKey = rowKey(key);
    KeyChange change = keys.isEmpty() ? null : keys.get(rowKey);
    KeyRow row;
    if (change == null) {
      FoundRow found = new FoundRow(rowKey, true);
      row = stored(found) ? found.row : null;
      if (found.passedOver) {
        beginLarge();
        found = new FoundRow(rowKey, true);
        row = stored(found) ? found.row : null;
      }
      if (keyspace.locks().isHeld(KeyPlace.place(rowKey))) {
        lastFoundKey = rowKey; // it cannot change before it is changed here
        lastFound = row;
      }
    } else {
      row = change.now;
    }
    return liveOrNull(key, row);
  }

  private @Nullable KeyRow liveOrNull(byte[] key, @Nullable KeyRow row) {
    if (row == null || !row.isExpired(nowMillis)) {
      return row;
    }
    if (expiredSeen.isEmpty()) {
      expiredSeen = new ArrayList<>();
    }
    expiredSeen.add(key);
    return null;
  }

  /**
   * Shows what there is of {@code key} to {@code look}, see {@link #find}, without copying a
   * string's value, which is valid only during that call.
   *
   * @return what {@code look} answers
   */
  public boolean show(byte[] key, Predicate<@Nullable KeyRow> look) throws IOException {
    byte[] rowKey = rowKey(key);
    KeyChange change = keys.isEmpty() ? null : keys.get(rowKey);
    if (change != null) {
      return look.test(liveOrNull(key, change.now));
    }
    boolean[] answer = new boolean[1];
    boolean there =
        row(
            tables().keys(),
            rowKey,
            value -> answer[0] = look.test(liveOrNull(key, KeyRowFormat.decode(rowKey, value))));
    return there ? answer[0] : look.test(null);
  }

  @SuppressWarnings("ReferenceEquality") // the same array: nobody changes it
  private byte[] rowKey(byte[] key) {
    if (key != lastKey) {
      lastKey = key;
      lastRowKey = KeyPlace.rowKey(key, memory().key(key));
    }
    return lastRowKey;
  }

  private RowMemory memory() {
    RowMemory taken = memory;
    if (taken == null) {
      taken = keyspace.takeMemory().whenLarge(this::beginLarge);
      memory = taken;
    }
    return taken;
  }

  /** The keys that were looked for and have expired, but are not yet removed. */
  public List<byte[]> expiredSeen() {
    return expiredSeen;
  }

  /** Takes a row that is stored: all of it, or its head. */
  private final class FoundRow implements ValueConsumer {
    private static final int LARGE_BYTES = 16 << 10;

    final byte[] rowKey;
    final boolean whole;

    /** Whether it was not taken, as it needs much memory: nobody waits within a read. */
    boolean passedOver;

    @Nullable KeyRow row;
    @Nullable KeyHead head;

    FoundRow(byte[] rowKey, boolean whole) {
      this.rowKey = rowKey;
      this.whole = whole;
    }

    @Override
    public void accept(Slice value) {
      if (whole) {
        if (!large && value.length() > LARGE_BYTES && memory().isMuch(value.length())) {
          passedOver = true;
          return;
        }
        KeyRow seen = KeyRowFormat.decode(rowKey, value);
        row =
            seen instanceof StringRow string
                ? new StringRow(string.expireAtMillis(), copied(string))
                : seen;
      } else {
        head = KeyRowFormat.decodeHead(rowKey, value);
      }
    }

    private Slice copied(StringRow string) {
      return string.value().length() <= LARGE_BYTES
          ? Slice.copyOf(string.value())
          : memory().copy(string.value());
    }
  }

  private boolean stored(FoundRow found) throws IOException {
    return row(tables().keys(), found.rowKey, found);
  }

  private @Nullable KeyHead storedHead(byte[] rowKey) throws IOException {
    if (Arrays.equals(rowKey, lastFoundKey)) {
      KeyRow row = lastFound;
      return row == null ? null : KeyHead.of(row);
    }
    FoundRow found = new FoundRow(rowKey, false);
    return stored(found) ? found.head : null;
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
    return find(key) == null && change(key, null) != null;
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
      budget.takeOne();
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
    change.now = row == null ? null : putKey(rowKey, row);
    if (row == null) {
      deleteRow(tables().keys(), rowKey);
    }
    change.touched = true;
    change.visible |= row != null || (before != null && !before.isExpired(nowMillis));
    return before;
  }

  /** Sets the row of a key; the same row, a string with its value where it is kept. */
  private KeyRow putKey(byte[] rowKey, KeyRow row) {
    Slice encoded = putRow(tables().keys(), rowKey, KeyRowFormat.bytes(row));
    KeyRowFormat.encode(row, encoded);
    return row instanceof StringRow string
        ? new StringRow(string.expireAtMillis(), KeyRowFormat.value(string, encoded))
        : row;
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
    tables = Map.of();
    keys = Collections.emptySortedMap();
    leftStreams = Set.of();
    for (Table table :
        List.of(tables().keys(), tables().expiry(), tables().entries(), tables().groups())) {
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
    RowChanges changes = tables.get(table);
    return changes == null
        ? keyspace.db().get(table, memory().key(rowKey), moment, consumer)
        : changes.get(rowKey, consumer);
  }

  /** Sets a row to a copy of {@code value}. */
  public void putRow(Table table, byte[] rowKey, byte[] value) {
    in(table).put(rowKey, value);
  }

  /** Sets a row to {@code length} bytes, which the caller writes to what is returned. */
  public Slice putRow(Table table, byte[] rowKey, int length) {
    return in(table).put(rowKey, length);
  }

  /** Removes a row. */
  public void deleteRow(Table table, byte[] rowKey) {
    in(table).delete(rowKey);
  }

  /** Removes the rows from a key (inclusive) to another (exclusive). */
  public void deleteRows(Table table, byte[] from, byte[] to) {
    in(table).deleteRange(from, to);
  }

  /** The rows from a key (inclusive) to another (exclusive), in the order asked for. */
  public Rows rows(Table table, byte[] from, byte[] to, boolean reversed, long limit)
      throws IOException {
    return in(table).between(from, to, reversed, limit);
  }

  private RowChanges in(Table table) {
    RowChanges changes = tables.get(table);
    if (changes == null) {
      if (tables.isEmpty()) {
        tables = new HashMap<>();
      }
      changes = new RowChanges(keyspace.db(), table, memory(), moment, budget);
      tables.put(table, changes);
    }
    return changes;
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
    if (tables.isEmpty()) {
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
    long added = 0;
    for (KeyChange change : keys.values()) {
      changeExpiry(change);
      added += (change.now == null ? 0 : 1) - (change.before == null ? 0 : 1);
    }
    tables.values().forEach(changes -> changes.addTo(batch));
    try {
      write(batch, added);
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
    if (!change.touched) {
      return;
    }
    KeyHead before = change.before;
    KeyRow now = change.now;
    long expiredBefore = before == null ? KeyRow.NEVER : before.expireAtMillis();
    long expiresNow = now == null ? KeyRow.NEVER : now.expireAtMillis();
    if (expiredBefore != expiresNow) {
      if (expiredBefore != KeyRow.NEVER) {
        deleteRow(tables().expiry(), expiryKey(expiredBefore, change.key));
      }
      if (expiresNow != KeyRow.NEVER) {
        putRow(tables().expiry(), expiryKey(expiresNow, change.key), NOTHING);
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
    RowMemory taken = memory;
    memory = null;
    if (taken != null) {
      keyspace.giveBack(taken);
    }
    Snapshot read = moment;
    moment = null;
    if (read != null) {
      read.close();
    }
    if (large) {
      large = false;
      keyspace.largeWork().unlock();
    }
  }
}
