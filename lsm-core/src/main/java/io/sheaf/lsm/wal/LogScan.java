package io.sheaf.lsm.wal;

import java.io.IOException;

/**
 * What a log says about itself behind a place where it cannot be read.
 *
 * @param syncedOffset highest offset that a record states as durable, in bytes; 0: none does
 * @param records number of records with a valid header
 */
record LogScan(long syncedOffset, long records) {
  /**
   * Looks at all valid record headers at or behind {@code from}.
   *
   * @param place what binds the records to log and store, see {@link LogFormat}
   */
  static LogScan behind(LogWindow window, long place, long from) throws IOException {
    RecordHeader header = new RecordHeader(place);
    long highest = 0;
    long records = 0;
    long step = LogFormat.ALIGNMENT_BYTES;
    long last = window.size() - LogFormat.RECORD_HEADER_BYTES;
    for (long offset = (from + step - 1) & -step; offset <= last; offset += step) {
      if (header.read(window, offset)) {
        highest = Math.max(highest, header.syncedOffset);
        records++;
      }
    }
    return new LogScan(highest, records);
  }
}
