package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Slice;
import java.util.List;

/**
 * What the manifest knows of an SSTable: enough to pass over it without opening it.
 *
 * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
 *
 * @param number file number
 * @param level how often its rows were merged into a larger run; 0: flushed
 * @param sizeBytes length of the file
 * @param entries number of entries, deletes included, range deletes not
 * @param deletes number of entries that are deletes
 * @param rangeDeletes number of range tombstones
 * @param smallestKey smallest key of an entry or start of a range tombstone
 * @param largestKey largest key of an entry; or the end of a range tombstone where that is larger,
 *     which then counts as inside
 * @param smallestSuffix smallest suffix of an entry, in byte order; empty where there is none
 * @param largestSuffix largest suffix of an entry
 * @param smallestSequence lowest sequence number
 * @param largestSequence highest sequence number, range tombstones included
 * @param oldestTimeMillis oldest write time of an entry; 0: an entry without a time is in it
 * @param newestTimeMillis newest write time of an entry; 0: none is kept
 * @param rawKeyBytes bytes of all keys as the user gave them
 * @param inlineBytes bytes of the values inside the file, before compression
 * @param separatedRows number of entries whose values lie in value files
 * @param blockReferences number of references to value blocks
 * @param shares for each value file referred to, how much of it
 */
public record FileMetadata(
    long number,
    int level,
    long sizeBytes,
    long entries,
    long deletes,
    long rangeDeletes,
    Slice smallestKey,
    Slice largestKey,
    Slice smallestSuffix,
    Slice largestSuffix,
    long smallestSequence,
    long largestSequence,
    long oldestTimeMillis,
    long newestTimeMillis,
    long rawKeyBytes,
    long inlineBytes,
    long separatedRows,
    long blockReferences,
    List<ValueShare> shares) {
  /** Copies the list. */
  public FileMetadata {
    shares = List.copyOf(shares);
  }

  /**
   * How much of one value file an SSTable refers to.
   *
   * @param valueFile number of the value file
   * @param rawBytes bytes of the values referred to, before compression
   * @param rows number of rows that refer to it
   */
  public record ValueShare(long valueFile, long rawBytes, long rows) {}

  /**
   * The same, where all rows were ingested as one write.
   *
   * @param timeMillis their write time; 0: none is kept
   */
  public FileMetadata ingestedAt(long sequence, long timeMillis) {
    return new FileMetadata(
        number,
        level,
        sizeBytes,
        entries,
        deletes,
        rangeDeletes,
        smallestKey,
        largestKey,
        smallestSuffix,
        largestSuffix,
        sequence,
        sequence,
        timeMillis,
        timeMillis,
        rawKeyBytes,
        inlineBytes,
        separatedRows,
        blockReferences,
        shares);
  }

  /** Bytes of separated values referred to, before compression. */
  public long separatedBytes() {
    long sum = 0;
    for (ValueShare share : shares) {
      sum += share.rawBytes();
    }
    return sum;
  }
}
