package io.sheaf.bench.phase;

import io.sheaf.bench.engine.EngineSettings;
import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.cli.console.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A store for one phase, in a directory of its own below the store of the race, which is closed
 * meanwhile. It is removed in the end.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who opened it closes it.
 */
final class SideStore implements AutoCloseable {
  private final Path directory;
  private final RaceEngine engine;

  private SideStore(Path directory, RaceEngine engine) {
    this.directory = directory;
    this.engine = engine;
  }

  static SideStore open(
      RaceStore store, String name, long memoryBytes, long rows, Duration timeToLive)
      throws IOException {
    store.close();
    Path directory = store.settings().directory().resolve(name);
    DirectoryTree.remove(directory);
    Files.createDirectories(directory);
    EngineSettings settings =
        new EngineSettings(directory, memoryBytes, store.settings().synced(), rows, timeToLive);
    return new SideStore(directory, store.name().open(settings));
  }

  RaceEngine engine() {
    return engine;
  }

  /** Bytes in its files now, without what logs reserve. */
  long writtenBytes() throws IOException {
    return OccupiedBytes.written(directory);
  }

  @Override
  public void close() throws IOException {
    try {
      engine.close();
    } finally {
      DirectoryTree.remove(directory);
    }
  }
}
