package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for the value blocks that a scan will want before it comes to them. The runs of the key
 * block that the cursor is in say which they are, in either direction: with a limit of rows all
 * that the limit needs are asked for at once, without one a window that grows as the scan goes on.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Holds nothing.
 */
final class ValuePrefetch {
  private static final int FIRST_WINDOW_BLOCKS = 4;
  private static final int MAX_WINDOW_BLOCKS = 32;

  private ValueStore store;
  private ScanBounds bounds;
  private boolean reverse;
  private final RunReader look = new RunReader();
  private final ValueReference lastPlanned = new ValueReference();
  private int keyBlock;
  private int nextRun;
  private long plannedRows;
  private long rowsWanted;
  private int plannedBlocksAhead;
  private int windowBlocks;

  ValuePrefetch(ValueStore store, ScanBounds bounds) {
    open(store, bounds);
  }

  /** Serves another scan. */
  void open(ValueStore store, ScanBounds bounds) {
    this.store = store;
    this.bounds = bounds;
    this.reverse = bounds.reverse();
    restart();
  }

  /** The scan begins anew. */
  void restart() {
    keyBlock = -1;
    lastPlanned.fileNumber = -1;
    plannedBlocksAhead = 0;
    rowsWanted = bounds.limitRows();
    windowBlocks =
        bounds.limitRows() == ScanBounds.UNLIMITED ? FIRST_WINDOW_BLOCKS : MAX_WINDOW_BLOCKS;
  }

  /**
   * The value block of {@code row} of {@code run} is about to be read and is not in the cache: sees
   * to those behind it. Blocks that are cached are passed over in silence, so that a scan of cached
   * blocks asks for nothing.
   *
   * @param block number of the key block that {@code reader} shows
   * @param rowsBefore number of rows that the scan has passed
   */
  void beforeRead(int block, BlockReader reader, RunReader run, int row, long rowsBefore) {
    plannedBlocksAhead = Math.max(0, plannedBlocksAhead - 1);
    boolean anew = block != keyBlock || (reverse ? run.index() <= nextRun : run.index() >= nextRun);
    if (rowsBefore >= rowsWanted) {
      rowsWanted = rowsBefore + bounds.limitRows(); // rows were shadowed or deleted: as many again
    }
    if (anew) {
      keyBlock = block;
      nextRun = run.index();
      plannedRows = rowsBefore;
      plannedBlocksAhead = 0;
    } else if (plannedBlocksAhead >= windowBlocks / 2) {
      return;
    }
    List<ValueReference> wanted = plan(reader, run, row);
    if (wanted.size() > 1 || (!anew && !wanted.isEmpty())) {
      store.prefetch(wanted); // a single block that is read now anyhow is not worth a hand-over
    }
    plannedBlocksAhead += wanted.size();
    windowBlocks = Math.min(MAX_WINDOW_BLOCKS, windowBlocks * 2);
  }

  /** A block that was in the cache is about to be shown. */
  void passedCached() {
    plannedBlocksAhead = Math.max(0, plannedBlocksAhead - 1);
  }

  private List<ValueReference> plan(BlockReader reader, RunReader current, int row) {
    List<ValueReference> wanted = new ArrayList<>();
    while (nextRun >= 0
        && nextRun < reader.runs()
        && wanted.size() < windowBlocks
        && plannedRows < rowsWanted) {
      reader.openRun(nextRun, look);
      boolean here = nextRun == current.index();
      if (!here && past()) {
        break;
      }
      if (look.separated() && !look.block().sameBlock(lastPlanned)) {
        lastPlanned.set(look.block());
        wanted.add(new ValueReference().set(lastPlanned));
      }
      int rows = look.rows();
      plannedRows += !here ? rows : reverse ? row + 1 : rows - row;
      nextRun += reverse ? -1 : 1;
    }
    return wanted;
  }

  /** Whether all rows of the run lie past the end of the scan. */
  private boolean past() {
    Slice end = reverse ? bounds.lower() : bounds.upper();
    if (end == null) {
      return false;
    }
    return reverse ? look.compareKey(look.rows() - 1, end) < 0 : look.compareKey(0, end) >= 0;
  }
}
