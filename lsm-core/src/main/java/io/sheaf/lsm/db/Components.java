package io.sheaf.lsm.db;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.compact.Compactor;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.InlineValues;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.PrefixResolver;
import io.sheaf.lsm.version.TableOptions;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The parts that a store is put together from: one for each seam.
 *
 * @param fileSystem the door to the disk
 * @param clock milliseconds since the epoch
 * @param memTables makes memtables
 * @param extractors recreates a prefix rule from its name
 * @param policies decides what is separated, by the options of a table
 * @param values makes the store of separated values
 * @param compactors makes the compactor
 * @param storeIds gives a new store its id
 */
public record Components(
    FileSystem fileSystem,
    LongSupplier clock,
    MemTable.Factory memTables,
    PrefixResolver extractors,
    Function<TableOptions, SeparationPolicy> policies,
    ValueStoreFactory values,
    Supplier<Compactor> compactors,
    Supplier<StoreId> storeIds) {
  /** Parts of which new stores get ids at random. */
  public Components(
      FileSystem fileSystem,
      LongSupplier clock,
      MemTable.Factory memTables,
      PrefixResolver extractors,
      Function<TableOptions, SeparationPolicy> policies,
      ValueStoreFactory values,
      Supplier<Compactor> compactors) {
    this(fileSystem, clock, memTables, extractors, policies, values, compactors, StoreId::random);
  }

  /** Makes the store of separated values of an open store. */
  @FunctionalInterface
  public interface ValueStoreFactory {
    /**
     * A value store in {@code directory}.
     *
     * @param fileNumbers gives a new file number at each call
     */
    ValueStore create(
        FileSystem fileSystem,
        Path directory,
        LongSupplier fileNumbers,
        BlockCache cache,
        MemoryBudget budget,
        Statistics statistics);
  }

  /** The plain defaults: values inline, a skip list, no compaction. */
  public static Components defaults() {
    return new Components(
        new DiskFileSystem(),
        System::currentTimeMillis,
        SkipListMemTable.FACTORY,
        PrefixResolver.DEFAULT,
        options -> SeparationPolicy.NEVER,
        (fileSystem, directory, fileNumbers, cache, budget, statistics) -> new InlineValues(),
        NoCompaction::new);
  }

  /** The same on another file system. */
  public Components withFileSystem(FileSystem other) {
    return new Components(
        other, clock, memTables, extractors, policies, values, compactors, storeIds);
  }

  /** The same with another clock. */
  public Components withClock(LongSupplier other) {
    return new Components(
        fileSystem, other, memTables, extractors, policies, values, compactors, storeIds);
  }

  /** The same with other memtables. */
  public Components withMemTables(MemTable.Factory other) {
    return new Components(
        fileSystem, clock, other, extractors, policies, values, compactors, storeIds);
  }

  /** The same with other prefix rules. */
  public Components withExtractors(PrefixResolver other) {
    return new Components(
        fileSystem, clock, memTables, other, policies, values, compactors, storeIds);
  }

  /** The same where something else decides what is separated. */
  public Components withPolicies(Function<TableOptions, SeparationPolicy> other) {
    return new Components(
        fileSystem, clock, memTables, extractors, other, values, compactors, storeIds);
  }

  /** The same with another store of separated values. */
  public Components withValues(ValueStoreFactory other) {
    return new Components(
        fileSystem, clock, memTables, extractors, policies, other, compactors, storeIds);
  }

  /** The same with another compactor. */
  public Components withCompactors(Supplier<Compactor> other) {
    return new Components(
        fileSystem, clock, memTables, extractors, policies, values, other, storeIds);
  }

  /** The same with other ids for new stores. */
  public Components withStoreIds(Supplier<StoreId> other) {
    return new Components(
        fileSystem, clock, memTables, extractors, policies, values, compactors, other);
  }
}
