package io.sheaf.cli.tail;

import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What the manifest of a store says now, which another process may have open.
 *
 * <p><em>Thread safety:</em> none.
 */
final class StoreTables {
  private static final int LOOKS = 3;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final FileSystem fileSystem;
  private final Path directory;
  private Version version = Version.empty();

  /** Reads the manifest. */
  StoreTables(FileSystem fileSystem, Path directory) throws IOException {
    this.fileSystem = fileSystem;
    this.directory = directory;
    read();
  }

  /**
   * Reads it again. Another process may exchange the manifest meanwhile, so what is not whole is
   * looked at again.
   *
   * @throws IOException when CURRENT or the manifest is damaged, or a log that it needs is missing
   */
  void read() throws IOException {
    for (int look = 1; ; look++) {
      StoreSurvey survey = StoreSurvey.of(fileSystem, directory, PrefixExtractors::resolve);
      try {
        survey.throwIfDamaged();
        survey.throwIfLogIsMissing();
        version = survey.version();
        return;
      } catch (IOException damaged) {
        if (look == LOOKS) {
          throw damaged;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Which store it is. */
  StoreId store() {
    return version.store();
  }

  /** Up to here, all is in SSTables. */
  long lastSequence() {
    return version.lastSequence();
  }

  /** Name of a table, or its number where there is none. */
  String name(int id) throws IOException {
    if (id == WriteBatch.MARK_TABLE) {
      return "mark";
    }
    TableState table = version.table(id);
    if (table == null && id >= version.nextTableId()) {
      read();
      table = version.table(id);
    }
    return table == null ? "#" + id : table.descriptor().name();
  }
}
