package io.sheaf.engine.verify;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import io.sheaf.lsm.version.TableState;
import io.sheaf.valuelog.ValueBlock;
import io.sheaf.valuelog.ValueFileReader;
import io.sheaf.valuelog.ValueFileTotals;
import java.io.IOException;

/**
 * Checks value files: against the manifest and what SSTables refer to, and with a deep check every
 * block.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class ValueFileCheck {
  private final FileSystem fileSystem;
  private final StoreSurvey survey;
  private final boolean deep;
  private final Findings findings;

  ValueFileCheck(FileSystem fileSystem, StoreSurvey survey, boolean deep, Findings findings) {
    this.fileSystem = fileSystem;
    this.survey = survey;
    this.deep = deep;
    this.findings = findings;
  }

  /** Checks a file that the manifest names. */
  void check(TableState table, ValueFileMetadata file) {
    String name = FileNames.of(FileKind.VALUES, file.number());
    if (!survey.has(FileKind.VALUES, file.number())) {
      findings.add(new Finding(name, 0, "is in the manifest, but there is no such file", null));
      return;
    }
    checkShares(name, table, file);
    try (ValueFileReader reader =
        ValueFileReader.open(
            fileSystem, survey.path(FileKind.VALUES, file.number()), file.number())) {
      long sizeBytes = fileSystem.size(survey.path(FileKind.VALUES, file.number()));
      if (sizeBytes != file.sizeBytes()) {
        findings.add(
            new Finding(
                name,
                Math.min(sizeBytes, file.sizeBytes()),
                "has " + sizeBytes + " bytes instead of " + file.sizeBytes(),
                null));
      }
      ValueFileTotals expected =
          new ValueFileTotals(
              file.tableId(), file.blocks(), file.rows(), file.rawBytes(), file.newestTimeMillis());
      checkTotals(name, reader, expected);
      if (deep) {
        checkBlocks(name, reader);
      }
    } catch (IOException e) {
      findings.add(name, e, null);
    }
  }

  /** Checks a file of which no manifest speaks. */
  void checkAlone(long number) {
    String name = FileNames.of(FileKind.VALUES, number);
    try (ValueFileReader reader =
        ValueFileReader.open(fileSystem, survey.path(FileKind.VALUES, number), number)) {
      reader.totals();
      if (deep) {
        checkBlocks(name, reader);
      }
    } catch (IOException e) {
      findings.add(name, e, null);
    }
  }

  /** SSTables cannot refer to more than there is. */
  private void checkShares(String name, TableState table, ValueFileMetadata file) {
    long rows = 0;
    long rawBytes = 0;
    for (var run : table.runs()) {
      for (var keyFile : run.files()) {
        for (ValueShare share : keyFile.shares()) {
          if (share.valueFile() == file.number()) {
            rows += share.rows();
            rawBytes += share.rawBytes();
          }
        }
      }
    }
    if (rows > file.rows() || rawBytes > file.rawBytes()) {
      findings.add(
          new Finding(
              name,
              0,
              "SSTables refer to "
                  + rows
                  + " rows of "
                  + rawBytes
                  + " bytes in it, but it has "
                  + file.rows()
                  + " of "
                  + file.rawBytes(),
              null));
    }
  }

  private void checkTotals(String name, ValueFileReader reader, ValueFileTotals expected) {
    try {
      ValueFileTotals found = reader.totals();
      if (!found.equals(expected)) {
        findings.add(
            new Finding(
                name,
                0,
                "is not what the manifest says: " + found + " instead of " + expected,
                null));
      }
    } catch (CorruptionException e) {
      findings.add(name, e, null);
    }
  }

  private void checkBlocks(String name, ValueFileReader reader) throws IOException {
    boolean more = true;
    while (more) {
      try {
        ValueBlock block = reader.next();
        more = block != null;
        if (more) {
          try (NativeBuffer values = reader.values()) {
            assert values.capacity() >= 0;
          }
        }
      } catch (CorruptionException e) {
        findings.add(name, e, null);
        more = reader.skipDamage() > 0;
      }
    }
  }
}
