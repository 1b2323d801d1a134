package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LostRows;
import io.sheaf.engine.inspect.OwnTrouble;
import io.sheaf.engine.inspect.ReadableRow;
import io.sheaf.engine.inspect.RowRange;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.engine.repair.TableFiles.KeyFile;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.sstable.TableGap;
import io.sheaf.lsm.sstable.TableProperties;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds one table: merges all its rows that can be read, whatever file they are in, the newest
 * version of each key by its sequence number, and writes them as one run.
 *
 * <p>Rows that were ingested get their sequence number from the manifest. Without it they are put
 * behind all that was written before their file was begun, and where what was written since may be
 * older all the same, the file is named as a loss.
 *
 * <p>Where the newest version of a row has a value that cannot be read, the row is lost and no
 * older version takes its place.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Who made it closes it.
 */
final class TableRebuild implements AutoCloseable {
  private static final ScanBounds ALL =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, false);

  private final TableDescriptor table;
  private final StoreFileReaders readers;
  private final boolean mayHoldReplaced;
  private final Predicate<KeyFile> misplaced;
  private final Findings damages;
  private final Findings losses;
  private final List<String> notes;
  private final List<TableSalvage> open = new ArrayList<>();
  private final List<TableReader> openReaders = new ArrayList<>();
  private final Map<Long, TableReader> pieces = new HashMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<RangeTombstone> tombstones = new ArrayList<>();
  private @Nullable Dictionary dictionary;
  private long highestSequence;
  private long newestTimeMillis;

  /**
   * SSTables, or pieces of them, one behind the other.
   *
   * @param merged what they have replaced: it tells the age of rows with sequence number 0
   */
  private record Source(Run run, RangeTombstones merged) {}

  /**
   * A rebuild of {@code table}.
   *
   * @param mayHoldReplaced whether files or logs may be among those of the table that others have
   *     replaced
   * @param misplaced whether rows may be older than an ingested file of which no manifest says
   *     when, and count for newer all the same
   */
  TableRebuild(
      TableDescriptor table,
      StoreFileReaders readers,
      boolean mayHoldReplaced,
      Predicate<KeyFile> misplaced,
      Findings damages,
      Findings losses,
      List<String> notes) {
    this.table = table;
    this.readers = readers;
    this.mayHoldReplaced = mayHoldReplaced;
    this.misplaced = misplaced;
    this.damages = damages;
    this.losses = losses;
    this.notes = notes;
  }

  /** Adds a run of SSTables, behind those that are newer. */
  void addRun(List<KeyFile> files) throws IOException {
    List<FileMetadata> inKeyOrder = new ArrayList<>();
    for (KeyFile file : files) {
      String name = FileNames.of(FileKind.SSTABLE, file.number());
      try {
        TableSalvage salvage = readers.salvage(file.number());
        open.add(salvage);
        note(name, file, salvage);
        List<FileMetadata> entries = new ArrayList<>();
        for (TableSalvage.Piece piece : salvage.pieces()) {
          date(piece.reader(), file);
          entries.add(entryOf(piece));
        }
        List<RangeTombstone> merged = new ArrayList<>();
        salvage
            .properties()
            .ifPresent(properties ->
                properties.merged().forEach(range -> merged.add(range.asTombstone())));
        if (mayHoldReplaced && !merged.isEmpty()) {
          tombstones.addAll(merged);
          addSource(entries, RangeTombstones.of(merged));
        } else {
          inKeyOrder.addAll(entries);
        }
      } catch (IOException e) {
        OwnTrouble.throwIfSo(e);
        losses.add(name, e, all(file));
      }
    }
    addSource(inKeyOrder, RangeTombstones.NONE);
  }

  private static void date(TableReader reader, KeyFile file) {
    if (file.stated() == null) {
      reader.date(
          Math.min(file.writtenBehind() + 1, SequenceNumber.MAX),
          reader.properties().metadata().newestTimeMillis()); // when it was begun
    } else {
      reader.date(file.stated());
    }
  }

  /** Adds SSTables that {@code others} have written, one behind the other. */
  void addRun(List<FileMetadata> files, StoreFileReaders others) throws IOException {
    List<FileMetadata> inKeyOrder = new ArrayList<>();
    for (FileMetadata file : files) {
      TableReader reader = others.table(file.number());
      openReaders.add(reader);
      inKeyOrder.add(
          entryOf(new TableSalvage.Piece(reader, file.smallestKey(), file.largestKey())));
    }
    addSource(inKeyOrder, RangeTombstones.NONE);
  }

  /** Pieces that damage has put out of order stand in runs of their own. */
  private void addSource(List<FileMetadata> files, RangeTombstones merged) {
    List<FileMetadata> run = new ArrayList<>();
    for (FileMetadata file : files) {
      if (!run.isEmpty() && run.getLast().largestKey().compareTo(file.smallestKey()) > 0) {
        sources.add(new Source(new Run(sources.size(), run), merged));
        run.clear();
      }
      run.add(file);
    }
    if (!run.isEmpty()) {
      sources.add(new Source(new Run(sources.size(), run), merged));
    }
  }

  /** Adds range deletes that are in no SSTable. */
  void addTombstones(List<RangeTombstone> more) {
    tombstones.addAll(more);
  }

  /** An SSTable that is not there. */
  void missing(KeyFile file) {
    losses.add(
        new Finding(
            FileNames.of(FileKind.SSTABLE, file.number()),
            0,
            "there is no such file, and nothing shows that a merge has replaced it",
            all(file)));
  }

  private void note(String name, KeyFile file, TableSalvage salvage) {
    Set<Long> gaps = new HashSet<>();
    Optional<FileMetadata> stated =
        Optional.ofNullable(file.stated())
            .or(() -> salvage.properties().map(properties -> properties.metadata()));
    for (TableGap gap : salvage.gaps()) {
      gaps.add(gap.offset());
      Slice from =
          gap.from() == null ? stated.map(FileMetadata::smallestKey).orElse(null) : gap.from();
      Slice to = gap.to() == null ? stated.map(FileMetadata::largestKey).orElse(null) : gap.to();
      losses.add(
          name,
          gap.cause(),
          RowRange.of(table.name(), table.options().prefix(), from, to, RowRange.UNKNOWN));
    }
    for (CorruptionException damage : salvage.damages()) {
      if (!gaps.contains(damage.offset())) {
        damages.add(name, damage, null);
      }
    }
    if (file.stated() == null
        && salvage.properties().filter(TableProperties::ingested).isPresent()) {
      noteIngested(name, file, stated.map(metadata -> rows(metadata, metadata.entries())));
    }
    boolean mayHaveHad = stated.map(metadata -> metadata.rangeDeletes() > 0).orElse(true);
    if (salvage.rangeTombstonesLost() && mayHaveHad) {
      losses.add(
          new Finding(
              name,
              0,
              "its range deletes cannot be read: rows that they deleted may be back",
              stated.map(metadata -> rows(metadata, RowRange.UNKNOWN)).orElse(null)));
    }
    tombstones.addAll(salvage.rangeTombstones().tombstones());
    if (dictionary == null) {
      dictionary = salvage.dictionary().orElse(null);
    }
    stated.ifPresent(metadata -> {
      highestSequence = Math.max(highestSequence, metadata.largestSequence());
      newestTimeMillis = Math.max(newestTimeMillis, metadata.newestTimeMillis());
    });
  }

  private void noteIngested(String name, KeyFile file, Optional<RowRange> rows) {
    if (misplaced.test(file)) {
      losses.add(
          new Finding(
              name,
              0,
              "it was ingested, and nothing tells when, or whether at all: its rows count for newer"
                  + " than those of files with lower numbers and for older than all others, so that"
                  + " rows between its keys may show an older state, be gone or be back",
              rows.orElse(null)));
    } else {
      notes.add(
          name
              + " was ingested, and nothing tells any more whether that ever ended: its rows are in"
              + " table '"
              + table.name()
              + "'");
    }
  }

  private FileMetadata entryOf(TableSalvage.Piece piece) {
    long number = pieces.size();
    pieces.put(number, piece.reader());
    return new FileMetadata(
        number,
        0,
        0,
        0,
        0,
        0,
        piece.firstKey(),
        piece.lastKey(),
        new Slice(),
        new Slice(),
        0,
        Long.MAX_VALUE,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of());
  }

  private @Nullable RowRange all(KeyFile file) {
    FileMetadata stated = file.stated();
    return stated == null ? null : rows(stated, stated.entries());
  }

  private RowRange rows(FileMetadata file, long rows) {
    return RowRange.of(
        table.name(), table.options().prefix(), file.smallestKey(), file.largestKey(), rows);
  }

  /** Highest sequence number that a file of the table speaks of. */
  long highestSequence() {
    return highestSequence;
  }

  /** Newest write time that a file of the table speaks of. */
  long newestTimeMillis() {
    return newestTimeMillis;
  }

  /**
   * Merges and writes.
   *
   * @param newest rows that are newer than those of the files; null: there are none
   * @param builders makes the builder of the new run
   */
  RunBuilder.Result write(
      @Nullable InternalCursor newest,
      BiFunction<TableDescriptor, @Nullable Dictionary, RunBuilder> builders)
      throws IOException {
    List<InternalCursor> inputs = new ArrayList<>();
    if (newest != null) {
      inputs.add(newest);
    }
    Statistics uncounted = new Statistics();
    for (Source source : sources) {
      InternalCursor rows =
          new RunCursor(
              source.run(),
              file -> Objects.requireNonNull(pieces.get(file.number())),
              table.options().prefix(),
              ALL,
              null,
              uncounted);
      inputs.add(source.merged().isEmpty() ? rows : new DatedCursor(rows, source.merged()));
    }
    LostRows lost = new LostRows(table, losses::add);
    ValueReference reference = new ValueReference();
    Slice last = null;
    try (RetentionCursor survivors =
            new RetentionCursor(inputs, RangeTombstones.of(tombstones), new long[0], true, 0);
        RunBuilder builder = builders.apply(table, dictionary)) {
      while (survivors.next()) {
        Entry row = survivors.entry();
        if (last != null && row.key().compareTo(last) <= 0) {
          lost.lost("table " + table.name(), row, new IOException("a file's rows are in disorder"));
          continue;
        }
        if (!SequenceNumber.isOne(survivors.sequence())) {
          IOException wrong = new IOException("no sequence number: " + survivors.sequence());
          lost.lost("table " + table.name(), row, wrong);
          continue;
        }
        last = Slice.copyOf(row.key());
        Entry readable;
        try {
          readable = new ReadableRow(row);
        } catch (IOException e) {
          OwnTrouble.throwIfSo(e);
          row.reference(reference);
          lost.lost(readers.values().fileName(reference.fileNumber), row, e);
          continue;
        }
        lost.end();
        builder.add(readable, survivors.sequence());
      }
      lost.end();
      return builder.finish();
    }
  }

  @Override
  public void close() {
    open.forEach(TableSalvage::close);
    openReaders.forEach(TableReader::close);
  }
}
