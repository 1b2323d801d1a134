package io.sheaf.lsm.sstable;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.StoredBlockWalk.Found;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.StoredTable;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads of an SSTable what can be read, whatever is damaged: each part and each data block for
 * itself. Between damaged blocks lie <em>pieces</em>, whole blocks one behind the other; each piece
 * is a {@link TableReader} with an index of its own.
 *
 * <p>Every data block is read once and checked when a salvage is opened. Where the index is lost,
 * blocks are found by walking over the file.
 *
 * <p><b>Thread safety.</b> One thread opens it; see {@link TableReader} for the pieces.
 *
 * <p><b>Ownership.</b> Who opened it closes it, and the pieces with it. Cache, budget, value store
 * and statistics are the opener's.
 */
public final class TableSalvage implements AutoCloseable {
  private final Known known;
  private final List<Piece> pieces;
  private final List<TableGap> gaps;
  private final List<CorruptionException> damages;

  /**
   * Blocks one behind the other, all of them whole.
   *
   * @param reader a view of the file that has these blocks only
   * @param firstKey its first key
   * @param lastKey its last key
   */
  public record Piece(TableReader reader, Slice firstKey, Slice lastKey) {
    private void close() {
      reader.close();
    }
  }

  /**
   * What is known of the file besides its data.
   *
   * @param properties null: lost
   * @param tombstones none where they are lost
   * @param dictionary null: there is none, or it is lost
   */
  private record Known(
      @Nullable TableProperties properties,
      RangeTombstones tombstones,
      boolean tombstonesLost,
      @Nullable Dictionary dictionary) {}

  private TableSalvage(
      Known known, List<Piece> pieces, List<TableGap> gaps, List<CorruptionException> damages) {
    this.known = known;
    this.pieces = pieces;
    this.gaps = gaps;
    this.damages = damages;
  }

  /**
   * Reads what can be read of a file.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there
   * @throws IOException when it cannot even be opened
   */
  public static TableSalvage open(
      FileSystem fileSystem,
      Path path,
      long fileNumber,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics)
      throws IOException {
    List<Piece> pieces = new ArrayList<>();
    Cleanup undo = new Cleanup();
    undo.add(() -> pieces.forEach(Piece::close));
    try (ReadableFile file = fileSystem.open(path)) {
      SalvagedParts found = SalvagedParts.read(file, path.toString(), fileNumber);
      try (found) {
        TableProperties properties = found.properties();
        TableProperties stated = properties == null ? unknown(fileNumber, file.size()) : properties;
        Dictionary dictionary = found.dictionary();
        for (Stretch stretch : stretches(found)) {
          try (GrowableBuffer index = new GrowableBuffer(4 << 10)) {
            stretch.index.finish(stretch.end, index);
            TableReader reader =
                piece(
                    fileSystem.openForRandomReads(path),
                    path,
                    index,
                    dictionary,
                    stated,
                    cache,
                    budget,
                    values,
                    statistics);
            pieces.add(new Piece(reader, stretch.firstKey, stretch.lastKey));
          } finally {
            stretch.index.close();
          }
        }
        return new TableSalvage(
            new Known(properties, found.tombstones(), found.tombstonesLost(), dictionary),
            pieces,
            found.gaps(),
            found.damages());
      }
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  /** Blocks one behind the other, all of them whole. */
  private static final class Stretch {
    final TableIndexBuilder index = new TableIndexBuilder();
    final Slice firstKey;
    Slice lastKey;
    long end;

    Stretch(Slice firstKey) {
      this.firstKey = firstKey;
      this.lastKey = firstKey;
    }
  }

  private static List<Stretch> stretches(SalvagedParts found) {
    List<Stretch> stretches = new ArrayList<>();
    for (SalvagedParts.Block block : found.blocks()) {
      Found place = block.place();
      if (stretches.isEmpty() || stretches.getLast().end != place.offset()) {
        stretches.add(new Stretch(block.firstKey()));
      }
      Stretch last = stretches.getLast();
      last.index.add(block.firstKey(), block.lastKey(), place.offset());
      last.lastKey = block.lastKey();
      last.end = place.end();
    }
    return stretches;
  }

  private static TableReader piece(
      ReadableFile file,
      Path path,
      GrowableBuffer index,
      @Nullable Dictionary dictionary,
      TableProperties properties,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics)
      throws IOException {
    Cleanup undo = new Cleanup();
    undo.add(file);
    try {
      NativeBuffer memory = undo.add(NativeBuffer.copyOf(index.segment().asSlice(0, index.size())));
      DecompressionDictionary opened =
          dictionary == null ? null : undo.add(new DecompressionDictionary(dictionary));
      return new TableReader(
          file,
          path.toString(),
          new TableParts(TableIndex.parse(memory), null, opened, RangeTombstones.NONE, properties),
          cache,
          budget,
          values,
          statistics);
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  /** What a piece says of its file where that does not say it any more. */
  private static TableProperties unknown(long fileNumber, long fileBytes) {
    FileMetadata metadata =
        new FileMetadata(
            fileNumber,
            0,
            fileBytes,
            0,
            0,
            0,
            new Slice(),
            new Slice(),
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
    return new TableProperties(
        metadata,
        new StoredTable(0, "", PrefixExtractor.WHOLE_KEY.name(), TableOptions.DEFAULT),
        null,
        true,
        0);
  }

  /** What the file says of itself; nothing where that is lost. */
  public Optional<TableProperties> properties() {
    return Optional.ofNullable(known.properties());
  }

  /** Its range tombstones; none where they are lost. */
  public RangeTombstones rangeTombstones() {
    return known.tombstones();
  }

  /** Whether there were, or may have been, range tombstones that cannot be read. */
  public boolean rangeTombstonesLost() {
    return known.tombstonesLost();
  }

  /** What its data is compressed with; nothing where it has none, or that is lost. */
  public Optional<Dictionary> dictionary() {
    return Optional.ofNullable(known.dictionary());
  }

  /** The parts of its data that can be read, in key order. */
  public List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  /** The parts of its data that cannot, in the order of their offsets. */
  public List<TableGap> gaps() {
    return List.copyOf(gaps);
  }

  /** All that is wrong with the file, one for each part and each gap. */
  public List<CorruptionException> damages() {
    return List.copyOf(damages);
  }

  /**
   * Closes the pieces; may be called more than once.
   *
   * @throws UncheckedIOException when the file cannot be closed
   */
  @Override
  public void close() {
    pieces.forEach(Piece::close);
  }
}
