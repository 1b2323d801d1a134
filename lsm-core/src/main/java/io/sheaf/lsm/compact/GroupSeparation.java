package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.value.ValueWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees the rows of a run group by group and decides where their values go: inline, into new value
 * blocks, or left in the block where they are.
 *
 * <p>Rows are held back until enough of the group is known. A group below the threshold of the
 * {@link SeparationPolicy} keeps its inline values inline. In a larger group, its rows form
 * <em>pieces</em>: neighbouring inline rows, or neighbouring rows of one block. A piece that is a
 * full and live block is carried over. What lies between two such pieces is a <em>stretch</em>:
 *
 * <ul>
 *   <li>of a stretch of one and a half target blocks, a full block is cut off at the front; so
 *       every block but a stretch's only one has at least half the target size;
 *   <li>a stretch that ends with at least half a target block is packed into one block, for good;
 *   <li>a smaller one is packed if no piece holds more than half of it, so that a row is moved a
 *       number of times that is logarithmic in the size of a block;
 *   <li>else its blocks stay, and of its inline pieces those above the threshold become blocks.
 * </ul>
 *
 * <p>Where nothing is ever separated, inline rows are passed on without being held back.
 *
 * <p>Memory is bounded by two target blocks and one value, however large the group.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> The creator closes it; closed before
 * {@link #finish}, it deletes its value files.
 */
final class GroupSeparation implements AutoCloseable {
  /** Rows of a group that are held back at most while nothing is decided. */
  private static final int MOST_ROWS = 16 << 10;

  /** Takes rows whose place is decided, in order. */
  @FunctionalInterface
  interface Sink {
    /** Takes rows {@code from} (inclusive) to {@code to} (exclusive). */
    void accept(RowBuffer rows, int from, int to) throws IOException;
  }

  /** Takes entries about which there is nothing to decide, in order with those of the sink. */
  @FunctionalInterface
  interface Passage {
    /** Takes an entry with its value inside. */
    void accept(Entry entry, long sequence) throws IOException;
  }

  private final SeparationPolicy policy;
  private final PrefixExtractor extractor;
  private final ValueStore store;
  private final int tableId;
  private final Compression compression;
  private final @Nullable Dictionary dictionary;
  private final boolean wholeGroups;
  private final boolean nothingToDecide;
  private final Sink sink;
  private final Passage passage;
  private final RowBuffer rows = new RowBuffer();
  private final GrowableBuffer block = new GrowableBuffer(128 << 10);
  private final Slice key = new Slice();
  private final Slice firstSuffix = new Slice();
  private final Slice lastSuffix = new Slice();
  private final Slice prefix = new Slice();
  private final ValueReference reference = new ValueReference();
  private final List<Piece> pieces = new ArrayList<>();

  private Set<Long> evacuated = Set.of();
  private @Nullable ValueWriter writer;
  private byte[] groupPrefix = new byte[0];
  private boolean inGroup;
  private boolean separating;
  private long groupBytes;
  private long groupRows;
  private long pendingBytes;

  GroupSeparation(
      SeparationPolicy policy,
      PrefixExtractor extractor,
      ValueStore store,
      int tableId,
      Compression compression,
      @Nullable Dictionary dictionary,
      boolean wholeGroups,
      Sink sink,
      Passage passage) {
    this.policy = policy;
    this.extractor = extractor;
    this.store = store;
    this.tableId = tableId;
    this.compression = compression;
    this.dictionary = dictionary;
    this.wholeGroups = wholeGroups;
    this.nothingToDecide = policy.equals(SeparationPolicy.NEVER);
    this.sink = sink;
    this.passage = passage;
  }

  void evacuate(Set<Long> valueFiles) {
    evacuated = Set.copyOf(valueFiles);
  }

  void add(Entry entry, long sequence) throws IOException {
    if (nothingToDecide && !entry.separated()) {
      endGroup();
      passage.accept(entry, sequence);
      return;
    }
    Slice next = entry.key();
    int prefixLength = extractor.prefixLength(next);
    if (!inGroup || !sameGroup(next, prefixLength)) {
      endGroup();
      beginGroup(next, prefixLength);
    }
    rows.add(entry, sequence);
    groupRows++;
    groupBytes += entry.valueLength();
    pendingBytes += entry.valueLength();
    if (!separating) {
      separating =
          wholeGroups
              ? policy.separatesWhole(groupBytes, groupRows)
              : policy.separates(groupBytes, groupRows);
    }
    if (separating) {
      if (pendingBytes >= cutBytes() || rows.size() >= MOST_ROWS) {
        place(false);
      }
    } else if (rows.size() >= MOST_ROWS) {
      keepInline();
    }
  }

  /** Decides all that is held back of the open group. */
  void endGroup() throws IOException {
    if (!inGroup) {
      return;
    }
    if (separating) {
      place(true);
    } else {
      keepInline();
    }
    inGroup = false;
  }

  List<ValueFileMetadata> finish() throws IOException {
    return writer == null ? List.of() : writer.finish();
  }

  long bytesWritten() {
    return writer == null ? 0 : writer.bytesWritten();
  }

  @Override
  public void close() throws IOException {
    rows.close();
    block.close();
    ValueWriter open = writer;
    writer = null;
    if (open != null) {
      open.close();
    }
  }

  private boolean sameGroup(Slice next, int prefixLength) {
    return prefixLength == groupPrefix.length && next.startsWith(prefix);
  }

  private void beginGroup(Slice next, int prefixLength) {
    if (groupPrefix.length != prefixLength) {
      groupPrefix = new byte[prefixLength];
      prefix.set(groupPrefix);
    }
    key.set(next, 0, prefixLength).copyTo(groupPrefix, 0);
    inGroup = true;
    separating = false;
    groupBytes = 0;
    groupRows = 0;
    pendingBytes = 0;
  }

  private long cutBytes() {
    return policy.targetBlockBytes() * 3L / 2;
  }

  /** Lets go of all rows: inline ones stay inline, separated ones where they are. */
  private void keepInline() throws IOException {
    for (int row = 0; row < rows.size(); row++) {
      if (mustMove(row)) {
        rows.bringIn(row, store);
      }
    }
    emit(rows.size());
  }

  private boolean mustMove(int row) {
    return rows.isSeparated(row) && evacuated.contains(rows.file(row));
  }

  /** Decides and lets go of all rows at the end of a group, else of as many as can be decided. */
  private void place(boolean groupEnds) throws IOException {
    findPieces();
    int known = groupEnds ? pieces.size() : pieces.size() - 1;
    boolean lastIsBlock = !pieces.isEmpty() && pieces.getLast().separated;
    if (!groupEnds && !lastIsBlock) {
      known = pieces.size(); // inline rows can be cut anywhere
    }
    int done = 0;
    int first = 0;
    for (int i = 0; i < known; i++) {
      Piece piece = pieces.get(i);
      if (carriedOver(piece)) {
        decideStretch(first, i, done);
        done = piece.end;
        first = i + 1;
      }
    }
    if (groupEnds) {
      decideStretch(first, pieces.size(), done);
      done = rows.size();
    } else {
      int end = first < known ? pieces.get(known - 1).end : done;
      done = cutBlocks(done, end, bytes(first, known));
    }
    emit(done);
    pendingBytes = 0;
    for (int row = 0; row < rows.size(); row++) {
      pendingBytes += rows.valueLength(row);
    }
  }

  /**
   * Cuts full blocks off the front of rows {@code from} to {@code to}; returns where it stopped.
   */
  private int cutBlocks(int from, int to, long bytes) throws IOException {
    int start = from;
    long left = bytes;
    while (left >= cutBytes()) {
      int end = start;
      long taken = 0;
      while (end < to && taken < policy.targetBlockBytes()) {
        taken += rows.valueLength(end++);
      }
      writeBlock(start, end);
      start = end;
      left -= taken;
    }
    return start;
  }

  private void decideStretch(int firstPiece, int endPiece, int from) throws IOException {
    int nonEmpty = 0;
    long largest = 0;
    boolean moving = false;
    for (int i = firstPiece; i < endPiece; i++) {
      Piece piece = pieces.get(i);
      nonEmpty += piece.bytes > 0 ? 1 : 0;
      largest = Math.max(largest, piece.bytes);
      moving |= piece.separated && evacuated.contains(rows.file(piece.firstValue));
    }
    if (firstPiece == endPiece) {
      return;
    }
    long bytes = bytes(firstPiece, endPiece);
    int end = pieces.get(endPiece - 1).end;
    boolean worthABlock = policy.separates(bytes, end - from);
    if (nonEmpty > 1
        && (bytes >= policy.targetBlockBytes() / 2 || largest * 2 <= bytes || moving)
        && worthABlock) {
      int rest = cutBlocks(from, end, bytes);
      if (rest < end) {
        writeBlock(rest, end);
      }
      return;
    }
    for (int i = firstPiece; i < endPiece; i++) {
      decidePiece(pieces.get(i));
    }
  }

  private void decidePiece(Piece piece) throws IOException {
    boolean moving = piece.separated && evacuated.contains(rows.file(piece.firstValue));
    if (piece.separated && !moving) {
      return;
    }
    if (policy.separates(piece.bytes, piece.end - piece.start)) {
      int rest = cutBlocks(piece.start, piece.end, piece.bytes);
      if (rest < piece.end) {
        writeBlock(rest, piece.end);
      }
    } else if (moving) {
      for (int row = piece.start; row < piece.end; row++) {
        if (mustMove(row)) {
          rows.bringIn(row, store);
        }
      }
    }
  }

  private boolean carriedOver(Piece piece) {
    return piece.separated
        && !evacuated.contains(rows.file(piece.firstValue))
        && policy.carriesOver(
            (int) Math.min(Integer.MAX_VALUE, piece.bytes), rows.blockRawBytes(piece.firstValue));
  }

  private long bytes(int firstPiece, int endPiece) {
    long bytes = 0;
    for (int i = firstPiece; i < endPiece; i++) {
      bytes += pieces.get(i).bytes;
    }
    return bytes;
  }

  /** Cuts the rows held back into pieces; a delete belongs to the piece before it. */
  private void findPieces() {
    pieces.clear();
    Piece piece = null;
    for (int row = 0; row < rows.size(); row++) {
      boolean separated = rows.isSeparated(row);
      boolean joins =
          piece != null
              && (rows.isDelete(row)
                  || piece.firstValue < 0
                  || (separated
                      ? piece.separated && rows.sameBlock(row, piece.firstValue)
                      : !piece.separated));
      if (piece == null || !joins) {
        piece = new Piece(row);
        pieces.add(piece);
      }
      piece.end = row + 1;
      if (!rows.isDelete(row)) {
        if (piece.firstValue < 0) {
          piece.firstValue = row;
          piece.separated = separated;
        }
        piece.bytes += rows.valueLength(row);
      }
    }
  }

  private void writeBlock(int from, int to) throws IOException {
    block.clear();
    int first = -1;
    int last = -1;
    int count = 0;
    long newest = 0;
    for (int row = from; row < to; row++) {
      if (!rows.isDelete(row)) {
        rows.appendValue(row, store, block);
        first = first < 0 ? row : first;
        last = row;
        count++;
        newest = Math.max(newest, rows.timeMillis(row));
      }
    }
    if (count == 0) {
      return;
    }
    ValueWriter out = writer;
    if (out == null) {
      out = store.newWriter(tableId, compression, dictionary);
      writer = out;
    }
    out.addBlock(
        prefix,
        suffix(first, firstSuffix),
        suffix(last, lastSuffix),
        count,
        newest,
        block.segment(),
        0,
        block.size(),
        reference);
    int offset = 0;
    for (int row = from; row < to; row++) {
      if (!rows.isDelete(row)) {
        rows.moved(row, reference, offset);
        offset += rows.valueLength(row);
      }
    }
  }

  private Slice suffix(int row, Slice into) {
    rows.key(row, key);
    return into.set(key, groupPrefix.length, key.length() - groupPrefix.length);
  }

  private void emit(int count) throws IOException {
    sink.accept(rows, 0, count);
    rows.dropFirst(count);
  }

  /** Neighbouring rows whose values are inline, or lie in one block. */
  private static final class Piece {
    final int start;
    int end;
    int firstValue = -1;
    boolean separated;
    long bytes;

    Piece(int start) {
      this.start = start;
    }
  }
}
