package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.StreamCompressor;
import java.io.IOException;

/** The header of one record as read, see {@link LogFormat}. Thread safety: none. */
final class RecordHeader {
  private final long place;
  private final Crc32c crc = new Crc32c();

  int payloadChecksum;
  int storedBytes;
  int rawBytes;
  int entryCount;
  int kind;
  int codec;
  long firstSequence;
  long writeTimeMillis;
  long syncedOffset;

  /**
   * A header to be read.
   *
   * @param place what binds the records to log and store, see {@link LogFormat}
   */
  RecordHeader(long place) {
    this.place = place;
  }

  /**
   * Reads the header at {@code offset}; false where there is none of this log for this place. The
   * payload may lie behind the end of the file.
   */
  boolean read(LogWindow window, long offset) throws IOException {
    if (!window.has(offset, LogFormat.RECORD_HEADER_BYTES)) {
      return false;
    }
    window.load(offset, LogFormat.RECORD_HEADER_BYTES);
    int kinds = window.intAt(offset + 20);
    kind = kinds & 0xFF;
    codec = kinds >>> 8 & 0xFF;
    // Cheap looks first: a search for later records comes by here at every eighth byte.
    if (kinds >>> 16 != 0
        || (kind != LogFormat.GROUP && kind != LogFormat.END)
        || codec > LogFormat.STREAM_CODEC) {
      return false;
    }
    syncedOffset = window.longAt(offset + 40);
    if (syncedOffset < 0 || syncedOffset > offset) {
      return false;
    }
    storedBytes = window.intAt(offset + 8);
    rawBytes = window.intAt(offset + 12);
    entryCount = window.intAt(offset + 16);
    if (!plausible()) {
      return false;
    }
    int expected =
        crc.begin(place, offset)
            .update(window.bytes(offset + 4, LogFormat.RECORD_HEADER_BYTES - 4))
            .value();
    if (window.intAt(offset) != expected) {
      return false;
    }
    payloadChecksum = window.intAt(offset + 4);
    firstSequence = window.longAt(offset + 24);
    writeTimeMillis = window.longAt(offset + 32);
    return true;
  }

  /**
   * Brings the payload of the record at {@code offset} into memory; false where it is not whole.
   */
  boolean loadPayload(LogWindow window, long offset) throws IOException {
    int padded = (int) (LogFormat.recordBytes(storedBytes) - LogFormat.RECORD_HEADER_BYTES);
    long payload = offset + LogFormat.RECORD_HEADER_BYTES;
    if (!window.has(payload, padded)) {
      return false;
    }
    window.load(payload, padded);
    return crc.begin(place, payload).update(window.bytes(payload, padded)).value()
        == payloadChecksum;
  }

  private boolean plausible() {
    if (kind == LogFormat.END) {
      return (storedBytes | rawBytes | entryCount | codec) == 0;
    }
    return rawBytes >= 0
        && rawBytes <= LogFormat.MAX_PAYLOAD_BYTES
        && storedBytes >= 0
        && storedBytes
            <= (codec == LogFormat.STREAM_CODEC
                ? StreamCompressor.mostStoredBytes(rawBytes)
                : rawBytes)
        && entryCount > 0
        && (codec != Codec.NONE.code() || storedBytes == rawBytes);
  }
}
