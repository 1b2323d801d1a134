package io.sheaf.engine.verify;

import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LogOwner;
import io.sheaf.engine.inspect.LogPayload;
import io.sheaf.engine.inspect.LogSalvage;
import io.sheaf.engine.inspect.OwnTrouble;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.version.StoreDirectory;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogSequence;
import java.io.IOException;
import java.util.List;

/**
 * Checks the logs that a store needs: all that an opening reads of them, which it may refuse, and
 * with a deep check every record beyond the place where that would end too.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class LogCheck {
  private final FileSystem fileSystem;
  private final StoreSurvey survey;
  private final boolean deep;
  private final Findings findings;
  private long writes;

  LogCheck(FileSystem fileSystem, StoreSurvey survey, boolean deep, Findings findings) {
    this.fileSystem = fileSystem;
    this.survey = survey;
    this.deep = deep;
    this.findings = findings;
  }

  /**
   * Checks these logs, in rising order.
   *
   * @throws IOException when one cannot be opened for a reason that is no damage
   */
  void check(List<Long> logs) throws IOException {
    survey.missingLog(false).ifPresent(findings::add);
    if (deep) {
      salvage(logs);
    } else {
      for (Long log : logs) {
        checkHeader(log, log.equals(logs.getLast()));
      }
    }
    if (survey.whole()) {
      checkAsAnOpeningDoes(logs);
    }
  }

  /** How many writes of the logs an opening replays, as far as it goes. */
  long writes() {
    return writes;
  }

  private void salvage(List<Long> logs) throws IOException {
    Version version = survey.version();
    new LogSalvage(
            fileSystem,
            survey.directory(),
            LogOwner.of(fileSystem, survey),
            survey.whole() ? version.lastSequence() + 1 : 0,
            findings,
            findings)
        .read(logs, record -> checkPayload(version, record));
  }

  private void checkHeader(long number, boolean last) throws IOException {
    try {
      if (last && LogReader.neverBegun(fileSystem, survey.directory(), number)) {
        return; // a process was ended before it wrote anything there
      }
      checkHeader(number);
    } catch (IOException e) {
      add(number, e);
    }
  }

  private void checkHeader(long number) throws IOException {
    try (LogReader reader =
        LogReader.open(fileSystem, survey.directory(), survey.version().store(), number)) {
      assert reader.number() == number;
    }
  }

  private void checkPayload(Version version, LogReader record) throws CorruptionException {
    int nextTable = survey.whole() ? version.nextTableId() : Integer.MAX_VALUE;
    LogPayload.check(survey.directory(), record, nextTable);
  }

  /** What an opening refuses must be among the findings, whatever else is. */
  private void checkAsAnOpeningDoes(List<Long> logs) throws IOException {
    StoreId said = survey.version().store();
    StoreId store = said.isKnown() ? said : StoreId.forLaterFiles();
    if (areOf(store)) {
      read(store, logs);
    }
  }

  /** Whether all logs that are there are of the store, needed or not. */
  private boolean areOf(StoreId store) throws IOException {
    boolean own = true;
    for (Numbered file : survey.files()) {
      try {
        StoreDirectory.checkLogs(fileSystem, survey.directory(), List.of(file), store);
      } catch (IOException e) {
        add(file.number(), e);
        own = false;
      }
    }
    return own;
  }

  private void read(StoreId store, List<Long> logs) throws IOException {
    Version version = survey.version();
    long oldest = Math.max(1, version.logNumber());
    try (LogSequence sequence =
        new LogSequence(fileSystem, survey.directory(), store, logs, oldest)) {
      try {
        long lastSequence = version.lastSequence();
        while (sequence.next()) {
          LogReader record = sequence.record();
          checkPayload(version, record);
          if (record.lastSequence() > version.lastSequence()) { // else a mark of ingested files
            record.checkFollows(lastSequence);
            lastSequence = record.lastSequence();
            writes += record.entryCount();
          }
        }
      } catch (IOException e) {
        add(sequence.number(), e);
      }
    }
  }

  private void add(long log, IOException failure) throws IOException {
    OwnTrouble.throwIfSo(failure);
    findings.add(FileNames.of(FileKind.LOG, log), failure, null);
  }
}
