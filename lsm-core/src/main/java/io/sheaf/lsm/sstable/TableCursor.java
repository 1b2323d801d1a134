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
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of an SSTable. Holds the data block and the value block that it stands
 * in; a step inside of a run reads a few numbers and allocates nothing.
 *
 * <p>In reverse, the rows of a key that has several are gone through forwards, from the first one
 * to the last, before the cursor moves on to what stands before the first.
 *
 * <p><b>Thread safety, ownership.</b> See {@link InternalCursor}.
 */
final class TableCursor implements InternalCursor {
  private static final int KEY_BYTES = 128;

  private final TableReader table;
  private final TableIndex index;
  private final ScanBounds bounds;
  private final boolean reverse;
  private final BlockSource source;
  private final SeparatedValues values;
  private final ValuePrefetch prefetch;
  private final BlockReader reader = new BlockReader();
  private final RunReader run = new RunReader();
  private final RowPosition firstOfKey = new RowPosition();
  private final RowPosition lastOfKey = new RowPosition();
  private final Slice key = new Slice();
  private final Slice value = new Slice();
  private NativeBuffer keyMemory;
  private MemorySegment keySegment;
  private @Nullable NativeBuffer block;
  private int blockIndex = -1;
  private int row;
  private boolean keyOfRun;
  private boolean severalRows;
  private boolean valid;
  private boolean closed;
  private long rowsBefore;

  TableCursor(TableReader table, ScanBounds bounds) {
    this.table = table;
    this.index = table.index();
    this.bounds = bounds;
    this.reverse = bounds.reverse();
    this.source = new BlockSource(table, bounds);
    this.values = new SeparatedValues(table.values(), bounds.fillCache());
    this.prefetch = new ValuePrefetch(table.values(), bounds);
    this.keyMemory = NativeBuffer.allocate(KEY_BYTES);
    this.keySegment = keyMemory.segment();
    index.retain();
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
      valid = lower == null ? enter(0) && show() : seekOn(lower);
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

  /** Goes to the first row whose key is not below {@code target}. */
  private boolean seekOn(Slice target) throws IOException {
    int at = index.firstNotBelow(target);
    if (!source.wants(at)) {
      return false;
    }
    openBlock(at);
    keyOfRun = false;
    row = reader.search(target, false, run);
    return (row >= 0 || enter(at + 1)) && show();
  }

  /** Goes to the newest version of the last key below {@code target}, or at it where asked. */
  private boolean seekBack(Slice target, boolean inclusive) throws IOException {
    int at = index.lastBelow(target, inclusive);
    if (!source.wants(at)) {
      return false;
    }
    openBlock(at);
    keyOfRun = false;
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
      show();
    } else {
      valid = false;
      valid = stepOn() && show();
    }
  }

  private void nextBack() throws IOException {
    valid = false;
    if (severalRows) {
      if (!lastOfKey.is(blockIndex, run.index(), row)) {
        valid = stepOn() && show();
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
    return show();
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
    keyOfRun = false;
  }

  /** Makes the key that of the row; true. */
  private boolean show() {
    if (!keyOfRun) {
      ensureKeyBytes(run.keyLength(0));
      run.copyFirstKey(keySegment);
      key.set(keySegment, 0, run.keyLength(0));
      keyOfRun = true;
      if (row == 0) {
        return true;
      }
    }
    if (!run.numericKeys()) {
      int length = run.keyLength(row);
      ensureKeyBytes(length);
      key.set(keySegment, 0, length);
    }
    run.copyKey(row, keySegment);
    return true;
  }

  private void ensureKeyBytes(int length) {
    if (length > keyMemory.capacity()) {
      NativeBuffer larger = NativeBuffer.allocate(Math.max(length, 2 * keyMemory.capacity()));
      MemorySegment.copy(keySegment, 0, larger.segment(), 0, keySegment.byteSize());
      keyMemory.close();
      keyMemory = larger;
      keySegment = larger.segment();
    }
  }

  @Override
  public Slice key() {
    assert valid;
    return key;
  }

  @Override
  public long sequence() {
    assert valid;
    return run.sequence(row);
  }

  @Override
  public EntryKind kind() {
    assert valid;
    return run.kind(row);
  }

  @Override
  public long timeMillis() {
    assert valid;
    return run.timeMillis(row);
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
    int length = run.valueLength(row);
    if (length == 0) {
      value.clear();
      return value;
    }
    if (!values.holds(run.block())) {
      if (bounds.fillCache()) {
        prefetch.beforeRead(blockIndex, reader, run, row, rowsBefore);
      }
      values.hold(run.block());
      if (reverse) {
        askForRowsBefore();
      }
    }
    values.show(run.valueOffset(row), length, value);
    return value;
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
    keyMemory.close();
    index.release();
  }
}
