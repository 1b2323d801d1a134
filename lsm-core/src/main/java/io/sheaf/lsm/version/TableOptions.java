package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.key.PrefixExtractor;

/**
 * Options of one table (elsewhere: column family). Kept in the manifest; a table may be opened with
 * other options later, which then hold for what is written from there on.
 *
 * @param prefix how keys split into prefix and suffix
 * @param separationBytes value bytes of a group from which on it is separated into value blocks; in
 *     the oldest run, where all its rows are together, it must fill a block as well; {@link
 *     #NEVER_SEPARATE}: values stay inline
 * @param valueBlockBytes raw size of a full value block, in bytes
 * @param keyBlockBytes raw size of a block of an SSTable, in bytes
 * @param compression of key files and of value blocks at the flush
 * @param bottomCompression of key files and of value blocks written by a compaction into the oldest
 *     run
 * @param dictionaryBytes length of the dictionary that blocks are compressed with where the codec
 *     is ZSTD, learned from the table's own values, in bytes; {@link #NO_DICTIONARY}: none
 * @param ttlMillis rows are gone this long after they were written, unless that was before the
 *     table had a time to live; {@link #NO_TTL}: kept for ever
 */
public record TableOptions(
    PrefixExtractor prefix,
    int separationBytes,
    int valueBlockBytes,
    int keyBlockBytes,
    Compression compression,
    Compression bottomCompression,
    int dictionaryBytes,
    long ttlMillis) {
  /** Values stay inline whatever their size. */
  public static final int NEVER_SEPARATE = Integer.MAX_VALUE;

  /** Blocks are compressed each on its own. */
  public static final int NO_DICTIONARY = 0;

  /** Rows are kept for ever. */
  public static final long NO_TTL = 0;

  /** The defaults: whole keys, groups of 8 KB and more separated into blocks of 16 KB, ZSTD. */
  public static final TableOptions DEFAULT =
      new TableOptions(
          PrefixExtractor.WHOLE_KEY,
          8 << 10,
          16 << 10,
          8 << 10,
          Compression.zstd(1),
          Compression.zstd(1),
          64 << 10,
          NO_TTL);

  /** Checks each option. */
  public TableOptions {
    if (separationBytes < 1) {
      throw new IllegalArgumentException(
          "separationBytes must be at least 1, not " + separationBytes);
    }
    if (valueBlockBytes < 1 << 10 || valueBlockBytes > 16 << 20) {
      throw new IllegalArgumentException(
          "valueBlockBytes must be 1 KB to 16 MB, not " + valueBlockBytes);
    }
    if (keyBlockBytes < 1 << 10 || keyBlockBytes > 1 << 20) {
      throw new IllegalArgumentException(
          "keyBlockBytes must be 1 KB to 1 MB, not " + keyBlockBytes);
    }
    if (dictionaryBytes != NO_DICTIONARY
        && (dictionaryBytes < Dictionary.MIN_BYTES || dictionaryBytes > Dictionary.MAX_BYTES)) {
      throw new IllegalArgumentException(
          "dictionaryBytes must be 0 or 256 bytes to 1 MB, not " + dictionaryBytes);
    }
    if (ttlMillis < 0) {
      throw new IllegalArgumentException("ttlMillis must not be negative, not " + ttlMillis);
    }
  }

  /** The same with another prefix rule. */
  public TableOptions withPrefix(PrefixExtractor prefix) {
    return new TableOptions(
        prefix,
        separationBytes,
        valueBlockBytes,
        keyBlockBytes,
        compression,
        bottomCompression,
        dictionaryBytes,
        ttlMillis);
  }

  /** The same with another separation threshold, in bytes. */
  public TableOptions withSeparationBytes(int separationBytes) {
    return new TableOptions(
        prefix,
        separationBytes,
        valueBlockBytes,
        keyBlockBytes,
        compression,
        bottomCompression,
        dictionaryBytes,
        ttlMillis);
  }

  /** The same with other block sizes, in bytes. */
  public TableOptions withBlockBytes(int valueBlockBytes, int keyBlockBytes) {
    return new TableOptions(
        prefix,
        separationBytes,
        valueBlockBytes,
        keyBlockBytes,
        compression,
        bottomCompression,
        dictionaryBytes,
        ttlMillis);
  }

  /** The same with other compression. */
  public TableOptions withCompression(Compression compression, Compression bottomCompression) {
    return new TableOptions(
        prefix,
        separationBytes,
        valueBlockBytes,
        keyBlockBytes,
        compression,
        bottomCompression,
        dictionaryBytes,
        ttlMillis);
  }

  /** The same with a dictionary of another length, in bytes. */
  public TableOptions withDictionaryBytes(int dictionaryBytes) {
    return new TableOptions(
        prefix,
        separationBytes,
        valueBlockBytes,
        keyBlockBytes,
        compression,
        bottomCompression,
        dictionaryBytes,
        ttlMillis);
  }

  /** The same with another time to live, in milliseconds. */
  public TableOptions withTtlMillis(long ttlMillis) {
    return new TableOptions(
        prefix,
        separationBytes,
        valueBlockBytes,
        keyBlockBytes,
        compression,
        bottomCompression,
        dictionaryBytes,
        ttlMillis);
  }

  /** Whether rows expire. */
  public boolean expires() {
    return ttlMillis != NO_TTL;
  }
}
