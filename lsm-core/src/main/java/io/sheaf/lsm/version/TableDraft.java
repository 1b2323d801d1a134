package io.sheaf.lsm.version;

import io.sheaf.lsm.value.ValueFileMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One table while an edit is applied to it. Runs that the edit does not touch are taken over as
 * they are.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for what is not there or there already.
 */
final class TableDraft {
  private static final Comparator<FileMetadata> KEY_ORDER =
      Comparator.comparing(FileMetadata::smallestKey).thenComparing(FileMetadata::largestKey);

  private final TableState base;
  private final Map<Long, Map<Long, FileMetadata>> touchedRuns = new HashMap<>();
  private @Nullable Map<Long, ValueFileMetadata> changedValueFiles;
  private TableDescriptor descriptor;

  TableDraft(TableState base) {
    this.base = base;
    this.descriptor = base.descriptor();
  }

  void alter(TableDescriptor descriptor) {
    this.descriptor = descriptor;
  }

  void addFile(long runId, FileMetadata file) {
    if (file.smallestKey().compareTo(file.largestKey()) > 0) {
      throw new IllegalArgumentException(
          "SSTable " + file.number() + " ends with a key below the one it begins with");
    }
    touched(runId).put(file.number(), file);
  }

  FileMetadata removeFile(long runId, long number) {
    FileMetadata removed = touched(runId).remove(number);
    if (removed == null) {
      throw new IllegalArgumentException(
          "SSTable " + number + " is not in run " + runId + " of " + described());
    }
    return removed;
  }

  void addValueFile(ValueFileMetadata file) {
    valueFilesToChange().put(file.number(), file);
  }

  void removeValueFile(long number) {
    if (valueFilesToChange().remove(number) == null) {
      throw new IllegalArgumentException("value file " + number + " is not one of " + described());
    }
  }

  boolean hasValueFile(long number) {
    return valueFiles().containsKey(number);
  }

  /** The table as an error names it. */
  String described() {
    return "table " + descriptor.id() + " ('" + descriptor.name() + "')";
  }

  /** The table after the edit. */
  TableState build() {
    List<Run> runs = new ArrayList<>();
    for (Run run : base.runs()) {
      if (!touchedRuns.containsKey(run.id())) {
        runs.add(run);
      }
    }
    touchedRuns.forEach((id, files) -> {
      if (!files.isEmpty()) {
        List<FileMetadata> inOrder = new ArrayList<>(files.values());
        inOrder.sort(KEY_ORDER);
        runs.add(new Run(id, inOrder));
      }
    });
    runs.sort(Comparator.comparingLong(Run::id).reversed());
    return new TableState(descriptor, runs, valueFiles());
  }

  private Map<Long, FileMetadata> touched(long runId) {
    return touchedRuns.computeIfAbsent(
        runId,
        id -> {
          Map<Long, FileMetadata> files = new LinkedHashMap<>();
          for (Run run : base.runs()) {
            if (run.id() == id) {
              run.files().forEach(file -> files.put(file.number(), file));
            }
          }
          return files;
        });
  }

  private Map<Long, ValueFileMetadata> valueFiles() {
    return changedValueFiles == null ? base.valueFiles() : changedValueFiles;
  }

  private Map<Long, ValueFileMetadata> valueFilesToChange() {
    if (changedValueFiles == null) {
      changedValueFiles = new HashMap<>(base.valueFiles());
    }
    return changedValueFiles;
  }
}
