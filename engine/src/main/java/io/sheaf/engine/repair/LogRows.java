package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.LogPayload;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.db.IngestMark;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.RangeTombstoneBuffer;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.wal.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The writes of logs, by table: in memtables, and in SSTables of the new store's directory when
 * those have taken their memory.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Who made it closes it; what it wrote stays.
 */
final class LogRows implements AutoCloseable {
  private static final ScanBounds ALL =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, false);

  private final Path directory;
  private final MemTable.Factory factory;
  private final IntFunction<@Nullable TableDescriptor> tables;
  private final Function<TableDescriptor, RunBuilder> builders;
  private final long mostBytes;
  private final ChunkPool chunks;
  private final Map<Integer, Filling> filling = new HashMap<>();
  private final Map<Integer, Long> lastWrites = new HashMap<>();

  /** By what a mark says, the last writes before it. */
  private final Map<IngestMark, Map<Integer, Long>> marks = new HashMap<>();

  private final Map<Integer, List<List<FileMetadata>>> written = new HashMap<>();
  private final Map<Integer, List<RangeTombstone>> tombstones = new HashMap<>();
  private long lastSequence;
  private long lastTimeMillis;

  /** What is in memory of a table. */
  private record Filling(TableDescriptor table, MemTable rows, RangeTombstoneBuffer tombstones) {}

  /**
   * Without writes.
   *
   * @param directory the damaged store, for errors
   * @param tables the table of a number; null: its writes are not wanted
   * @param builders makes builders of SSTables that keep their values inside
   * @param mostBytes memory that memtables may take, in bytes
   */
  LogRows(
      Path directory,
      MemTable.Factory factory,
      IntFunction<@Nullable TableDescriptor> tables,
      Function<TableDescriptor, RunBuilder> builders,
      long mostBytes,
      MemoryBudget budget) {
    this.directory = directory;
    this.factory = factory;
    this.tables = tables;
    this.builders = builders;
    this.mostBytes = mostBytes;
    this.chunks = new ChunkPool(budget, mostBytes);
  }

  /**
   * Takes the writes of a record.
   *
   * @throws CorruptionException when it holds none; none of it is taken then
   */
  void add(LogReader record) throws IOException {
    LogPayload.check(directory, record);
    if (record.firstSequence() <= lastSequence) {
      writeOut(); // a memtable wants rising sequence numbers
    }
    Slice payload = record.payload();
    Applier applier = new Applier(record.firstSequence() - 1, record.writeTimeMillis());
    WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), applier);
    lastSequence = Math.max(lastSequence, applier.sequence);
    lastTimeMillis = Math.max(lastTimeMillis, record.writeTimeMillis());
    if (filling.values().stream().mapToLong(table -> table.rows().memoryBytes()).sum()
        > mostBytes) {
      writeOut();
    }
  }

  /** Puts the changes of a record into the memtables of their tables. */
  private final class Applier implements WriteBatch.Visitor {
    private final long timeMillis;
    private final Slice nothing = new Slice();
    private long sequence;

    Applier(long lastSequence, long timeMillis) {
      this.sequence = lastSequence;
      this.timeMillis = timeMillis;
    }

    @Override
    public void put(int tableId, Slice key, Slice value) {
      add(tableId, EntryKind.PUT, key, value);
    }

    @Override
    public void delete(int tableId, Slice key) {
      add(tableId, EntryKind.DELETE, key, nothing);
    }

    @Override
    public void deleteRange(int tableId, Slice from, Slice to) {
      sequence++;
      noteWrite(tableId, sequence, from);
      Filling table = fillingOf(tableId);
      if (table != null) {
        table.tombstones().add(new RangeTombstone(Slice.copyOf(from), Slice.copyOf(to), sequence));
      }
    }

    private void add(int tableId, EntryKind kind, Slice key, Slice value) {
      sequence++;
      noteWrite(tableId, sequence, key);
      Filling table = fillingOf(tableId);
      if (table != null) {
        table.rows().add(sequence, kind, timeMillis, key, value);
      }
    }
  }

  private void noteWrite(int tableId, long sequence, Slice key) {
    if (tableId == WriteBatch.MARK_TABLE) {
      marks.put(new IngestMark(Slice.copyOf(key)), Map.copyOf(lastWrites));
    } else {
      lastWrites.merge(tableId, sequence, Math::max);
    }
  }

  /**
   * The highest sequence number of a write to a table that may have been made before files were
   * ingested into it: before the last mark of that, or any write where logs are damaged, as a mark
   * may be lost.
   *
   * @param whole whether nothing of the logs is lost
   */
  long writtenBeforeIngest(TableDescriptor table, boolean whole) {
    if (!whole) {
      return lastWrites.getOrDefault(table.id(), 0L);
    }
    return marks.entrySet().stream()
        .filter(mark -> mark.getKey().mayName(table.name()))
        .mapToLong(mark -> mark.getValue().getOrDefault(table.id(), 0L))
        .max()
        .orElse(0);
  }

  private @Nullable Filling fillingOf(int tableId) {
    Filling present = filling.get(tableId);
    if (present != null) {
      return present;
    }
    TableDescriptor table = tables.apply(tableId);
    if (table == null) {
      return null;
    }
    Filling made =
        new Filling(
            table,
            factory.create(table.options().prefix(), table.options().expires(), chunks),
            new RangeTombstoneBuffer());
    filling.put(tableId, made);
    return made;
  }

  private void writeOut() throws IOException {
    for (Filling table : filling.values()) {
      tombstones
          .computeIfAbsent(table.table().id(), none -> new ArrayList<>())
          .addAll(table.tombstones().merged().tombstones());
      if (table.rows().entries() > 0) {
        written
            .computeIfAbsent(table.table().id(), none -> new ArrayList<>())
            .addFirst(write(table));
      }
      table.rows().close();
    }
    filling.clear();
  }

  private List<FileMetadata> write(Filling table) throws IOException {
    try (RunBuilder builder = builders.apply(table.table());
        RetentionCursor rows =
            new RetentionCursor(
                List.of(table.rows().cursor(ALL)), RangeTombstones.NONE, new long[0], false, 0)) {
      while (rows.next()) {
        builder.add(rows.entry(), rows.sequence());
      }
      return builder.finish().files();
    }
  }

  /** A cursor over what is in memory of a table; null: nothing. The caller closes it. */
  @Nullable InternalCursor inMemory(int tableId) {
    Filling table = filling.get(tableId);
    return table == null ? null : table.rows().cursor(ALL);
  }

  /** What was written out of a table, newest run first. */
  List<List<FileMetadata>> written(int tableId) {
    return written.getOrDefault(tableId, List.of());
  }

  /** All that was written out. */
  List<FileMetadata> allWritten() {
    return written.values().stream().flatMap(List::stream).flatMap(List::stream).toList();
  }

  /** Range deletes of a table. */
  List<RangeTombstone> tombstones(int tableId) {
    List<RangeTombstone> all = new ArrayList<>(tombstones.getOrDefault(tableId, List.of()));
    Filling table = filling.get(tableId);
    if (table != null) {
      all.addAll(table.tombstones().merged().tombstones());
    }
    return all;
  }

  /** Highest sequence number of a write. */
  long lastSequence() {
    return lastSequence;
  }

  /** Time of the last write, milliseconds since the epoch. */
  long lastTimeMillis() {
    return lastTimeMillis;
  }

  @Override
  public void close() {
    filling.values().forEach(table -> table.rows().close());
    filling.clear();
    chunks.close();
  }
}
