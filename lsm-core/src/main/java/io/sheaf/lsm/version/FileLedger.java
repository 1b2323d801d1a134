package io.sheaf.lsm.version;

import io.sheaf.lsm.io.FileKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What would take a walk over all files of a version to find out: which numbers are in use, and how
 * many SSTables refer to a value file. Kept for the newest version and moved on with each step, so
 * that a step costs what its edit holds.
 *
 * <p><b>Thread safety.</b> None.
 */
final class FileLedger {
  private final Map<Long, FileKind> files = new HashMap<>();
  private final Map<Long, Integer> references = new HashMap<>();

  /** What the SSTable or value file of this number is, null where there is none. */
  @Nullable FileKind kind(long number) {
    return files.get(number);
  }

  /** How many SSTables refer to the value file. */
  int references(long valueFile) {
    return references.getOrDefault(valueFile, 0);
  }

  /** Moves on to the version after {@code step}. */
  void follow(VersionStep step) {
    files.keySet().removeAll(step.removed().keySet());
    files.putAll(step.added());
    step.references()
        .forEach((valueFile, more) -> {
          int count = references(valueFile) + more;
          if (count == 0) {
            references.remove(valueFile);
          } else {
            references.put(valueFile, count);
          }
        });
  }
}
