package io.sheaf.bench.phase;

import java.io.IOException;

/** The room that the store takes on the disk: closed, and open with what its logs reserve. */
final class DiskPhase implements Phase {
  @Override
  public void run(RaceStore store, PhaseReport report) throws IOException {
    long open = OccupiedBytes.of(store.settings().directory());
    long closed = store.occupiedBytesClosed();
    report.lowerIsBetter("bytes on disk a user byte", "bytes", (double) closed / store.userBytes());
    report.lowerIsBetter(
        "bytes on disk a user byte, while open", "bytes", (double) open / store.userBytes());
  }
}
