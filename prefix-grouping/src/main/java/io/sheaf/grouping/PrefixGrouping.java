package io.sheaf.grouping;

import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.version.TableOptions;

/** Grouping as a store takes it in: which memtable a table gets, and what of it is separated. */
public final class PrefixGrouping {
  private PrefixGrouping() {}

  /**
   * Makes memtables: grouped ones, and a skip list where every key is its own prefix, so that
   * groups would only cost.
   */
  public static MemTable.Factory memTables() {
    return (extractor, keepsTimes, chunks) ->
        extractor.equals(PrefixExtractor.WHOLE_KEY)
            ? new SkipListMemTable(keepsTimes, chunks)
            : new GroupedMemTable(extractor, keepsTimes, chunks);
  }

  /** The policy that {@code options} ask for. */
  public static SeparationPolicy policy(TableOptions options) {
    return options.separationBytes() == TableOptions.NEVER_SEPARATE
        ? SeparationPolicy.NEVER
        : new GroupSizePolicy(options.separationBytes(), options.valueBlockBytes());
  }
}
