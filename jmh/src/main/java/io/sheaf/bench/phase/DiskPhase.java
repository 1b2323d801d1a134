package io.sheaf.bench.phase;

import java.io.IOException;

/** The room that the store takes on the disk. */
final class DiskPhase implements Phase {
  @Override
  public void run(RaceStore store, PhaseReport report) throws IOException {
    long bytes = OccupiedBytes.of(store.settings().directory());
    report.lowerIsBetter("bytes on disk a user byte", "bytes", (double) bytes / store.userBytes());
  }
}
