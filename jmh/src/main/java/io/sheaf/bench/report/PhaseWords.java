package io.sheaf.bench.report;

import io.sheaf.bench.phase.PhaseName;
import java.util.Arrays;

/**
 * How reports name a phase, and what they say of it.
 *
 * @param title a few words
 * @param text what is done in it
 */
record PhaseWords(String title, String text) {
  private static final String COLD =
      "The store was opened anew and the page cache dropped before, where that is permitted.";
  private static final String WARM = "After reads of the same kind, in the same process.";

  /** Those of the phase with this label, or the label itself. */
  static PhaseWords of(String label) {
    return Arrays.stream(PhaseName.values())
        .filter(phase -> phase.label().equals(label))
        .findFirst()
        .map(PhaseWords::of)
        .orElse(new PhaseWords(label, ""));
  }

  private static PhaseWords of(PhaseName phase) {
    return switch (phase) {
      case LOAD ->
          new PhaseWords(
              "Load",
              "Rows are written in batches, in order of time; it ends when the background has"
                  + " finished.");
      case DISK -> new PhaseWords("Disk", "The room that the loaded rows take.");
      case LATEST_COLD -> new PhaseWords("Newest 50 rows of any user, cold", COLD);
      case HOTLATEST_COLD -> new PhaseWords("Newest 50 rows of a busy user, cold", COLD);
      case CURSOR_COLD -> new PhaseWords("100 rows onward, cold", COLD);
      case FULL_COLD -> new PhaseWords("All rows of a busy user, cold", COLD);
      case GET_COLD -> new PhaseWords("One row by its key, cold", COLD);
      case MISS_COLD -> new PhaseWords("A key that is not there, cold", COLD);
      case LATEST_WARM -> new PhaseWords("Newest 50 rows of any user, warm", WARM);
      case HOTLATEST_WARM -> new PhaseWords("Newest 50 rows of a busy user, warm", WARM);
      case CURSOR_WARM -> new PhaseWords("100 rows onward, warm", WARM);
      case FULL_WARM -> new PhaseWords("All rows of a busy user, warm", WARM);
      case GET_WARM -> new PhaseWords("One row by its key, warm", WARM);
      case MISS_WARM -> new PhaseWords("A key that is not there, warm", WARM);
      case MIXED ->
          new PhaseWords(
              "Reads beside writes",
              "Rows come at a steady rate while others are read as fast as can be.");
      case MIXED_PACED ->
          new PhaseWords(
              "Reads beside writes, both at a steady rate",
              "Rows come and are read at the same rates from each engine; times count from when a"
                  + " write or a read was due.");
      case UPDATE -> new PhaseWords("Recalls and edits", "Rows anywhere are deleted and changed.");
      case TTL -> new PhaseWords("Expiry", "Rows expire while others come.");
      case TENFOLD ->
          new PhaseWords("Ten times as many rows", "What a row costs as the store grows.");
    };
  }
}
