package io.sheaf.lsm.memtable;

final class SkipListMemTableTest extends MemTableContract {
  @Override
  protected MemTable create(boolean keepsTimes) {
    return new SkipListMemTable(keepsTimes, ChunkPool.keepingNone());
  }
}
