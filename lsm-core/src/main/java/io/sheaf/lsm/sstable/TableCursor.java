package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PlainRows;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of an SSTable. Holds the data block and the value block that it stands
 * in; a step inside of a run reads a few numbers and allocates nothing.
 *
 * <p>In reverse, the rows of a key that has several are gone through forwards, from the first one
 * to the last, before the cursor moves on to what stands before the first.
 *
 * <p><b>Thread safety, ownership.</b> See {@link InternalCursor}. One that is closed holds nothing
 * but its own memory and may be opened again.
 */
final class TableCursor implements InternalCursor {
  private static final int KEY_BYTES = 128;

  private final BlockSource source;
  private final SeparatedValues values;
  private final ValuePrefetch prefetch;
  private final BlockReader reader = new BlockReader();
  private final RunReader run = new RunReader();
  private final RowPosition firstOfKey = new RowPosition();
  private final RowPosition lastOfKey = new RowPosition();
  private final Slice key = new Slice();
  private final Slice value = new Slice();
  private TableReader table;
  private TableIndex index;
  private ScanBounds bounds;
  private boolean reverse;
  private MemorySegment keySegment = Arena.ofAuto().allocate(KEY_BYTES);
  private @Nullable NativeBuffer block;
  private int blockIndex;
  private int row;

  /** Whether the bytes of {@link #key} are those of a row of the run. */
  private boolean keyOfRun;

  /** The row whose key is in {@link #key}; -1: none of this run. */
  private int keyRow;

  /** Whether the value block that is held is that of the run. */
  private boolean valuesOfRun;

  private boolean severalRows;
  private boolean valid;
  private boolean closed;
  private long rowsBefore;

  TableCursor(TableReader table, ScanBounds bounds) {
    this.table = table;
    this.index = table.index();
    this.bounds = bounds;
    this.source = new BlockSource(table, bounds);
    this.values = new SeparatedValues(table.values(), bounds.fillCache());
    this.prefetch = new ValuePrefetch(table.values(), bounds);
    reset();
  }

  /** Makes a cursor that is closed one over {@code table}, as a new one would be. */
  void open(TableReader table, ScanBounds bounds) {
    assert closed;
    this.table = table;
    this.index = table.index();
    this.bounds = bounds;
    source.open(table, bounds);
    values.open(table.values(), bounds.fillCache());
    prefetch.open(table.values(), bounds);
    reset();
  }

  private void reset() {
    index.retain();
    reverse = bounds.reverse();
    blockIndex = -1;
    leaveRun();
    severalRows = false;
    closed = false;
  }

  @Override
  public boolean valid() {
    return valid;
  }

  @Override
  public void seekFirst() throws IOException {
    begin();
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    if (reverse) {
      valid =
          upper == null ? enterFromBehind(index.blocks() - 1) && settle() : seekBack(upper, false);
    } else {
      valid = lower == null ? enter(0) : seekOn(lower);
    }
  }

  @Override
  public void seek(Slice target) throws IOException {
    begin();
    valid = reverse ? seekBack(target, true) : seekOn(target);
  }

  private void begin() {
    if (closed) {
      throw new ClosedException("cursor of table " + table.fileName());
    }
    valid = false;
    rowsBefore = 0;
    prefetch.restart();
  }

  private void leaveRun() {
    keyOfRun = false;
    keyRow = -1;
    valuesOfRun = false;
  }

  /** Goes to the first row whose key is not below {@code target}. */
  private boolean seekOn(Slice target) throws IOException {
    int at = index.firstNotBelow(target);
    if (!source.wants(at)) {
      return false;
    }
    openBlock(at);
    leaveRun();
    row = reader.search(target, false, run);
    return row >= 0 || enter(at + 1);
  }

  /** Goes to the newest version of the last key below {@code target}, or at it where asked. */
  private boolean seekBack(Slice target, boolean inclusive) throws IOException {
    int at = index.lastBelow(target, inclusive);
    if (!source.wants(at)) {
      return false;
    }
    openBlock(at);
    leaveRun();
    row = reader.search(target, inclusive, run);
    return (row < 0 ? enterFromBehind(at) : stepBack()) && settle();
  }

  @Override
  public void next() throws IOException {
    if (!valid) {
      throw new IllegalStateException(
          "cursor of table " + table.fileName() + " stands on no entry");
    }
    rowsBefore++;
    if (reverse) {
      nextBack();
    } else if (row + 1 < run.rows()) {
      row++;
    } else {
      valid = false;
      valid = stepOn();
    }
  }

  @Override
  public void nextPlain() {
    assert valid;
    rowsBefore++;
    row += reverse ? -1 : 1;
  }

  private void nextBack() throws IOException {
    valid = false;
    if (severalRows) {
      if (!lastOfKey.is(blockIndex, run.index(), row)) {
        valid = stepOn();
        return;
      }
      openBlock(firstOfKey.block);
      openRun(firstOfKey.run);
      row = firstOfKey.row;
    }
    valid = stepBack() && settle();
  }

  /** From the last row of a key to its first, which is the newest. */
  private boolean settle() throws IOException {
    severalRows = false;
    while (row > 0 ? run.repeatsKey(row) : run.continues()) {
      if (!severalRows) {
        severalRows = true;
        lastOfKey.set(blockIndex, run.index(), row);
      }
      if (!stepBack()) {
        break;
      }
    }
    if (severalRows) {
      firstOfKey.set(blockIndex, run.index(), row);
    }
    return true;
  }

  private boolean stepOn() throws IOException {
    if (row + 1 < run.rows()) {
      row++;
      return true;
    }
    if (run.index() + 1 < reader.runs()) {
      openRun(run.index() + 1);
      row = 0;
      return true;
    }
    return enter(blockIndex + 1);
  }

  private boolean stepBack() throws IOException {
    if (row > 0) {
      row--;
      return true;
    }
    if (run.index() > 0) {
      openRun(run.index() - 1);
      row = run.rows() - 1;
      return true;
    }
    return enterFromBehind(blockIndex - 1);
  }

  /** Goes to the first row of a block. */
  private boolean enter(int block) throws IOException {
    if (reverse ? block >= index.blocks() : !source.wants(block)) {
      return false;
    }
    openBlock(block);
    openRun(0);
    row = 0;
    return true;
  }

  /** Goes to the last row of a block. */
  private boolean enterFromBehind(int block) throws IOException {
    if (!source.wants(block)) {
      return false;
    }
    openBlock(block);
    openRun(reader.runs() - 1);
    row = run.rows() - 1;
    return true;
  }

  private void openBlock(int target) throws IOException {
    NativeBuffer old = block;
    if (old != null && blockIndex == target) {
      return;
    }
    NativeBuffer opened = source.block(target);
    block = opened;
    blockIndex = target;
    if (old != null) {
      old.close();
    }
    reader.open(opened);
  }

  private void openRun(int target) {
    reader.openRun(target, run);
    leaveRun();
  }

  /** Makes the key that of the row. */
  private void showKey() {
    keyRow = row;
    if (!keyOfRun) {
      ensureKeyBytes(run.keyLength(0));
      run.copyFirstKey(keySegment);
      key.set(keySegment, 0, run.keyLength(0));
      keyOfRun = true;
      if (row == 0) {
        return;
      }
    }
    if (!run.numericKeys()) {
      int length = run.keyLength(row);
      ensureKeyBytes(length);
      key.set(keySegment, 0, length);
    }
    run.copyKey(row, keySegment);
  }

  private void ensureKeyBytes(int length) {
    if (length > keySegment.byteSize()) {
      MemorySegment larger = Arena.ofAuto().allocate(Math.max(length, 2 * keySegment.byteSize()));
      MemorySegment.copy(keySegment, 0, larger, 0, keySegment.byteSize());
      keySegment = larger;
    }
  }

  @Override
  public Slice key() {
    assert valid;
    if (keyRow != row) {
      showKey();
    }
    return key;
  }

  @Override
  public long sequence() {
    assert valid;
    return table.sequence(run.sequence(row));
  }

  @Override
  public EntryKind kind() {
    assert valid;
    return run.kind(row);
  }

  @Override
  public long timeMillis() {
    assert valid;
    return table.timeMillis(run.timeMillis(row));
  }

  @Override
  public int valueLength() {
    assert valid;
    return run.valueLength(row);
  }

  @Override
  public boolean separated() {
    assert valid;
    return run.separated() && run.kind(row) == EntryKind.PUT;
  }

  @Override
  public void reference(ValueReference into) {
    assert separated();
    run.reference(row, into);
  }

  /** Rows of the same run, where all of the file's rows are seen and live. */
  @Override
  public void plainRows(PlainRows question) {
    FileMetadata file = table.properties().metadata();
    if (!run.isPlain()
        || severalRows
        || file.largestSequence() > question.snapshot()
        || (file.newestTimeMillis() != 0
            && file.oldestTimeMillis() <= question.expiredUpToMillis())) {
      return;
    }
    Slice end = question.end();
    int rows;
    if (reverse) {
      int first = end == null ? 0 : run.search(end, true);
      rows = row - Math.max(first, run.continues() ? 1 : 0);
    } else {
      int behind = end == null ? run.rows() : run.search(end, false);
      rows = behind - 1 - row;
    }
    question.are(this, Math.max(0, rows));
  }

  @Override
  public Slice value() throws IOException {
    assert valid;
    if (!run.separated()) {
      run.inlineValue(row, value);
      return value;
    }
    long start = run.valueStart(row);
    int length = (int) run.valueLength(row, start);
    if (length == 0) {
      value.clear();
      return value;
    }
    if (!valuesOfRun) {
      holdValues();
    }
    values.show(run.valueOffset(start), length, value);
    return value;
  }

  private void holdValues() throws IOException {
    if (values.holds(run.block())) {
      valuesOfRun = true;
      return;
    }
    if (values.holdCached(run.block())) {
      prefetch.passedCached();
    } else {
      if (bounds.fillCache()) {
        prefetch.beforeRead(blockIndex, reader, run, row, rowsBefore);
      }
      values.hold(run.block());
    }
    valuesOfRun = true;
    if (reverse) {
      askForRowsBefore();
    }
  }

  /** Brings the values of the rows into the processor's cache that are read next, going back. */
  private void askForRowsBefore() {
    long wanted = Math.min(row + 1L, bounds.limitRows() - rowsBefore);
    int first = (int) Math.min(row, row + 1 - wanted);
    values.touch(run.valueOffset(first), run.valueOffset(row) + run.valueLength(row));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    valid = false;
    key.clear();
    value.clear();
    values.close();
    source.close();
    NativeBuffer held = block;
    block = null;
    if (held != null) {
      held.close();
    }
    index.release();
  }
}
