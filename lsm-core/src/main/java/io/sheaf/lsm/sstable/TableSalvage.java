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
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.StoredTable;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
 * blocks are found by walking over the file. However many pieces there are, the file is open once.
 *
 * <p><b>Thread safety.</b> One thread opens it; see {@link TableReader} for the pieces.
 *
 * <p><b>Ownership.</b> Who opened it closes it, and the pieces with it. Cache, budget, value store
 * and statistics are the opener's.
 */
public final class TableSalvage implements AutoCloseable {
  private final ReadableFile file;
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
   * Where a part of the file lies.
   *
   * @param what its name in {@link TableFormat}
   * @param offset where it begins, in bytes
   * @param lengthBytes how long it is, in bytes
   */
  public record Part(String what, long offset, long lengthBytes) {}

  /**
   * A data block that is whole.
   *
   * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
   *
   * @param offset where it begins, in bytes
   * @param storedBytes its length with head and checksum
   * @param rawBytes its length when decompressed
   * @param codec code of its codec
   * @param runs number of runs of rows
   * @param firstKey its first key
   * @param lastKey its last key
   */
  public record Block(
      long offset,
      int storedBytes,
      int rawBytes,
      int codec,
      int runs,
      Slice firstKey,
      Slice lastKey) {
    long end() {
      return offset + storedBytes;
    }
  }

  /**
   * What is known of the file besides its data.
   *
   * @param parts where its parts lie
   * @param blocks the data blocks that can be read
   * @param properties null: lost
   * @param tombstones none where they are lost
   * @param dictionary null: there is none, or it is lost
   */
  private record Known(
      List<Part> parts,
      List<Block> blocks,
      @Nullable TableProperties properties,
      RangeTombstones tombstones,
      boolean tombstonesLost,
      @Nullable Dictionary dictionary) {
    Known {
      parts = List.copyOf(parts);
      blocks = List.copyOf(blocks);
    }
  }

  private TableSalvage(
      ReadableFile file,
      Known known,
      List<Piece> pieces,
      List<TableGap> gaps,
      List<CorruptionException> damages) {
    this.file = file;
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
    ReadableFile file = undo.add(fileSystem.openForRandomReads(path));
    undo.add(() -> pieces.forEach(Piece::close));
    try {
      SalvagedParts found = read(fileSystem, path, fileNumber);
      try (found) {
        TableProperties properties = found.properties();
        TableProperties stated = properties == null ? unknown(fileNumber, file.size()) : properties;
        DecompressionDictionary dictionary = found.dictionary();
        for (Stretch stretch : stretches(found)) {
          try (GrowableBuffer index = new GrowableBuffer(4 << 10)) {
            stretch.index.finish(stretch.end, index);
            TableReader reader =
                piece(
                    new Shared(file),
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
            file,
            new Known(
                found.parts(),
                found.blocks(),
                properties,
                found.tombstones(),
                found.tombstonesLost(),
                dictionary == null ? null : dictionary.dictionary()),
            pieces,
            found.gaps(),
            found.damages());
      }
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  /** Reads the file once from its beginning to its end. */
  private static SalvagedParts read(FileSystem fileSystem, Path path, long fileNumber)
      throws IOException {
    try (ReadableFile file = fileSystem.open(path)) {
      return SalvagedParts.read(file, path.toString(), fileNumber);
    }
  }

  /** The file as one of several pieces has it: closed by none of them. */
  private record Shared(ReadableFile file) implements ReadableFile {
    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      return file.read(target, offset);
    }

    @Override
    public boolean announce(long offset, long length) {
      return file.announce(offset, length);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() {}
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
    for (Block block : found.blocks()) {
      if (stretches.isEmpty() || stretches.getLast().end != block.offset()) {
        stretches.add(new Stretch(block.firstKey()));
      }
      Stretch last = stretches.getLast();
      last.index.add(block.firstKey(), block.lastKey(), block.offset());
      last.lastKey = block.lastKey();
      last.end = block.end();
    }
    return stretches;
  }

  private static TableReader piece(
      ReadableFile file,
      Path path,
      GrowableBuffer index,
      @Nullable DecompressionDictionary dictionary,
      TableProperties properties,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics)
      throws IOException {
    Cleanup undo = new Cleanup();
    try {
      NativeBuffer memory = undo.add(NativeBuffer.copyOf(index.segment().asSlice(0, index.size())));
      DecompressionDictionary opened = dictionary == null ? null : undo.add(dictionary.retain());
      return new TableReader(
          file,
          path.toString(),
          new TableParts(
              TableIndex.parse(memory, file.size()),
              null,
              opened,
              RangeTombstones.NONE,
              properties),
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
        List.of(),
        false,
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

  /** Where its parts lie, in the order of their offsets; where the footer is lost, few. */
  public List<Part> parts() {
    return known.parts();
  }

  /** The data blocks that can be read, in the order of their offsets. */
  public List<Block> blocks() {
    return known.blocks();
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
   * Closes the pieces and the file; may be called more than once.
   *
   * @throws UncheckedIOException when the file cannot be closed
   */
  @Override
  public void close() {
    pieces.forEach(Piece::close);
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing a salvaged SSTable", e);
    }
  }
}
