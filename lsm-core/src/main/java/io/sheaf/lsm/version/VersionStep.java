package io.sheaf.lsm.version;

import io.sheaf.lsm.io.FileKind;
import java.util.Map;

/**
 * What applying an edit to a version comes to, see {@link VersionBuilder}.
 *
 * @param edit the edit, with the removals of value files that follow from it
 * @param version the version after it
 * @param added SSTables and value files that were not there before, by number
 * @param removed those that are there no more
 * @param references by number of the value file: how many more SSTables refer to it
 */
record VersionStep(
    VersionEdit edit,
    Version version,
    Map<Long, FileKind> added,
    Map<Long, FileKind> removed,
    Map<Long, Integer> references) {
  /** Copies the maps. */
  VersionStep {
    added = Map.copyOf(added);
    removed = Map.copyOf(removed);
    references = Map.copyOf(references);
  }
}
