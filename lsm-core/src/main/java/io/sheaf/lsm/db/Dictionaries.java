package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.DictionaryTrainer;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.sstable.TableSource;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the blocks of each table are compressed with: learned from the rows of a flush, used until
 * much has been written since, and found again in the newest files after the store was opened.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Dictionaries {
  /** Data of a run for each byte of a dictionary from which on the dictionary pays. */
  static final int LEAST_DATA_FACTOR = 64;

  /** Data for each byte of a dictionary after which it is learned anew. */
  private static final int RELEARN_FACTOR = 1 << 16;

  /** Data for each byte of a dictionary after which it is tried again, where there was none. */
  private static final int RETRY_FACTOR = 1 << 10;

  /**
   * Of the rows of a flush, at most this part is learned from: learning takes twenty times as long
   * as flushing the same bytes, and writers who fill a small memtable meanwhile have to wait.
   */
  private static final double MOST_SAMPLED = 1.0 / 8;

  private static final Logger LOG = LoggerFactory.getLogger(Dictionaries.class);

  private static final class Learned {
    final int wantedBytes;
    final @Nullable Dictionary dictionary;
    long dataBytes;

    Learned(int wantedBytes, @Nullable Dictionary dictionary) {
      this.wantedBytes = wantedBytes;
      this.dictionary = dictionary;
    }

    /** One of a file, which has been in use for half of its time as far as anyone knows. */
    static Learned ofUnknownAge(int wantedBytes, Dictionary dictionary) {
      Learned found = new Learned(wantedBytes, dictionary);
      found.dataBytes = found.mostDataBytes() / 2;
      return found;
    }

    boolean isOld() {
      return dataBytes > mostDataBytes();
    }

    private long mostDataBytes() {
      int factor = dictionary == null ? RETRY_FACTOR : RELEARN_FACTOR;
      return (long) wantedBytes * factor;
    }
  }

  private final TableSource files;
  private final IntPredicate exists;
  private final ConcurrentHashMap<Integer, Learned> byTable = new ConcurrentHashMap<>();

  /** Those of the tables whose ids {@code exists} accepts; others are forgotten in time. */
  Dictionaries(TableSource files, IntPredicate exists) {
    this.files = files;
    this.exists = exists;
  }

  /**
   * The dictionary to flush {@code rows} with, learned from them when it is time: not when a store
   * was opened whose files have one.
   */
  @Nullable Dictionary forFlush(TableDescriptor table, @Nullable TableState state, MemTable rows)
      throws IOException {
    TableOptions options = table.options();
    int wanted = options.dictionaryBytes();
    if (!uses(options) || rows.dataBytes() < (long) wanted * LEAST_DATA_FACTOR) {
      return null;
    }
    Learned present = knownIfReadable(table, state);
    if (present == null || present.wantedBytes != wanted || present.isOld()) {
      present = new Learned(wanted, learn(wanted, rows));
      forgetDropped();
      byTable.put(table.id(), present);
    }
    present.dataBytes += rows.dataBytes();
    return present.dictionary;
  }

  /**
   * The dictionary to merge files of a table with: the one of the last flush, or else of the newest
   * file that has one.
   */
  @Nullable Dictionary forMerge(TableDescriptor table, @Nullable TableState state)
      throws IOException {
    if (!uses(table.options())) {
      return null;
    }
    Learned present = known(table, state);
    return present == null ? null : present.dictionary;
  }

  private @Nullable Learned known(TableDescriptor table, @Nullable TableState state)
      throws IOException {
    Learned present = byTable.get(table.id());
    if (present != null || state == null) {
      return present;
    }
    Dictionary found = find(state);
    if (found == null) {
      return null; // the next flush learns one
    }
    forgetDropped();
    Learned adopted = Learned.ofUnknownAge(table.options().dictionaryBytes(), found);
    Learned other = byTable.putIfAbsent(table.id(), adopted);
    return other == null ? adopted : other;
  }

  /** The same for rows that must be written, whatever has become of other files. */
  private @Nullable Learned knownIfReadable(TableDescriptor table, @Nullable TableState state) {
    try {
      return known(table, state);
    } catch (IOException e) {
      LOG.warn("a dictionary is learned anew for table {}: {}", table.name(), e.getMessage());
      return null;
    }
  }

  /** A table's id is never given again, so what belongs to one that was dropped is never asked. */
  private void forgetDropped() {
    byTable.keySet().removeIf(id -> !exists.test(id));
  }

  /** Number of tables of which something is known, for checks. */
  int tables() {
    return byTable.size();
  }

  private static boolean uses(TableOptions options) {
    return options.dictionaryBytes() != TableOptions.NO_DICTIONARY
        && (options.compression().codec() == Codec.ZSTD
            || options.bottomCompression().codec() == Codec.ZSTD);
  }

  private @Nullable Dictionary find(TableState state) throws IOException {
    for (Run run : state.runs()) {
      Optional<Dictionary> found = files.reader(run.files().getFirst()).dictionary();
      if (found.isPresent()) {
        return found.get();
      }
    }
    return null;
  }

  private static @Nullable Dictionary learn(int wantedBytes, MemTable rows) throws IOException {
    DictionaryTrainer trainer = new DictionaryTrainer(wantedBytes);
    long wanted = (long) wantedBytes * DictionaryTrainer.SAMPLE_FACTOR;
    double share = Math.min((double) wanted / rows.dataBytes(), MOST_SAMPLED);
    double due = 0;
    try (InternalCursor row = rows.cursor(ScanBounds.all())) {
      for (row.seekFirst(); row.valid() && !trainer.isFull(); row.next()) {
        due += share;
        if (due >= 1 && row.kind() == EntryKind.PUT) {
          due -= Math.floor(due);
          trainer.add(row.value());
        }
      }
    }
    return trainer.train();
  }
}
