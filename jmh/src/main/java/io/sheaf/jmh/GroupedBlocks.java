package io.sheaf.jmh;

import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.DictionaryTrainer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowGenerator;
import io.sheaf.testdata.StandardWorkload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of the standard workload as value blocks hold them, and what is learned from them. */
final class GroupedBlocks {
  private static final StandardWorkload WORKLOAD = new StandardWorkload(200_000, 1000, 1);

  /** Of so many rows one is a sample that a dictionary is learned from. */
  private static final int ROWS_PER_SAMPLE = 5;

  private GroupedBlocks() {}

  /**
   * Blocks of the values of one user each, off the heap.
   *
   * @param blockBytes size from which on a block is full, in bytes
   */
  static List<ByteBuffer> cut(int blockBytes, int blocks) {
    List<ByteBuffer> full = new ArrayList<>();
    Map<Long, ByteBuffer> groups = new HashMap<>();
    RowGenerator rows = WORKLOAD.generator();
    Row row = new Row();
    while (full.size() < blocks && rows.next(row)) {
      ByteBuffer group =
          groups.computeIfAbsent(
              row.user(), user -> ByteBuffer.allocate(blockBytes + row.value().length));
      group.put(row.value(), 0, row.valueLength());
      if (group.position() >= blockBytes) {
        full.add(ByteBuffer.allocateDirect(group.position()).put(group.flip()).flip());
        group.clear();
      }
    }
    return full;
  }

  /** A dictionary for these blocks; null where {@code dictionaryBytes} is 0. */
  static @Nullable Dictionary dictionary(int dictionaryBytes) {
    if (dictionaryBytes == 0) {
      return null;
    }
    DictionaryTrainer trainer = new DictionaryTrainer(dictionaryBytes);
    RowGenerator rows = WORKLOAD.generator();
    Row row = new Row();
    while (!trainer.isFull() && rows.next(row)) {
      if (row.number() % ROWS_PER_SAMPLE == 0) {
        trainer.add(Slice.of(row.value(), 0, row.valueLength()));
      }
    }
    return trainer.train();
  }
}
