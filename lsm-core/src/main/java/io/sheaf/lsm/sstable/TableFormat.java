package io.sheaf.lsm.sstable;

/**
 * The bytes of an SSTable. Numbers are little-endian; {@code varint} is {@link
 * io.sheaf.lsm.coding.Varint}, {@code zigzag} a signed number in a varint; {@code column} is {@link
 * LinearColumn}.
 *
 * <pre>
 * table       := header dictionary? data* filter? tombstones? index properties footer
 * header      := {@link io.sheaf.lsm.io.FileHeader}, 32 bytes
 * dictionary, data, filter, tombstones, index, properties := stored block
 * footer      := {@link TableFooter}, 56 bytes, the last of the file
 *
 * stored block:                       offset  bytes
 *   length n of the payload                0      4
 *   raw length, decompressed               4      4
 *   codec of the payload                   8      1
 *   payload                                9      n
 *   CRC-32C of (file number, offset)   9 + n      4
 *     and bytes 0 to 9 + n - 1
 *
 * The dictionary is stored as it is. Data blocks whose codec is ZSTD are compressed with it; the
 * other blocks are compressed without.
 *
 * data block, decompressed:
 *   run*
 *   offset of each run                         2 or 4 bytes each
 *   base sequence number                       8
 *   base time                                  8
 *   number of runs in bits 0 to 29,            4
 *     {@link #BLOCK_HAS_TIMES}, {@link #BLOCK_IS_WIDE} (offsets of 4 bytes)
 * </pre>
 *
 * <p>A <b>run</b> holds rows of one prefix in key order, the versions of a key newest first. It is
 * read without its neighbours, and any row of it without the rows before: every column gives the
 * value of row {@code i} in constant time.
 *
 * <pre>
 * run         := flags:1 key-length:varint first-key body          with {@link #SINGLE}
 *              | flags:1 (rows - 1):1 key-length:varint first-key keys body
 * keys        := column                          last 8 bytes of each key (the whole key where it
 *                                                is shorter) as a big-endian number, less that of
 *                                                the first key; all keys have the same length and
 *                                                agree in the bytes before
 *              | shared:varint column byte*      with {@link #BYTE_KEYS}: length of what all keys
 *                                                share; for each row but the first where the rest
 *                                                of its key ends, then these rests
 * body        := sequences times deletes reference? values
 * sequences   := nothing                         with {@link #ZERO_SEQUENCES}
 *              | zigzag (single) | column        less the block's base sequence number
 * times       := nothing                         without {@link #BLOCK_HAS_TIMES}
 *              | zigzag (single) | column        milliseconds since the epoch, less the block's base
 * deletes     := nothing                         without {@link #DELETES}, or with {@link #SINGLE}
 *              | bit for each row, set for a delete
 * reference   := file:varint offset:varint stored-bytes:varint raw-bytes:varint value-offset:varint
 *                                                with {@link #SEPARATED}: the value block of all the
 *                                                run's values, and where the first one begins in it
 * values      := length:varint (single; nothing for a delete) | column
 *                                                where each value ends, counted from where the
 *                                                first begins; each begins where the last one ended
 *              | column column                   with {@link #GAPS}: where each value begins,
 *                                                counted so; its length
 *   then, without {@link #SEPARATED}, the values themselves, one behind the other
 * </pre>
 *
 * <p>The other blocks are described where they are written: {@link PrefixFilter}, {@link
 * TombstoneBlock}, {@link TableIndex}, {@link TableProperties}.
 */
public final class TableFormat {
  /** Longest key, in bytes. */
  public static final int MAX_KEY_BYTES = 64 << 10;

  /** Longest value inside an SSTable, in bytes. */
  public static final int MAX_VALUE_BYTES = 64 << 20;

  /** Most rows of a run. */
  static final int MAX_RUN_ROWS = 256;

  /** Longest block before compression, in bytes. */
  static final int MAX_RAW_BYTES = 1 << 30;

  /** Bytes of a stored block before its payload. */
  static final int STORED_HEADER_BYTES = 9;

  /** Bytes of a stored block beside its payload. */
  static final int STORED_OVERHEAD_BYTES = STORED_HEADER_BYTES + Integer.BYTES;

  /** Bytes of a data block behind the offsets of its runs. */
  static final int BLOCK_TRAILER_BYTES = 8 + 8 + 4;

  /** In a data block's trailer: runs have times. */
  static final int BLOCK_HAS_TIMES = 1 << 30;

  /** In a data block's trailer: offsets of runs have 4 bytes. */
  static final int BLOCK_IS_WIDE = 1 << 31;

  /** Flag of a run: it has one row. */
  static final int SINGLE = 1;

  /** Flag of a run: its values lie in a value block. */
  static final int SEPARATED = 1 << 1;

  /**
   * Flag of a run: its first key is the last key of the run before, which may lie in another block.
   */
  static final int CONTINUES = 1 << 2;

  /** Flag of a run: some of its keys have several rows. */
  static final int VERSIONS = 1 << 3;

  /** Flag of a run: some of its rows are deletes. */
  static final int DELETES = 1 << 4;

  /** Flag of a run: all its sequence numbers are 0. */
  static final int ZERO_SEQUENCES = 1 << 5;

  /** Flag of a run: keys are stored as bytes, not as numbers. */
  static final int BYTE_KEYS = 1 << 6;

  /** Flag of a run: its values do not lie one behind the other. */
  static final int GAPS = 1 << 7;

  private TableFormat() {}
}
