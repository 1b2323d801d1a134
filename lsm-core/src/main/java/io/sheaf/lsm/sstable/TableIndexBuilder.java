package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link TableIndex}. Of keys longer than {@value #WHOLE_KEY_BYTES} bytes it keeps no more
 * than what tells the blocks apart.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class TableIndexBuilder implements AutoCloseable {
  private static final int WHOLE_KEY_BYTES = 64;

  private final GrowableBuffer offsets = new GrowableBuffer(1 << 10);
  private final GrowableBuffer ends = new GrowableBuffer(1 << 10);
  private final GrowableBuffer keys = new GrowableBuffer(4 << 10);
  private final KeyCopy last = new KeyCopy();
  private final Slice cut = new Slice();

  /** Adds the block at {@code offset} whose first and last keys these are. */
  void add(Slice firstKey, Slice lastKey, long offset) {
    if (last.isPresent()) {
      putUpper(firstKey);
    }
    putLower(firstKey);
    last.set(lastKey);
    offsets.putLong(offset);
  }

  private void putLower(Slice firstKey) {
    int decisive = last.isPresent() ? firstKey.commonPrefixLength(last.get()) + 1 : 0;
    int length = Math.min(firstKey.length(), Math.max(WHOLE_KEY_BYTES, decisive));
    keys.putBytes(cut.set(firstKey, 0, length));
    ends.putInt(keys.size());
  }

  /** Adds the upper of the last block, before a block that begins with {@code next} or none. */
  private void putUpper(@Nullable Slice next) {
    if (!putSuccessor(last.get(), next)) {
      keys.putBytes(last.get());
    }
    ends.putInt(keys.size());
  }

  /**
   * Adds a shorter key above {@code key} and below {@code next}, if it is long and there is one.
   */
  private boolean putSuccessor(Slice key, @Nullable Slice next) {
    int decisive = next == null ? 0 : key.commonPrefixLength(next) + 1;
    int length = Math.max(WHOLE_KEY_BYTES, decisive + 1);
    while (length < key.length() && key.byteAt(length - 1) == (byte) 0xFF) {
      length++;
    }
    if (length >= key.length()) {
      return false;
    }
    // The byte that makes it lower than the next key stays as it is; one behind that is raised.
    int start = keys.size();
    keys.putBytes(key.segment(), key.offset(), length);
    keys.segment()
        .set(ValueLayout.JAVA_BYTE, start + length - 1L, (byte) (key.byteAt(length - 1) + 1));
    return true;
  }

  /** Bytes that the index will take before compression, roughly. */
  int estimatedBytes() {
    return offsets.size() + ends.size() + keys.size();
  }

  /** Appends the index to {@code target}; {@code end} is where the last block ends. */
  void finish(long end, GrowableBuffer target) {
    if (last.isPresent()) {
      putUpper(null);
    }
    int blocks = offsets.size() / Long.BYTES;
    offsets.putLong(end);
    target.putBytes(offsets.segment(), 0, offsets.size());
    target.putBytes(ends.segment(), 0, ends.size());
    target.putBytes(keys.segment(), 0, keys.size());
    target.putInt(blocks);
  }

  @Override
  public void close() {
    offsets.close();
    ends.close();
    keys.close();
    last.close();
  }
}
