package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a manifest: a snapshot of one version and the edits that followed. Numbers of a
 * fixed size are little-endian, all others are {@link io.sheaf.lsm.coding.Varint}s.
 *
 * <pre>
 * manifest := header record*            header: {@link io.sheaf.lsm.io.FileHeader}; the first record
 *                                       is a snapshot, no other is
 * record   := frame body
 *
 * frame, 24 bytes:
 * offset  bytes
 *      0      4  CRC-32C of (place, offset of the frame) and bytes 4 to 23
 *      4      1  kind: 1 snapshot, 2 edit, 3 synced
 *      5      3  zero
 *      8      8  offset up to which the file was synced when the record was written
 *     16      4  length of the body
 *     20      4  CRC-32C of (place, offset of the body) and the body
 *
 * body     := nextFileNumber nextTableId count change{count}          of a snapshot or an edit
 *           | nothing                                                 of a synced mark
 * change   := 1 table                                                 create table
 *           | 2 table                                                 alter table
 *           | 3 tableId                                               drop table
 *           | 4 tableId runId file                                    add file
 *           | 5 tableId runId fileNumber                              remove file
 *           | 6 valueFile                                             add value file
 *           | 7 tableId fileNumber                                    remove value file
 *           | 8 logNumber lastSequence lastTimeMillis                 flushed
 *           | 9 fileNumber                                            logs below name no store
 * table    := {@link StoredTable}
 * file     := number level sizeBytes entries deletes rangeDeletes
 *             smallestKey largestKey smallestSuffix largestSuffix
 *             smallestSequence largestSequence oldestTimeMillis newestTimeMillis
 *             rawKeyBytes inlineBytes separatedRows blockReferences
 *             count share{count}
 * share    := valueFile rawBytes rows
 * valueFile := number tableId sizeBytes rawBytes rows blocks newestTimeMillis
 * </pre>
 *
 * <p>Kinds, codes of changes and codecs are one byte; names (UTF-8), keys and suffixes are byte
 * strings behind their length. The place is the number of the manifest and the store that its
 * header names ({@link io.sheaf.lsm.io.FileHeader#place}). A snapshot is the edit that turns the
 * empty version into the one it stands for. {@code nextFileNumber} and {@code nextTableId} are
 * those after the record.
 *
 * <p><b>Torn or damaged.</b> Each edit is synced before the change is acknowledged, and then
 * followed by a mark that says so; the mark is synced with the next edit. A bad record is
 * <em>torn</em>, and taken as absent with all behind it (none of that was acknowledged), when no
 * whole frame behind it says that the file was synced beyond its beginning. Otherwise the file is
 * <em>damaged</em>; and so it is when the header or the snapshot is bad: both are synced before
 * CURRENT names the file.
 */
final class ManifestFormat {
  /** Length of a frame, in bytes. */
  static final int FRAME_BYTES = 24;

  /** Length of the body of a new store's snapshot, in bytes. */
  static final int EMPTY_SNAPSHOT_BYTES = 7;

  static final int CREATE_TABLE = 1;
  static final int ALTER_TABLE = 2;
  static final int DROP_TABLE = 3;
  static final int ADD_FILE = 4;
  static final int REMOVE_FILE = 5;
  static final int ADD_VALUE_FILE = 6;
  static final int REMOVE_VALUE_FILE = 7;
  static final int FLUSHED = 8;
  static final int NAMED_FROM = 9;

  private static final int CHECKSUM_AT = 0;
  private static final int KIND_AT = 4;
  private static final int SYNCED_AT = 8;
  private static final int LENGTH_AT = 16;
  private static final int BODY_CHECKSUM_AT = 20;

  private ManifestFormat() {}

  /** What a record is. */
  enum RecordKind {
    SNAPSHOT(1),
    EDIT(2),
    SYNCED(3);

    private final int code;

    RecordKind(int code) {
      this.code = code;
    }
  }

  /** The fixed part of a record, checked. */
  record Frame(RecordKind kind, long syncedBytes, int bodyBytes, int bodyChecksum) {}

  /** Makes room for the frame of a record whose body is appended next. */
  static void beginRecord(long syncedBytes, GrowableBuffer target) {
    target.clear();
    target.putLong(0);
    target.putLong(syncedBytes);
    target.putLong(0);
  }

  /** Fills in the frame of the record in {@code target}, which will lie at {@code offset}. */
  static void finishRecord(
      RecordKind kind, GrowableBuffer target, Crc32c crc, long place, long offset) {
    int bodyBytes = target.size() - FRAME_BYTES;
    target.setInt(KIND_AT, kind.code);
    target.setInt(LENGTH_AT, bodyBytes);
    target.setInt(
        BODY_CHECKSUM_AT,
        crc.begin(place, offset + FRAME_BYTES)
            .update(target.byteBuffer(FRAME_BYTES, bodyBytes))
            .value());
    target.setInt(
        CHECKSUM_AT,
        crc.begin(place, offset).update(target.byteBuffer(KIND_AT, FRAME_BYTES - KIND_AT)).value());
  }

  /**
   * The frame at index {@code at} of {@code bytes} (little-endian), null where it is not whole.
   *
   * @param offset where the frame lies in the file, in bytes
   */
  static @Nullable Frame frameAt(ByteBuffer bytes, int at, Crc32c crc, long place, long offset) {
    RecordKind kind =
        switch (bytes.getInt(at + KIND_AT)) {
          case 1 -> RecordKind.SNAPSHOT;
          case 2 -> RecordKind.EDIT;
          case 3 -> RecordKind.SYNCED;
          default -> null;
        };
    int bodyBytes = bytes.getInt(at + LENGTH_AT);
    if (kind == null || bodyBytes < 0) {
      return null;
    }
    int checksum =
        crc.begin(place, offset).update(bytes.slice(at + KIND_AT, FRAME_BYTES - KIND_AT)).value();
    return checksum == bytes.getInt(at + CHECKSUM_AT)
        ? new Frame(
            kind, bytes.getLong(at + SYNCED_AT), bodyBytes, bytes.getInt(at + BODY_CHECKSUM_AT))
        : null;
  }
}
