package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.MergingCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.SnapshotCursor;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.key.SharedPrefix;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.sstable.TableSource;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the cursor of a store is made of: the rows on top, the merge, and a cursor for each layer.
 * Used again from scan to scan, as making these objects takes longer than finding the first row.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Closed by its user; then it
 * holds nothing and may be opened again.
 */
final class Scan implements AutoCloseable {
  private final TableSource files;
  private final Statistics statistics;
  private final MergingCursor merged = new MergingCursor();
  private final SnapshotCursor rows = new SnapshotCursor(merged);
  private final SharedPrefix shared = new SharedPrefix();
  private final List<InternalCursor> layers = new ArrayList<>();
  private final List<RangeTombstones> tombstones = new ArrayList<>();
  private final List<RunCursor> runs = new ArrayList<>();
  private final List<InternalCursor> memtables = new ArrayList<>();

  Scan(TableSource files, Statistics statistics) {
    this.files = files;
    this.statistics = statistics;
  }

  /** The rows, as long as the scan is open. */
  SnapshotCursor rows() {
    return rows;
  }

  /** Begins; see {@link SnapshotCursor#open}. {@code view} stays until this is closed. */
  void open(
      ReadView view,
      TableDescriptor table,
      ScanBounds bounds,
      long snapshot,
      long expiredUpToMillis)
      throws IOException {
    assert layers.isEmpty() && tombstones.isEmpty();
    addMemtables(view, table.id(), bounds);
    TableState state = view.table(table.id());
    if (state != null) {
      addRuns(state.runs(), table.options().prefix(), bounds);
    }
    merged.open(layers, bounds.reverse());
    rows.open(bounds, snapshot, tombstones, expiredUpToMillis);
  }

  private void addMemtables(ReadView view, int tableId, ScanBounds bounds) {
    List<Generation> generations = view.generations();
    for (int i = 0; i < generations.size(); i++) {
      Generation.Part part = generations.get(i).part(tableId);
      if (part != null) {
        int number = layers.size();
        if (number < memtables.size()) {
          memtables.set(number, part.rows().cursor(bounds, memtables.get(number)));
        } else {
          memtables.add(part.rows().cursor(bounds));
        }
        layers.add(memtables.get(number));
        if (!part.tombstones().isEmpty()) {
          tombstones.addAll(part.tombstones().sets());
        }
      }
    }
  }

  private void addRuns(List<Run> present, PrefixExtractor extractor, ScanBounds bounds)
      throws IOException {
    Slice group = shared.of(bounds.lower(), bounds.upper(), extractor);
    for (int i = 0; i < present.size(); i++) {
      if (i == runs.size()) {
        runs.add(new RunCursor(files, statistics));
      }
      RunCursor cursor = runs.get(i);
      cursor.open(present.get(i), extractor, bounds, group);
      layers.add(cursor);
      addTombstones(present.get(i), bounds);
    }
  }

  private void addTombstones(Run run, ScanBounds bounds) throws IOException {
    Slice upper = bounds.upper();
    List<FileMetadata> runFiles = run.files();
    int first = bounds.lower() == null ? 0 : run.firstNotBelow(bounds.lower());
    for (int i = first; i < runFiles.size(); i++) {
      FileMetadata file = runFiles.get(i);
      if (upper != null && file.smallestKey().compareTo(upper) >= 0) {
        break;
      }
      if (file.rangeDeletes() > 0) {
        tombstones.add(files.reader(file).rangeTombstones());
      }
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).close();
    }
    rows.close();
    layers.clear();
    tombstones.clear();
  }
}
