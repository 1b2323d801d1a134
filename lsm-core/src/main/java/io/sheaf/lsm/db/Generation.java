package io.sheaf.lsm.db;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.RangeTombstoneBuffer;
import io.sheaf.lsm.version.TableDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The memtables of all tables that fill at the same time, and are flushed together, with the log
 * that holds the same writes.
 *
 * <p><b>Thread safety.</b> One writer at a time; readers take no lock.
 *
 * <p><b>Ownership.</b> Counted references: the store holds one from creation until the flush, each
 * {@link ReadView} one. The last one frees the memory.
 */
final class Generation {
  /** What one table has in a generation. */
  record Part(TableDescriptor table, MemTable rows, RangeTombstoneBuffer tombstones) {}

  private final long logNumber;
  private final MemTable.Factory factory;
  private final ChunkPool chunks;
  private final MemoryBudget budget;
  private final BlockCache cache;
  private final AtomicInteger references = new AtomicInteger(1);
  private volatile @Nullable Part[] parts = new Part[0];
  private long chargedBytes;
  private long tombstoneBytes;
  private boolean holdsDeletes;
  private long lastSequence;
  private long lastTimeMillis;
  private long entries;

  Generation(
      long logNumber,
      MemTable.Factory factory,
      ChunkPool chunks,
      MemoryBudget budget,
      BlockCache cache) {
    this.logNumber = logNumber;
    this.factory = factory;
    this.chunks = chunks;
    this.budget = budget;
    this.cache = cache;
  }

  /** Number of the log that holds the same writes. */
  long logNumber() {
    return logNumber;
  }

  /** What the table has here, null where it has nothing. */
  @Nullable Part part(int tableId) {
    @Nullable Part[] present = parts;
    return tableId < present.length ? present[tableId] : null;
  }

  /** What each table has here that has anything. */
  List<Part> parts() {
    List<Part> all = new ArrayList<>();
    for (Part part : parts) {
      if (part != null) {
        all.add(part);
      }
    }
    return all;
  }

  /** What the table has here, made where it has nothing yet. The writer's alone. */
  Part partFor(TableDescriptor table) {
    Part part = part(table.id());
    if (part != null) {
      return part;
    }
    Part made =
        new Part(
            table,
            factory.create(table.options().prefix(), table.options().expires(), chunks),
            new RangeTombstoneBuffer());
    @Nullable Part[] next = Arrays.copyOf(parts, Math.max(parts.length, table.id() + 1));
    next[table.id()] = made;
    parts = next;
    return made;
  }

  /** Adds a row, or the delete of one. The writer's alone. */
  void add(
      TableDescriptor table,
      long sequence,
      EntryKind kind,
      long timeMillis,
      Slice key,
      Slice value) {
    holdsDeletes |= kind == EntryKind.DELETE;
    partFor(table).rows().add(sequence, kind, timeMillis, key, value);
  }

  /** Adds a range delete. The writer's alone. */
  void addRangeTombstone(TableDescriptor table, RangeTombstone tombstone) {
    holdsDeletes = true;
    partFor(table).tombstones().add(tombstone);
    tombstoneBytes += 128 + tombstone.start().length() + tombstone.end().length();
  }

  /**
   * Notes what a write group brought, and charges the memory it took, for which the cache makes
   * room. The writer's alone.
   */
  void wrote(long lastSequence, long lastTimeMillis, long entries) {
    this.lastSequence = lastSequence;
    this.lastTimeMillis = Math.max(this.lastTimeMillis, lastTimeMillis);
    this.entries += entries;
    long bytes = memoryBytes();
    budget.add(MemoryBudget.Use.MEMTABLES, bytes - chargedBytes);
    chargedBytes = bytes;
    if (budget.usedBytes() > budget.totalBytes()) {
      cache.adjustToBudget();
    }
  }

  long lastSequence() {
    return lastSequence;
  }

  long lastTimeMillis() {
    return lastTimeMillis;
  }

  boolean isEmpty() {
    return entries == 0;
  }

  /** Whether something in it may give room on the disk once it is flushed. The writer's alone. */
  boolean holdsDeletes() {
    return holdsDeletes;
  }

  /** Memory taken, in bytes. */
  long memoryBytes() {
    long bytes = tombstoneBytes;
    for (Part part : parts) {
      if (part != null) {
        bytes += part.rows().memoryBytes();
      }
    }
    return bytes;
  }

  void retain() {
    int before = references.getAndIncrement();
    assert before > 0 : "a generation that is gone was retained";
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      for (Part part : parts) {
        if (part != null) {
          part.rows().close();
        }
      }
      budget.add(MemoryBudget.Use.MEMTABLES, -chargedBytes);
    }
  }
}
