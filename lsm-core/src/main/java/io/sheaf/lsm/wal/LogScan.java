package io.sheaf.lsm.wal;

import java.io.IOException;

/** Looks for what a log says about itself behind a place where it cannot be read. */
final class LogScan {
  private LogScan() {}

  /**
   * The highest offset that any valid record header at or behind {@code from} states as durable, 0
   * where there is none.
   *
   * @param place what binds the records to log and store, see {@link LogFormat}
   */
  static long highestSyncedOffset(LogWindow window, long place, long from) throws IOException {
    RecordHeader header = new RecordHeader(place);
    long highest = 0;
    long step = LogFormat.ALIGNMENT_BYTES;
    long last = window.size() - LogFormat.RECORD_HEADER_BYTES;
    for (long offset = (from + step - 1) & -step; offset <= last; offset += step) {
      if (header.read(window, offset)) {
        highest = Math.max(highest, header.syncedOffset);
      }
    }
    return highest;
  }
}
