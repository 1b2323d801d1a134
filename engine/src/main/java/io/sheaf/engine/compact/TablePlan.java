package io.sheaf.engine.compact;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is merged of one table, and what stays as it is. Whole files are merged, with all files that
 * overlap them: so no older version of a merged key is left anywhere, and deletes can go.
 *
 * @param before the table as it is
 * @param after its name and options from now on
 * @param merged runs of the files that are merged, newest first
 * @param kept runs of the files that stay, newest first
 * @param compression of what is written
 * @param written the options that the new files are written by
 */
record TablePlan(
    TableState before,
    TableDescriptor after,
    List<Run> merged,
    List<Run> kept,
    Compression compression,
    TableOptions written) {
  /** Copies the lists. */
  TablePlan {
    merged = List.copyOf(merged);
    kept = List.copyOf(kept);
  }

  static TablePlan of(TableState table, CompactionRequest request) {
    TableDescriptor old = table.descriptor();
    TableOptions options = request.altered().apply(old.options());
    CompactionRequest.Form form = request.form();
    Compression compression =
        form.compression() == null ? options.bottomCompression() : form.compression();
    int block =
        form.targetBlockBytes() == CompactionRequest.AS_THE_TABLE
            ? options.valueBlockBytes()
            : form.targetBlockBytes();
    int dictionary =
        form.dictionaryBytes() == CompactionRequest.AS_THE_TABLE
            ? options.dictionaryBytes()
            : form.dictionaryBytes();
    Set<Long> chosen = chosen(table, request);
    List<Run> merged = new ArrayList<>();
    List<Run> kept = new ArrayList<>();
    for (Run run : table.runs()) {
      List<FileMetadata> in = new ArrayList<>();
      List<FileMetadata> out = new ArrayList<>();
      run.files().forEach(file -> (chosen.contains(file.number()) ? in : out).add(file));
      if (!in.isEmpty()) {
        merged.add(new Run(run.id(), in));
      }
      if (!out.isEmpty()) {
        kept.add(new Run(run.id(), out));
      }
    }
    return new TablePlan(
        table,
        new TableDescriptor(old.id(), old.name(), options),
        merged,
        kept,
        compression,
        options.withBlockBytes(block, options.keyBlockBytes()).withDictionaryBytes(dictionary));
  }

  /** Files in the range, and those that overlap them, and those that overlap these. */
  private static Set<Long> chosen(TableState table, CompactionRequest request) {
    Set<Long> chosen = new HashSet<>();
    Slice lower = request.range().lower();
    Slice upper = request.range().upper();
    Slice from = null;
    Slice to = null;
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Run run : table.runs()) {
        for (FileMetadata file : run.files()) {
          boolean inRange =
              (lower == null || file.largestKey().compareTo(lower) >= 0)
                  && (upper == null || file.smallestKey().compareTo(upper) < 0);
          boolean overlaps =
              from != null
                  && to != null
                  && file.smallestKey().compareTo(to) <= 0
                  && file.largestKey().compareTo(from) >= 0;
          if ((inRange || overlaps) && chosen.add(file.number())) {
            grown = true;
            from =
                from == null || file.smallestKey().compareTo(from) < 0 ? file.smallestKey() : from;
            to = to == null || file.largestKey().compareTo(to) > 0 ? file.largestKey() : to;
          }
        }
      }
    }
    return chosen;
  }

  /** The files that are merged. */
  List<FileMetadata> files() {
    return merged.stream().flatMap(run -> run.files().stream()).toList();
  }

  /** Bytes of keys and values in {@code file}. */
  static long userBytes(FileMetadata file) {
    return file.rawKeyBytes() + file.inlineBytes() + file.separatedBytes();
  }

  /** Bytes of keys and values in the files that are merged. */
  long userBytes() {
    return files().stream().mapToLong(TablePlan::userBytes).sum();
  }

  /** Bytes of the files that are merged, and of what they refer to in value files. */
  long liveStoredBytes() {
    long bytes = 0;
    for (FileMetadata file : files()) {
      bytes += file.sizeBytes();
      for (FileMetadata.ValueShare share : file.shares()) {
        ValueFileMetadata values = before.valueFiles().get(share.valueFile());
        if (values != null && values.rawBytes() > 0) {
          bytes += (long) ((double) share.rawBytes() / values.rawBytes() * values.sizeBytes());
        }
      }
    }
    return bytes;
  }

  /** Bytes of the SSTables that are merged, and of the value files that no other one refers to. */
  long storedBytes() {
    Set<Long> shared = new HashSet<>();
    for (Run run : kept) {
      for (FileMetadata file : run.files()) {
        file.shares().forEach(share -> shared.add(share.valueFile()));
      }
    }
    long bytes = files().stream().mapToLong(FileMetadata::sizeBytes).sum();
    for (ValueFileMetadata values : before.valueFiles().values()) {
      bytes += shared.contains(values.number()) ? 0 : values.sizeBytes();
    }
    return bytes;
  }

  /** Bytes that the new files will take, at most and about. */
  long neededBytes() {
    return switch (compression.codec()) {
      case NONE -> userBytes();
      case LZ4 -> Math.max(liveStoredBytes(), userBytes() / 3 * 2);
      case ZSTD -> liveStoredBytes();
    };
  }

  /** All that decides what the new files hold, as text. */
  String describe() {
    StringBuilder text = new StringBuilder();
    text.append("table ").append(after.id()).append(' ').append(after.name()).append('\n');
    text.append("from ").append(describe(before.descriptor().options())).append('\n');
    text.append("to ").append(describe(written)).append(' ').append(compression).append('\n');
    describe("merge", merged, text);
    describe("keep", kept, text);
    return text.toString();
  }

  private static void describe(String what, List<Run> runs, StringBuilder text) {
    for (Run run : runs) {
      text.append(what).append(" run ").append(run.id()).append(':');
      run.files().forEach(file -> text.append(' ').append(file.number()));
      text.append('\n');
    }
  }

  private static String describe(TableOptions options) {
    return String.format(
        Locale.ROOT,
        "prefix %s, separation %d, value block %d, key block %d, %s, bottom %s, dictionary %d,"
            + " ttl %d",
        options.prefix().name(),
        options.separationBytes(),
        options.valueBlockBytes(),
        options.keyBlockBytes(),
        options.compression(),
        options.bottomCompression(),
        options.dictionaryBytes(),
        options.ttlMillis());
  }

  /** The table with these files in the place of those that are merged. */
  TableState with(TableState produced, long newRun) {
    List<FileMetadata> files = new ArrayList<>();
    produced.runs().forEach(run -> files.addAll(run.files()));
    List<Run> runs = new ArrayList<>(kept);
    long runId = newRun;
    if (!runs.isEmpty()) {
      Run oldest = runs.removeLast();
      runId = oldest.id();
      files.addAll(oldest.files());
    }
    files.sort((left, right) -> left.smallestKey().compareTo(right.smallestKey()));
    if (!files.isEmpty()) {
      runs.add(new Run(runId, files));
    }
    Map<Long, ValueFileMetadata> values = new HashMap<>(produced.valueFiles());
    for (Run run : kept) {
      for (FileMetadata file : run.files()) {
        for (FileMetadata.ValueShare share : file.shares()) {
          ValueFileMetadata shared = before.valueFiles().get(share.valueFile());
          if (shared != null) {
            values.put(share.valueFile(), shared);
          }
        }
      }
    }
    return new TableState(after, runs, values);
  }
}
