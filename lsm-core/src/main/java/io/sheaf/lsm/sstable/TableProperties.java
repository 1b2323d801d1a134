package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import io.sheaf.lsm.version.StoredTable;
import java.util.ArrayList;
import java.util.List;

/**
 * What an SSTable says of itself: all that the manifest knows of it and of its table, so that a
 * lost manifest can be rebuilt.
 *
 * <pre>
 * properties := table merged flags:1 dictionary-bytes level entries deletes range-deletes
 *               smallest key:string largest key:string smallest suffix:string largest suffix:string
 *               smallest sequence, largest sequence, oldest time, newest time, raw key bytes,
 *               inline bytes, separated rows, block references, count of shares, share*
 * table      := {@link StoredTable}
 * merged     := count range*                                see {@link MergedRange}
 * range      := sequence from:string to:string
 * share      := value file, raw bytes, rows
 * string     := length bytes
 * </pre>
 *
 * <p>Numbers without a length are varints.
 *
 * @param metadata what the manifest knows
 * @param table the table as it was when the file was written; the filter and the bounds of suffixes
 *     were made by its prefix rule
 * @param merged what merges have replaced, in key order, no range overlapping another
 * @param ingested whether the rows have the sequence number and the write time that the manifest
 *     says, and not their own
 * @param keepsTimes whether entries are stored with write times
 * @param dictionaryBytes length of the dictionary's stored block, in bytes; 0: there is none
 */
public record TableProperties(
    FileMetadata metadata,
    StoredTable table,
    List<MergedRange> merged,
    boolean ingested,
    boolean keepsTimes,
    int dictionaryBytes) {
  private static final int MIN_RANGE_BYTES = 3;
  private static final int MIN_SHARE_BYTES = 3;
  private static final int KEEPS_TIMES = 1;
  private static final int INGESTED = 2;

  /** The same, where all rows were ingested as one write; see {@link FileMetadata#ingestedAt}. */
  TableProperties ingestedAt(long sequence, long timeMillis) {
    return new TableProperties(
        metadata.ingestedAt(sequence, timeMillis),
        table,
        merged,
        ingested,
        keepsTimes,
        dictionaryBytes);
  }

  /** Copies the list. */
  public TableProperties {
    merged = List.copyOf(merged);
  }

  void append(GrowableBuffer target) {
    table.append(target);
    target.putVarint(merged.size());
    for (MergedRange range : merged) {
      target.putVarint(range.sequence());
      target.putLengthPrefixed(range.from());
      target.putLengthPrefixed(range.to());
    }
    target.putByte((keepsTimes ? KEEPS_TIMES : 0) | (ingested ? INGESTED : 0));
    target.putVarint(dictionaryBytes);
    target.putVarint(metadata.level());
    target.putVarint(metadata.entries());
    target.putVarint(metadata.deletes());
    target.putVarint(metadata.rangeDeletes());
    target.putLengthPrefixed(metadata.smallestKey());
    target.putLengthPrefixed(metadata.largestKey());
    target.putLengthPrefixed(metadata.smallestSuffix());
    target.putLengthPrefixed(metadata.largestSuffix());
    target.putVarint(metadata.smallestSequence());
    target.putVarint(metadata.largestSequence());
    target.putVarint(metadata.oldestTimeMillis());
    target.putVarint(metadata.newestTimeMillis());
    target.putVarint(metadata.rawKeyBytes());
    target.putVarint(metadata.inlineBytes());
    target.putVarint(metadata.separatedRows());
    target.putVarint(metadata.blockReferences());
    target.putVarint(metadata.shares().size());
    for (ValueShare share : metadata.shares()) {
      target.putVarint(share.valueFile());
      target.putVarint(share.rawBytes());
      target.putVarint(share.rows());
    }
  }

  /** Reads the block and gives it back. */
  static TableProperties parse(NativeBuffer block, long fileNumber, long fileBytes) {
    ByteReader in = new ByteReader().set(block.segment(), 0, block.capacity());
    StoredTable table = StoredTable.read(in);
    List<MergedRange> merged = parseMerged(in);
    int flags = in.readByte();
    int dictionaryBytes = in.readCount(Integer.MAX_VALUE);
    FileMetadata metadata =
        new FileMetadata(
            fileNumber,
            in.readCount(Integer.MAX_VALUE),
            fileBytes,
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            Slice.of(in.readLengthPrefixed()),
            Slice.of(in.readLengthPrefixed()),
            Slice.of(in.readLengthPrefixed()),
            Slice.of(in.readLengthPrefixed()),
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            in.readVarint(),
            parseShares(in));
    if (in.remaining() != 0) {
      throw new MalformedException(in.remaining() + " bytes behind the properties");
    }
    block.close();
    return new TableProperties(
        metadata,
        table,
        merged,
        (flags & INGESTED) != 0,
        (flags & KEEPS_TIMES) != 0,
        dictionaryBytes);
  }

  private static List<MergedRange> parseMerged(ByteReader in) {
    int count = in.readCount(in.remaining() / MIN_RANGE_BYTES);
    List<MergedRange> merged = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      merged.add(
          new MergedRange(
              in.readVarint(),
              Slice.of(in.readLengthPrefixed()),
              Slice.of(in.readLengthPrefixed())));
    }
    return merged;
  }

  private static List<ValueShare> parseShares(ByteReader in) {
    int count = in.readCount(in.remaining() / MIN_SHARE_BYTES);
    List<ValueShare> shares = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      shares.add(new ValueShare(in.readVarint(), in.readVarint(), in.readVarint()));
    }
    return shares;
  }
}
