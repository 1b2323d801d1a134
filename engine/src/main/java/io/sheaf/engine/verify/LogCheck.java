package io.sheaf.engine.verify;

import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LogOwner;
import io.sheaf.engine.inspect.LogSalvage;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogSequence;
import java.io.IOException;
import java.util.List;

/**
 * Checks the logs that a store needs: their headers, and with a deep check every record, in the way
 * of an opening and beyond the place where that would end.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class LogCheck {
  private final FileSystem fileSystem;
  private final StoreSurvey survey;
  private final boolean deep;
  private final Findings findings;

  LogCheck(FileSystem fileSystem, StoreSurvey survey, boolean deep, Findings findings) {
    this.fileSystem = fileSystem;
    this.survey = survey;
    this.deep = deep;
    this.findings = findings;
  }

  /** Checks these logs, in rising order. */
  void check(List<Long> logs) throws IOException {
    Version version = survey.version();
    survey.missingLog(false).ifPresent(findings::add);
    if (!deep) {
      for (Long log : logs) {
        checkHeader(log, log.equals(logs.getLast()));
      }
      return;
    }
    new LogSalvage(
            fileSystem,
            survey.directory(),
            LogOwner.of(fileSystem, survey),
            survey.whole() ? version.lastSequence() + 1 : 0,
            findings,
            findings)
        .read(logs, record -> checkPayload(version, record));
    if (survey.whole()) {
      readAsAnOpeningDoes(logs, version.logNumber());
    }
  }

  private void checkHeader(long number, boolean last) {
    try {
      if (last && LogReader.neverBegun(fileSystem, survey.directory(), number)) {
        return; // a process was ended before it wrote anything there
      }
      checkHeader(number);
    } catch (IOException e) {
      findings.add(FileNames.of(FileKind.LOG, number), e, null);
    }
  }

  private void checkHeader(long number) throws IOException {
    try (LogReader reader =
        LogReader.open(fileSystem, survey.directory(), survey.version().store(), number)) {
      assert reader.number() == number;
    }
  }

  private void checkPayload(Version version, LogReader record) throws CorruptionException {
    Slice payload = record.payload();
    Changes changes = new Changes();
    String file = survey.path(FileKind.LOG, record.number()).toString();
    try {
      WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), changes);
    } catch (MalformedException e) {
      throw new CorruptionException(
          file, record.offset(), "batches of writes", String.valueOf(e.getMessage()));
    }
    if (changes.count != record.entryCount()) {
      throw new CorruptionException(
          file, record.offset(), record.entryCount() + " writes", changes.count + " writes");
    }
    if (survey.whole() && changes.highestTable >= version.nextTableId()) {
      throw new CorruptionException(
          file,
          record.offset(),
          "writes to tables below " + version.nextTableId(),
          "a write to table " + changes.highestTable + ", which the manifest does not know");
    }
  }

  /** What an opening refuses must be among the findings, whatever else is. */
  private void readAsAnOpeningDoes(List<Long> logs, long oldestNeeded) throws IOException {
    try (LogSequence sequence =
        new LogSequence(
            fileSystem,
            survey.directory(),
            survey.version().store(),
            logs,
            Math.max(1, oldestNeeded))) {
      while (sequence.next()) {
        assert sequence.record().entryCount() > 0;
      }
    } catch (IOException e) {
      findings.add(FileNames.of(FileKind.LOG, oldestNeeded), e, null);
    }
  }

  /** Counts the changes of a record. */
  private static final class Changes implements WriteBatch.Visitor {
    private long count;
    private int highestTable;

    @Override
    public void put(int tableId, Slice key, Slice value) {
      count(tableId);
    }

    @Override
    public void delete(int tableId, Slice key) {
      count(tableId);
    }

    @Override
    public void deleteRange(int tableId, Slice from, Slice to) {
      count(tableId);
    }

    private void count(int tableId) {
      count++;
      highestTable = Math.max(highestTable, tableId);
    }
  }
}
