package io.sheaf.engine.compact;

import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.wal.LogSequence;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The store that is compacted, with all its writes in SSTables.
 *
 * @param directory where it is
 * @param version its state
 * @param nextFileNumber what its manifest gives to the next file
 * @param logs numbers of its logs, with no write in them that is not in SSTables
 * @param freeNumber above that, and above the numbers of all files that are there
 */
record SourceStore(
    Path directory, Version version, List<Long> logs, long nextFileNumber, long freeNumber) {
  private static final DbOptions OPTIONS =
      DbOptions.DEFAULT
          .withCreateIfMissing(false)
          .withMemory(256L << 20, 192L << 20)
          .withScrubBytesPerSecond(0)
          .withLogRetention(LogRetention.AS_FOUND);

  /**
   * Brings what is only in the logs into SSTables, as any opening of the store may; where nothing
   * is, the store stays untouched.
   */
  static void flushLogs(Components parts, Path directory) throws IOException {
    if (!survey(parts, directory).hasWritesInLogs(parts.fileSystem())) {
      return;
    }
    try (Db db = Db.open(directory, OPTIONS, parts.withCompactors(NoCompaction::new))) {
      db.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the log was read", e);
    }
  }

  /**
   * The store in {@code directory}, whose lock the caller holds.
   *
   * @throws IOException when it is damaged, or was written to since its logs were read
   */
  static SourceStore read(Components parts, Path directory) throws IOException {
    Survey survey = survey(parts, directory);
    if (survey.hasWritesInLogs(parts.fileSystem())) {
      throw new IOException(directory + " was written to meanwhile; try again");
    }
    long next = survey.found().manifest().nextFileNumber();
    long free = next;
    for (Numbered file : survey.found().files()) {
      free = Math.max(free, file.number() + 1);
    }
    return new SourceStore(
        directory, survey.found().version(), survey.found().numbers(FileKind.LOG), next, free);
  }

  private static Survey survey(Components parts, Path directory) throws IOException {
    FileSystem fileSystem = parts.fileSystem();
    if (!fileSystem.exists(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    StoreSurvey survey = StoreSurvey.of(fileSystem, directory, parts.extractors());
    survey.throwIfDamaged();
    survey.throwIfLogIsMissing();
    return new Survey(survey);
  }

  private record Survey(StoreSurvey found) {
    boolean hasWritesInLogs(FileSystem fileSystem) throws IOException {
      long oldest = Math.max(1, found.version().logNumber());
      try (LogSequence logs =
          new LogSequence(
              fileSystem, found.directory(), found.version().store(), found.logs(), oldest)) {
        while (logs.next()) {
          long last = logs.record().firstSequence() + logs.record().entryCount() - 1;
          if (last > found.version().lastSequence()) { // else the mark of ingested files
            return true;
          }
        }
      }
      return false;
    }
  }
}
