package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import java.util.ArrayList;
import java.util.List;

/**
 * The range tombstones of an SSTable, as they were given: cut into fragments they would take space
 * in proportion to the square of their number where many nest.
 *
 * <pre>
 * tombstones := count:varint tombstone*
 * tombstone  := length:varint start length:varint end sequence:varint
 * </pre>
 */
final class TombstoneBlock {
  private static final int MIN_BYTES = 4;

  private TombstoneBlock() {}

  static void append(List<RangeTombstone> tombstones, GrowableBuffer target) {
    target.putVarint(tombstones.size());
    for (RangeTombstone tombstone : tombstones) {
      target.putLengthPrefixed(tombstone.start());
      target.putLengthPrefixed(tombstone.end());
      target.putVarint(tombstone.sequence());
    }
  }

  /** Reads the block and gives it back. */
  static RangeTombstones parse(NativeBuffer block) {
    ByteReader in = new ByteReader().set(block.segment(), 0, block.capacity());
    int count = in.readCount(in.remaining() / MIN_BYTES);
    List<RangeTombstone> tombstones = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Slice start = Slice.of(in.readLengthPrefixed());
      Slice end = Slice.of(in.readLengthPrefixed());
      tombstones.add(new RangeTombstone(start, end, in.readVarint()));
    }
    RangeTombstones parsed = RangeTombstones.of(tombstones);
    block.close();
    return parsed;
  }
}
