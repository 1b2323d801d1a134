package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.sstable.TableBuilder;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sorted run, for flushes and merges alike: splits it into SSTables, and lets {@link
 * GroupSeparation} decide for each group which of its values go to value blocks.
 *
 * <p>All versions of a key are in one SSTable. Range tombstones are cut at the boundaries between
 * SSTables.
 *
 * <p>The SSTables get their names when all of the run is durable, its value files included: one
 * that a crash leaves refers to nothing that is not there, whoever finds it.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who asked for it closes it. Closed before
 * {@link #finish}, it deletes what it wrote.
 */
public final class RunBuilder implements AutoCloseable {
  /**
   * Where and how a run is written.
   *
   * @param fileSystem the door to the disk
   * @param directory directory of the store
   * @param fileNumbers gives a new file number at each call
   * @param table table of the run
   * @param policy what is separated
   * @param values keeps the separated values
   * @param level level of the files
   * @param oldestRun whether no older run holds a key of these: all rows of a group are at hand
   * @param compression of key files and value blocks
   * @param dictionary what key files and value blocks are compressed with; null: nothing
   * @param targetFileBytes size at which an SSTable is complete
   */
  public record Settings(
      FileSystem fileSystem,
      Path directory,
      LongSupplier fileNumbers,
      TableDescriptor table,
      SeparationPolicy policy,
      ValueStore values,
      int level,
      boolean oldestRun,
      Compression compression,
      @Nullable Dictionary dictionary,
      long targetFileBytes) {}

  /**
   * What was written.
   *
   * @param files SSTables in key order
   * @param valueFiles value files
   * @param rows entries
   * @param separatedRows of these, entries whose values lie in value files
   * @param rawValueBytes bytes of all values
   * @param rawSeparatedBytes of these, bytes that lie in value files
   */
  public record Result(
      List<FileMetadata> files,
      List<ValueFileMetadata> valueFiles,
      long rows,
      long separatedRows,
      long rawValueBytes,
      long rawSeparatedBytes) {
    /** Bytes of the SSTables. */
    public long keyFileBytes() {
      return files.stream().mapToLong(FileMetadata::sizeBytes).sum();
    }

    /** Bytes of the value files. */
    public long valueFileBytes() {
      return valueFiles.stream().mapToLong(ValueFileMetadata::sizeBytes).sum();
    }
  }

  private static final Slice NOTHING = new Slice();

  private final Settings settings;
  private final GroupSeparation separation;
  private final List<FileMetadata> files = new ArrayList<>();
  private List<ValueFileMetadata> valueFiles = List.of();
  private final Slice key = new Slice();
  private final Slice value = new Slice();
  private final ValueReference reference = new ValueReference();

  private List<RangeTombstone> tombstones = new ArrayList<>();
  private List<MergedRange> merged = List.of();
  private @Nullable Slice lastCut;
  private @Nullable TableBuilder table;
  private boolean ingested;
  private boolean finished;
  private long rows;
  private long separatedRows;
  private long rawValueBytes;
  private long rawSeparatedBytes;

  /** A builder of one run. */
  public RunBuilder(Settings settings) {
    this.settings = settings;
    this.separation =
        new GroupSeparation(
            settings.policy(),
            settings.table().options().prefix(),
            settings.values(),
            settings.table().id(),
            settings.compression(),
            settings.dictionary(),
            settings.oldestRun(),
            this::emit,
            this::pass);
  }

  /** Values in these value files are written anew instead of being referred to. */
  public void evacuate(Set<Long> valueFiles) {
    separation.evacuate(valueFiles);
  }

  /** Adds a range delete; all of them before the first entry. */
  public void addRangeTombstone(RangeTombstone tombstone) {
    tombstones.add(tombstone);
  }

  /**
   * Says that the entries, which have sequence number 0, get the one with which the manifest adds
   * the files; before the first entry.
   */
  public void setIngested() {
    ingested = true;
  }

  /** Says what the run replaces, in key order; before the first entry. */
  public void setMerged(List<MergedRange> ranges) {
    merged = List.copyOf(ranges);
  }

  /**
   * Appends {@code entry} with the sequence number {@code sequence}. Keys rise; versions of a key
   * come newest first.
   */
  public void add(Entry entry, long sequence) throws IOException {
    separation.add(entry, sequence);
  }

  /** Bytes written so far, roughly. */
  public long bytesWritten() {
    long bytes = separation.bytesWritten();
    for (FileMetadata file : files) {
      bytes += file.sizeBytes();
    }
    return table == null ? bytes : bytes + table.estimatedBytes();
  }

  /** Completes all files and makes them and their names durable, value files included. */
  public Result finish() throws IOException {
    separation.endGroup();
    valueFiles = separation.finish();
    if (table == null && !tombstones.isEmpty()) {
      openTable();
    }
    if (table != null) {
      closeTable(null);
    }
    if (!files.isEmpty()) {
      for (FileMetadata file : files) {
        settings.fileSystem().rename(unfinished(file.number()), complete(file.number()));
      }
      settings.fileSystem().syncDirectory(settings.directory());
    }
    finished = true;
    return new Result(
        List.copyOf(files), valueFiles, rows, separatedRows, rawValueBytes, rawSeparatedBytes);
  }

  @Override
  public void close() throws IOException {
    try (separation) {
      TableBuilder open = table;
      table = null;
      if (open != null) {
        open.close();
      }
      if (!finished) {
        finished = true;
        for (FileMetadata file : files) {
          deleteIfThere(unfinished(file.number()));
          deleteIfThere(complete(file.number()));
        }
        for (ValueFileMetadata file : valueFiles) {
          settings
              .fileSystem()
              .delete(settings.directory().resolve(settings.values().fileName(file.number())));
        }
      }
    }
  }

  private Path unfinished(long number) {
    return settings.directory().resolve(FileNames.ofUnfinished(FileKind.SSTABLE, number));
  }

  private Path complete(long number) {
    return settings.directory().resolve(FileNames.of(FileKind.SSTABLE, number));
  }

  private void deleteIfThere(Path file) throws IOException {
    if (settings.fileSystem().exists(file)) {
      settings.fileSystem().delete(file);
    }
  }

  /** Appends an entry whose value is inside. */
  private void pass(Entry entry, long sequence) throws IOException {
    Slice next = entry.key();
    TableBuilder target = tableFor(next);
    EntryKind kind = entry.kind();
    Slice inline = kind == EntryKind.DELETE ? NOTHING : entry.value();
    target.add(next, sequence, kind, entry.timeMillis(), inline);
    rows++;
    rawValueBytes += inline.length();
  }

  private void emit(RowBuffer buffer, int from, int to) throws IOException {
    for (int row = from; row < to; row++) {
      buffer.key(row, key);
      TableBuilder target = tableFor(key);
      rows++;
      rawValueBytes += buffer.isDelete(row) ? 0 : buffer.valueLength(row);
      if (buffer.isSeparated(row)) {
        separatedRows++;
        rawSeparatedBytes += buffer.valueLength(row);
        target.addReference(
            key, buffer.sequence(row), buffer.timeMillis(row), buffer.reference(row, reference));
      } else {
        target.add(
            key,
            buffer.sequence(row),
            buffer.kind(row),
            buffer.timeMillis(row),
            buffer.value(row, value));
      }
    }
  }

  /** The SSTable for an entry of {@code next}. */
  private TableBuilder tableFor(Slice next) throws IOException {
    TableBuilder open = table;
    if (open != null
        && open.estimatedBytes() >= settings.targetFileBytes()
        && !next.equals(open.lastKey())) {
      closeTable(next);
      open = null;
    }
    return open != null ? open : openTable();
  }

  private TableBuilder openTable() throws IOException {
    long number = settings.fileNumbers().getAsLong();
    TableBuilder opened =
        new TableBuilder(
            settings.fileSystem(),
            unfinished(number),
            number,
            settings.level(),
            settings.table(),
            settings.compression(),
            settings.dictionary(),
            ingested);
    table = opened;
    return opened;
  }

  /** Completes the open SSTable with its share of the tombstones: those before {@code next}. */
  private void closeTable(@Nullable Slice next) throws IOException {
    TableBuilder open = table;
    if (open == null) {
      return;
    }
    List<RangeTombstone> rest = new ArrayList<>();
    Slice cut = next == null ? null : Slice.copyOf(next);
    for (RangeTombstone tombstone : tombstones) {
      if (cut == null || tombstone.end().compareTo(cut) <= 0) {
        open.addRangeTombstone(tombstone);
      } else if (tombstone.start().compareTo(cut) >= 0) {
        rest.add(tombstone);
      } else {
        open.addRangeTombstone(new RangeTombstone(tombstone.start(), cut, tombstone.sequence()));
        rest.add(new RangeTombstone(cut, tombstone.end(), tombstone.sequence()));
      }
    }
    tombstones = rest;
    open.setMerged(MergedRange.between(merged, lastCut, cut));
    lastCut = cut;
    files.add(open.finish());
    open.close();
    table = null;
  }
}
