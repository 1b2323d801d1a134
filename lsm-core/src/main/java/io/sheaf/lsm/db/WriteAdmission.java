package io.sheaf.lsm.db;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which batches of a group are written: those whose conditions hold when all batches before
 * them are written.
 *
 * <p><b>Thread safety.</b> Stateless; the caller holds the lock of the write queue, so nothing is
 * written meanwhile.
 */
final class WriteAdmission {
  /** Tells whether a row was changed. */
  @FunctionalInterface
  interface Changes {
    /** Whether the row of {@code check} has a change behind its sequence number. */
    boolean has(WriteCheck check) throws IOException;
  }

  private WriteAdmission() {}

  /**
   * Leaves in {@code group} what is to be written, and tells the others: why their condition does
   * not hold, or could not be looked at. That a look fails is no harm to the store.
   */
  static void admit(WriteGroup group, Changes changes) {
    int checked = 0;
    for (WriteGroup.Waiting waiting : group.batches()) {
      checked += waiting.checks().isEmpty() ? 0 : 1;
    }
    if (checked == 0) {
      return;
    }
    TouchedKeys touched = new TouchedKeys();
    for (WriteGroup.Waiting waiting : List.copyOf(group.batches())) {
      if (!waiting.checks().isEmpty()) {
        checked--;
        try {
          WriteCondition unmet = firstUnmet(waiting.checks(), touched, changes);
          if (unmet != null) {
            group.refuse(waiting, unmet, null);
            continue;
          }
        } catch (IOException | RuntimeException e) {
          group.refuse(waiting, null, e);
          continue;
        }
      }
      if (checked > 0) {
        touched.add(waiting.batch());
      }
    }
  }

  private static @Nullable WriteCondition firstUnmet(
      List<WriteCheck> checks, TouchedKeys touched, Changes changes) throws IOException {
    for (WriteCheck check : checks) {
      WriteCondition condition = check.condition();
      if (touched.contains(check.tableId(), condition.key()) || changes.has(check)) {
        return condition;
      }
    }
    return null;
  }
}
