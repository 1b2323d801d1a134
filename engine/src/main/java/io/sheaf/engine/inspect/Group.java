package io.sheaf.engine.inspect;

import io.sheaf.lsm.coding.Slice;

/**
 * All entries of one prefix in the SSTables of a table, with what it takes to read them.
 *
 * <p><b>Ownership.</b> The slice belongs to the record, lies on the heap and is never re-pointed.
 *
 * @param prefix what the keys begin with
 * @param entries number of entries; every version of a row counts, and deletes do
 * @param deletes those of them that are deletes
 * @param keyBytes bytes of the keys
 * @param valueBytes bytes of the values before compression
 * @param separatedBytes those of them that lie in value blocks
 * @param runs number of runs that have entries of the group
 * @param blocks number of value blocks that its values lie in
 * @param inlineRuns number of runs that hold values of it themselves
 */
public record Group(
    Slice prefix,
    long entries,
    long deletes,
    long keyBytes,
    long valueBytes,
    long separatedBytes,
    int runs,
    long blocks,
    int inlineRuns) {
  /** Bytes of keys and values before compression. */
  public long rawBytes() {
    return keyBytes + valueBytes;
  }

  /** Places that a read of the whole group goes to: value blocks, and runs with values inside. */
  public long pieces() {
    return Math.max(1, blocks + inlineRuns);
  }
}
