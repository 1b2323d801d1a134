package io.sheaf.engine.verify;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Checks a store that is not open, and changes nothing in it: every file, reference and count, and
 * reports all that is wrong with file and offset.
 *
 * <p>A plain check reads what files say of themselves: CURRENT, the manifest, headers, indexes,
 * filters, properties and footers, and compares it with the manifest; and the logs, as an opening
 * does. A deep one also reads every block and every row with its value, and counts all anew.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class StoreVerifier {
  private final Components parts;
  private final Path directory;
  private final boolean deep;
  private final Consumer<String> progress;
  private final Findings findings = new Findings();
  private int keyFiles;
  private int valueFiles;
  private long rows;

  private StoreVerifier(Components parts, Path directory, boolean deep, Consumer<String> progress) {
    this.parts = parts;
    this.directory = directory;
    this.deep = deep;
    this.progress = progress;
  }

  /**
   * Checks the store in {@code directory}.
   *
   * @param deep whether to read every block and row
   * @param progress is told the name of each file before it is checked
   * @throws io.sheaf.lsm.io.StoreInUseException when it is open
   * @throws IOException when there is no store, its directory cannot be read, or a log cannot be
   *     opened for a reason that is no damage
   */
  public static VerifyReport verify(
      Components parts, Path directory, boolean deep, Consumer<String> progress)
      throws IOException {
    try (FileSystem.FileLock _ =
        parts.fileSystem().lockForReading(directory.resolve(FileNames.LOCK))) {
      return new StoreVerifier(parts, directory, deep, progress).verify();
    }
  }

  private VerifyReport verify() throws IOException {
    StoreSurvey survey = StoreSurvey.of(parts.fileSystem(), directory, parts.extractors());
    survey.findings().forEach(findings::add);
    try (StoreFileReaders readers =
        new StoreFileReaders(
            parts,
            directory,
            () -> {
              throw new IllegalStateException("a check writes no files");
            })) {
      KeyFileCheck keys = new KeyFileCheck(readers, deep, findings);
      ValueFileCheck values = new ValueFileCheck(parts.fileSystem(), survey, deep, findings);
      for (TableState table : survey.version().tablesInOrder().values()) {
        for (Run run : table.runs()) {
          for (FileMetadata file : run.files()) {
            check(survey, keys, table, file);
          }
        }
        table
            .valueFilesInOrder()
            .values()
            .forEach(file -> {
              progress.accept(FileNames.of(FileKind.VALUES, file.number()));
              values.check(table, file);
              valueFiles++;
            });
      }
      checkUnknown(survey, keys, values);
      rows = keys.rows();
    }
    List<Long> logs = survey.logs();
    progress.accept("logs");
    LogCheck log = new LogCheck(parts.fileSystem(), survey, deep, findings);
    log.check(logs);
    List<Finding> found = findings.all();
    return new VerifyReport(
        deep,
        survey.version().tables().size(),
        keyFiles,
        valueFiles,
        logs.size(),
        log.writes(),
        rows,
        found.isEmpty() ? leftOver(survey) : List.of(), // or all that holds some rows
        found);
  }

  private void check(StoreSurvey survey, KeyFileCheck keys, TableState table, FileMetadata file) {
    progress.accept(FileNames.of(FileKind.SSTABLE, file.number()));
    keys.check(table.descriptor(), file, survey.has(FileKind.SSTABLE, file.number()));
    keyFiles++;
  }

  /** Where the manifest is damaged, files that it does not name may be the store's all the same. */
  private void checkUnknown(StoreSurvey survey, KeyFileCheck keys, ValueFileCheck values) {
    if (survey.whole()) {
      return;
    }
    Set<Numbered> named = survey.named();
    for (Numbered file : survey.files()) {
      if (named.contains(file) || survey.manifest().removed().contains(file)) {
        continue;
      }
      progress.accept(FileNames.of(file.kind(), file.number()));
      switch (file.kind()) {
        case SSTABLE -> {
          keys.checkAlone(file.number(), parts.extractors());
          keyFiles++;
        }
        case VALUES -> {
          values.checkAlone(file.number());
          valueFiles++;
        }
        case LOG, MANIFEST -> {} // looked at elsewhere
      }
    }
  }

  private static List<String> leftOver(StoreSurvey survey) {
    Set<Numbered> named = survey.named();
    List<String> leftOver = new ArrayList<>(survey.unfinished());
    for (Numbered file : survey.files()) {
      boolean table = file.kind() == FileKind.SSTABLE || file.kind() == FileKind.VALUES;
      if (table && !named.contains(file)) {
        leftOver.add(FileNames.of(file.kind(), file.number()));
      }
    }
    return leftOver;
  }
}
