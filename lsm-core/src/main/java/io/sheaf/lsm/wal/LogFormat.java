package io.sheaf.lsm.wal;

/**
 * The bytes of a write log, and what may be concluded from them. Numbers are little-endian.
 *
 * <pre>
 * log     = header record*            (then anything: zeros, older content, a torn record)
 *
 * header  =  0  32  {@link io.sheaf.lsm.io.FileHeader}, kind LOG, number of the log
 *           32   8  number of the previous log, 0 where there is none
 *           40   8  offset at which the records of the previous log end, in bytes
 *           48   8  offset up to which the previous log was durable when this header was written
 *           56   4  zero
 *           60   4  CRC-32C of (log number, 32) and bytes 32 to 59
 *
 * record  =  0   4  CRC-32C of (place, offset of the record) and bytes 4 to 47
 *            4   4  CRC-32C of (place, offset of the record + 48), payload and padding
 *            8   4  length of the payload as stored, in bytes
 *           12   4  length of the payload, in bytes
 *           16   4  number of entries in it, 1 or more; 0 in an end record
 *           20   1  1: a group of writes; 2: end of the log, with no payload
 *           21   1  codec of the payload: 0, 1 or 2, the payload alone with a {@link
 *                   io.sheaf.lsm.coding.Compression.Codec}; 3, a piece of the log's stream
 *           22   2  zero
 *           24   8  sequence number of the first entry; the next one to come, in an end record
 *           32   8  time of the write, in milliseconds since 1970
 *           40   8  offset up to which the log was known to be durable when the record was written
 *           48      payload, then zeros to a multiple of 8
 * </pre>
 *
 * <p><b>One record is one group of writes</b>, so a batch is there whole or not at all. Records
 * begin at multiples of 8. Both checksums bind offset and place, which is the log's number and its
 * store ({@link io.sheaf.lsm.io.FileHeader#place}), so that nothing left over in a recycled file,
 * nothing moved, and nothing of another store passes for a record. The header's checksum stands
 * alone: with it lengths can be trusted before anything is allocated, and a later record is found
 * by looking at every eighth byte, without reading payloads.
 *
 * <p><b>The stream.</b> Payloads with codec 3 are the pieces of one stream, see {@link
 * io.sheaf.lsm.coding.StreamCompressor}; the first such record of a log begins it, so that each log
 * can be read alone, from its beginning. Records with other codecs are no part of it and may stand
 * in between. A piece is what the compressor gave, also where that is longer than the payload: what
 * comes after refers to it.
 *
 * <p><b>What the writer keeps to.</b>
 *
 * <ol>
 *   <li>A log counts as durable up to an offset only after a sync that succeeded, that began when
 *       everything before the offset was written, and after the log's name was made durable.
 *   <li>A log counts as durable at all only after the whole of the previous log is durable.
 *   <li>The newest log is closed by a sync, then an end record that states it, then a sync; the
 *       next one's header ends those before it.
 *   <li>After a failed sync nothing more is written to the log, and nothing counts as durable.
 *   <li>Before a log follows logs that were recovered, those are written again and made durable up
 *       to where they were read, where they are not known to be, and logs that were not accepted
 *       are gone; where none was, the oldest that is needed is written anew without records, and
 *       follows none ({@link LogSequence#settle}).
 * </ol>
 *
 * <p><b>What the reader concludes.</b> A log is read up to offset E where no whole record stands.
 *
 * <ul>
 *   <li>E holds an end record: the log is complete.
 *   <li>The next log's header says that this one ended at E: it is complete. What follows E was
 *       refused when it was written and is not read.
 *   <li>A valid record header behind E in this log states an offset above E as durable: by rule 1
 *       there was a record at E, it is damage.
 *   <li>There is a later log, which does not follow at E, and some valid header in it or in one
 *       after it states that something of a log behind this one, or of this one behind E, is
 *       durable: by rules 1 and 2 the log was complete, it is damage. The same where a log is
 *       missing in between.
 *   <li>Otherwise nothing at E or behind it was ever durable: a torn tail. The log ends at E and
 *       later logs are not accepted, since writes before theirs are lost.
 * </ul>
 *
 * <p>What cannot be told: damage to the group of records written by the last sync before a crash
 * looks like a torn tail, as long as nothing was written after that sync.
 *
 * <p><b>What the store must add.</b> A memtable that is flushed becomes durable in the manifest
 * only after those of all earlier logs, or a torn log would leave a hole before it.
 *
 * <p><b>Recycling.</b> A log that is no longer needed may be renamed to the number of a new one and
 * overwritten from the beginning. It must have no other name (a hard link of a checkpoint), and the
 * manifest that no longer needs it must be durable.
 */
public final class LogFormat {
  /** Length of a log's header, in bytes; the first record begins there. */
  public static final int HEADER_BYTES = 64;

  /** Length of a record without payload, in bytes. */
  public static final int RECORD_HEADER_BYTES = 48;

  /** Records begin at multiples of this, in bytes. */
  public static final int ALIGNMENT_BYTES = 8;

  /** Longest payload, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 1 << 30;

  /** The codec of payloads that are pieces of the log's stream. */
  static final int STREAM_CODEC = 3;

  static final int GROUP = 1;
  static final int END = 2;

  private LogFormat() {}

  /** Length of a record whose payload is stored in {@code storedBytes} bytes. */
  static long recordBytes(int storedBytes) {
    return (RECORD_HEADER_BYTES + (long) storedBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }
}
