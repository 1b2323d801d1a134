package io.sheaf.engine.inspect;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the groups of a table, in key order: all runs side by side, one group at a time, so
 * that memory does not depend on how many there are. Value files are not read.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who made it closes it; the readers are the
 * maker's.
 */
public final class GroupWalk implements AutoCloseable {
  private static final ScanBounds ALL =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, false);

  private final PrefixExtractor extractor;
  private final Map<Long, TableReader> open = new HashMap<>();
  private final List<InternalCursor> runs = new ArrayList<>();
  private final ValueReference reference = new ValueReference();
  private final ValueReference block = new ValueReference();

  /** Over {@code table}, whose SSTables {@code readers} open. */
  public GroupWalk(StoreFileReaders readers, TableState table) {
    this.extractor = table.descriptor().options().prefix();
    for (Run run : table.runs()) {
      runs.add(
          new RunCursor(
              run, file -> open(readers, file.number()), extractor, ALL, null, new Statistics()));
    }
  }

  private TableReader open(StoreFileReaders readers, long number) throws IOException {
    TableReader known = open.get(number);
    if (known == null) {
      known = readers.table(number);
      open.put(number, known);
    }
    return known;
  }

  /**
   * Shows all groups.
   *
   * @throws IOException when an SSTable cannot be read: groups up to there were shown
   */
  public void groups(Consumer<Group> consumer) throws IOException {
    for (InternalCursor run : runs) {
      run.seekFirst();
    }
    for (Slice prefix = lowest(); prefix != null; prefix = lowest()) {
      consumer.accept(take(prefix));
    }
  }

  /** A copy of the lowest prefix that a run stands on; null: all are at their ends. */
  private @Nullable Slice lowest() {
    Slice lowest = null;
    for (InternalCursor run : runs) {
      if (run.valid() && (lowest == null || run.key().compareTo(lowest) < 0)) {
        lowest = run.key();
      }
    }
    return lowest == null
        ? null
        : Slice.copyOf(new Slice().set(lowest, 0, extractor.prefixLength(lowest)));
  }

  private Group take(Slice prefix) throws IOException {
    long entries = 0;
    long deletes = 0;
    long keyBytes = 0;
    long valueBytes = 0;
    long separatedBytes = 0;
    long blocks = 0;
    int in = 0;
    int inlineRuns = 0;
    for (InternalCursor run : runs) {
      long before = entries;
      boolean inline = false;
      boolean separated = false;
      while (run.valid() && belongs(run.key(), prefix)) {
        entries++;
        keyBytes += run.key().length();
        valueBytes += run.valueLength();
        if (run.separated()) {
          run.reference(reference);
          separatedBytes += run.valueLength();
          if (!separated || !reference.sameBlock(block)) {
            blocks++;
            block.set(reference);
          }
          separated = true;
        } else {
          deletes += run.kind() == EntryKind.DELETE ? 1 : 0;
          inline |= run.valueLength() > 0;
        }
        run.next();
      }
      in += entries > before ? 1 : 0;
      inlineRuns += inline ? 1 : 0;
    }
    return new Group(
        prefix, entries, deletes, keyBytes, valueBytes, separatedBytes, in, blocks, inlineRuns);
  }

  private boolean belongs(Slice key, Slice prefix) {
    return key.startsWith(prefix) && extractor.prefixLength(key) == prefix.length();
  }

  @Override
  public void close() {
    runs.forEach(InternalCursor::close);
    open.values().forEach(TableReader::close);
    runs.clear();
    open.clear();
  }
}
