package io.sheaf.bench.phase;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.engine.EngineSettings;
import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.cli.measure.PageCache;
import io.sheaf.cli.measure.ReadCheck;
import io.sheaf.cli.measure.RowChanges;
import io.sheaf.testdata.StandardWorkload;
import io.sheaf.testdata.UserRows;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The store that all phases go on with, and what must be in it.
 *
 * <p><em>Thread safety:</em> none; {@link #newCheck} may be called by any thread while nothing
 * changes.
 *
 * <p><em>Ownership:</em> who made it closes it.
 */
final class RaceStore implements AutoCloseable {
  private final EngineName name;
  private final EngineSettings settings;
  private final int batchRows;
  private final Tempo tempo;
  private StandardWorkload workload;
  private long userBytes;
  private RowChanges changes = RowChanges.NONE;
  private @Nullable UserRows userRows;
  private @Nullable RaceEngine engine;

  RaceStore(
      EngineName name,
      EngineSettings settings,
      StandardWorkload workload,
      int batchRows,
      Tempo tempo) {
    this.name = name;
    this.settings = settings;
    this.workload = workload;
    this.batchRows = batchRows;
    this.tempo = tempo;
  }

  EngineName name() {
    return name;
  }

  EngineSettings settings() {
    return settings;
  }

  /** Rows in a batch. */
  int batchRows() {
    return batchRows;
  }

  Tempo tempo() {
    return tempo;
  }

  /** The rows that are in the store, or that are to be loaded. */
  StandardWorkload workload() {
    return workload;
  }

  /** Bytes of keys and values of the rows in the store. */
  long userBytes() {
    return userBytes;
  }

  RowChanges changes() {
    return changes;
  }

  /** The open engine: opened if it is not. */
  RaceEngine engine() throws IOException {
    RaceEngine open = engine;
    if (open == null) {
      open = name.open(settings);
      engine = open;
    }
    return open;
  }

  /**
   * Closes the engine, drops the page cache, and opens the engine anew.
   *
   * @return whether the page cache could be dropped
   */
  boolean reopenCold() throws IOException {
    close();
    boolean dropped = PageCache.drop(settings.directory());
    engine();
    return dropped;
  }

  /**
   * Closes the engine and tells the room that it takes then: an open one reserves room for its log,
   * the more, the larger its write buffers.
   */
  long occupiedBytesClosed() throws IOException {
    close();
    return OccupiedBytes.of(settings.directory());
  }

  /** The rows of {@code written} are in the store now, and nothing else. */
  void holds(StandardWorkload written, long bytes) {
    workload = written;
    userBytes = bytes;
    userRows = null;
  }

  /** Some of the rows have changed. */
  void changed(RowChanges made, long bytes) {
    changes = made;
    userBytes = bytes;
  }

  /** Which rows each user has. */
  UserRows userRows() {
    UserRows rows = userRows;
    if (rows == null) {
      rows = new UserRows(workload);
      userRows = rows;
    }
    return rows;
  }

  /** A check of reads, for one thread. */
  ReadCheck newCheck() {
    return new ReadCheck(workload, userRows(), changes);
  }

  /** Closes the engine. It is opened again when it is asked for. */
  @Override
  public void close() throws IOException {
    RaceEngine open = engine;
    engine = null;
    if (open != null) {
      open.close();
    }
  }
}
