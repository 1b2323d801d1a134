package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.StoredBlockWalk.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an SSTable that can be read, each for itself, and what is wrong with the others; for
 * {@link TableSalvage}.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who reads it closes it; the file is the
 * reader's.
 */
final class SalvagedParts implements AutoCloseable {

  private final ReadableFile file;
  private final String name;
  private final long fileNumber;
  private final long fileBytes;
  private final StoredBlockReader plain;
  private final List<CorruptionException> damages = new ArrayList<>();
  private final List<TableSalvage.Part> parts = new ArrayList<>();
  private final List<TableSalvage.Block> blocks = new ArrayList<>();
  private final List<TableGap> gaps = new ArrayList<>();
  private RangeTombstones tombstones = RangeTombstones.NONE;
  private boolean tombstonesLost;
  private @Nullable TableProperties properties;
  private @Nullable TableIndex index;
  private @Nullable DecompressionDictionary dictionary;
  private boolean dictionaryLost;

  private SalvagedParts(ReadableFile file, String name, long fileNumber) throws IOException {
    this.file = file;
    this.name = name;
    this.fileNumber = fileNumber;
    this.fileBytes = file.size();
    this.plain = new StoredBlockReader(file, name, fileNumber, null);
  }

  /** Reads all that can be read of a file. */
  static SalvagedParts read(ReadableFile file, String name, long fileNumber) throws IOException {
    SalvagedParts found = new SalvagedParts(file, name, fileNumber);
    try {
      found.read();
      return found;
    } catch (Throwable e) {
      found.close();
      throw e;
    }
  }

  @Nullable TableProperties properties() {
    return properties;
  }

  RangeTombstones tombstones() {
    return tombstones;
  }

  boolean tombstonesLost() {
    return tombstonesLost;
  }

  /** What the data is compressed with, null where there is none; the parts own it. */
  @Nullable DecompressionDictionary dictionary() {
    return dictionary;
  }

  List<TableSalvage.Part> parts() {
    return parts;
  }

  List<TableSalvage.Block> blocks() {
    return blocks;
  }

  List<TableGap> gaps() {
    return gaps;
  }

  List<CorruptionException> damages() {
    return damages;
  }

  /** One part; null where it cannot be read, which is then among the damages. */
  @FunctionalInterface
  private interface Part<T> {
    T read() throws IOException;
  }

  private <T> @Nullable T attempt(long offset, String what, Part<T> part)
      throws UnsupportedFormatException {
    try {
      return part.read();
    } catch (IOException e) {
      UnsupportedFormatException.throwIfCertain(e);
      damages.add(damage(offset, what, e));
      return null;
    }
  }

  /** A failure as damage of this file at this place; a device that does not read is one too. */
  private CorruptionException damage(long offset, String what, IOException cause) {
    if (cause instanceof CorruptionException corruption) {
      return corruption;
    }
    CorruptionException damage =
        new CorruptionException(name, offset, what, String.valueOf(cause.getMessage()));
    damage.initCause(cause);
    return damage;
  }

  private void read() throws UnsupportedFormatException {
    attempt(
        0,
        "a header",
        () -> {
          try (NativeBuffer header =
              plain.readBytes(0, (int) Math.min(fileBytes, FileHeader.BYTES))) {
            FileHeader.check(
                name, header.byteBuffer(0, header.capacity()), FileKind.SSTABLE, fileNumber);
            return true;
          }
        });
    TableFooter footer =
        attempt(
            Math.max(0, fileBytes - TableFooter.BYTES),
            "a footer",
            () -> TableFooter.read(plain, fileNumber, fileBytes));
    List<Found> walked = List.of();
    if (footer == null) {
      walked = new StoredBlockWalk(file, fileNumber).between(FileHeader.BYTES, fileBytes);
      footer = footerOf(walked);
    }
    if (footer != null) {
      readTail(footer);
    } else {
      tombstonesLost = true;
    }
    readDictionary(footer, walked);
    readData(footer, walked);
    notePlaces(dataOffset(footer, walked), footer);
  }

  /** Notes where the parts lie, as far as that is known. */
  private void notePlaces(long dataAt, @Nullable TableFooter footer) {
    addPart("header", 0, FileHeader.BYTES);
    addPart("dictionary", FileHeader.BYTES, dataAt);
    if (footer != null) {
      addPart("data", dataAt, footer.filterOffset());
      addPart("filter", footer.filterOffset(), footer.tombstonesOffset());
      addPart("range tombstones", footer.tombstonesOffset(), footer.indexOffset());
      addPart("index", footer.indexOffset(), footer.propertiesOffset());
      addPart("properties", footer.propertiesOffset(), fileBytes - TableFooter.BYTES);
      addPart("footer", fileBytes - TableFooter.BYTES, fileBytes);
    }
  }

  private void addPart(String what, long offset, long end) {
    if (end > offset) {
      parts.add(new TableSalvage.Part(what, offset, end - offset));
    }
  }

  /**
   * The footer that a file must have had whose last blocks are these; null: that cannot be told.
   */
  private @Nullable TableFooter footerOf(List<Found> walked) {
    if (walked.size() < 2) {
      return null;
    }
    Found last = walked.getLast();
    Found beforeLast = walked.get(walked.size() - 2);
    try {
      TableProperties known =
          plain.read(
              last.offset(),
              last.storedBytes(),
              "properties",
              block -> TableProperties.parse(block, fileNumber, fileBytes));
      TableIndex known2 =
          plain.read(
              beforeLast.offset(),
              beforeLast.storedBytes(),
              "an index",
              block -> TableIndex.parse(block, beforeLast.offset()));
      long dataEnd = known2.offset(known2.blocks());
      known2.release();
      long tombstonesAt = beforeLast.offset();
      if (known.metadata().rangeDeletes() > 0) {
        tombstonesAt = dataEnd;
        for (Found found : walked) {
          if (found.offset() == dataEnd && known.metadata().entries() > 0) {
            tombstonesAt = found.end(); // behind the filter
          }
        }
      }
      return new TableFooter(dataEnd, tombstonesAt, beforeLast.offset(), last.offset());
    } catch (IOException notTheEnd) {
      return null;
    }
  }

  private void readTail(TableFooter footer) throws UnsupportedFormatException {
    long propertiesAt = footer.propertiesOffset();
    long indexAt = footer.indexOffset();
    long tombstonesAt = footer.tombstonesOffset();
    properties =
        attempt(
            propertiesAt,
            "properties",
            () ->
                plain.read(
                    propertiesAt,
                    propertiesBytes(propertiesAt),
                    "properties",
                    block -> TableProperties.parse(block, fileNumber, fileBytes)));
    index =
        attempt(
            indexAt,
            "an index",
            () ->
                plain.read(
                    indexAt,
                    (int) (propertiesAt - indexAt),
                    "an index",
                    block -> TableIndex.parse(block, indexAt)));
    if (tombstonesAt < indexAt) {
      RangeTombstones read =
          attempt(
              tombstonesAt,
              "range tombstones",
              () ->
                  plain.read(
                      tombstonesAt,
                      (int) (indexAt - tombstonesAt),
                      "range tombstones",
                      TombstoneBlock::parse));
      tombstonesLost = read == null;
      tombstones = read == null ? RangeTombstones.NONE : read;
    }
    long filterAt = footer.filterOffset();
    if (filterAt < tombstonesAt) {
      attempt(
          filterAt,
          "a filter",
          () -> {
            plain
                .read(filterAt, (int) (tombstonesAt - filterAt), "a filter", PrefixFilter::parse)
                .close();
            return true;
          });
    }
  }

  /** Length of the properties as stored; where the footer is lost they say it themselves. */
  private int propertiesBytes(long propertiesAt) throws IOException {
    try (NativeBuffer head = plain.readBytes(propertiesAt, TableFormat.STORED_HEADER_BYTES)) {
      long most = fileBytes - propertiesAt;
      long stored =
          (long) head.segment().get(BlockReader.INT, 0) + TableFormat.STORED_OVERHEAD_BYTES;
      if (stored < TableFormat.STORED_OVERHEAD_BYTES || stored > most) {
        throw plain.damaged(propertiesAt, "properties", "a length of " + stored + " bytes");
      }
      return (int) stored;
    }
  }

  private void readDictionary(@Nullable TableFooter footer, List<Found> walked)
      throws UnsupportedFormatException {
    long dataAt = dataOffset(footer, walked);
    if (dataAt > FileHeader.BYTES) {
      dictionary =
          attempt(
              FileHeader.BYTES,
              "a dictionary",
              () ->
                  plain.read(
                      FileHeader.BYTES,
                      (int) (dataAt - FileHeader.BYTES),
                      "a dictionary",
                      SalvagedParts::dictionaryOf));
      dictionaryLost = dictionary == null;
    }
  }

  /** Where the data blocks begin, behind the dictionary. */
  private long dataOffset(@Nullable TableFooter footer, List<Found> walked) {
    if (index != null) {
      return index.offset(0);
    }
    if (properties != null) {
      return FileHeader.BYTES + (long) properties.dictionaryBytes();
    }
    List<Found> found =
        footer == null
            ? walked
            : new StoredBlockWalk(file, fileNumber)
                .between(FileHeader.BYTES, footer.filterOffset());
    boolean dictionaryFirst =
        !found.isEmpty()
            && found.getFirst().offset() == FileHeader.BYTES
            && found.getFirst().storedBytes()
                >= Dictionary.MIN_BYTES + TableFormat.STORED_OVERHEAD_BYTES
            && codecOf(found.getFirst()) == 0
            && !isData(found.getFirst());
    return dictionaryFirst ? found.getFirst().end() : FileHeader.BYTES;
  }

  private static DecompressionDictionary dictionaryOf(NativeBuffer block) {
    byte[] bytes = new Slice().set(block.segment(), 0, block.capacity()).toByteArray();
    DecompressionDictionary made = new DecompressionDictionary(new Dictionary(bytes));
    block.close();
    return made;
  }

  private boolean isData(Found found) {
    try (NativeBuffer raw = plain.read(found.offset(), found.storedBytes())) {
      BlockReader.check(raw);
      return true;
    } catch (IOException | MalformedException | IndexOutOfBoundsException none) {
      return false;
    }
  }

  private int codecOf(Found found) {
    try (NativeBuffer head = plain.readBytes(found.offset(), TableFormat.STORED_HEADER_BYTES)) {
      return head.byteBuffer(0, head.capacity()).get(8) & 0xFF;
    } catch (IOException unreadable) {
      return -1;
    }
  }

  private void readData(@Nullable TableFooter footer, List<Found> walked) {
    TableIndex known = index;
    if (known != null) {
      for (int i = 0; i < known.blocks(); i++) {
        Found place = new Found(known.offset(i), known.storedBytes(i));
        CorruptionException damage = readBlock(place);
        if (damage != null) {
          damages.add(damage);
          gaps.add(
              new TableGap(
                  place.offset(), place.storedBytes(), known.lower(i), known.upper(i), damage));
        }
      }
      return;
    }
    long from = dataOffset(footer, walked);
    long to = footer == null ? fileBytes : footer.filterOffset();
    List<Found> places =
        footer == null ? walked : new StoredBlockWalk(file, fileNumber).between(from, to);
    for (Found place : places) {
      if (place.offset() >= from) {
        CorruptionException damage = readBlock(place);
        if (damage != null && footer != null) {
          damages.add(damage);
        }
      }
    }
    if (footer == null) {
      dropWhatIsNoData();
    }
    findGaps(from, to, footer == null);
  }

  /**
   * Where no footer tells what a part is, range tombstones of a few bytes can pass for a data
   * block: they stand behind all data, and what is no data is not in key order with it, but by
   * chance.
   */
  private void dropWhatIsNoData() {
    blocks.sort(Comparator.comparingLong(TableSalvage.Block::offset));
    for (int i = 1; i < blocks.size(); i++) {
      if (blocks.get(i).firstKey().compareTo(blocks.get(i - 1).lastKey()) < 0) {
        blocks.subList(i, blocks.size()).clear();
      }
    }
  }

  /**
   * Notes what lies between the blocks that were read.
   *
   * @param endLost whether data may have stood behind all that is there
   */
  private void findGaps(long from, long to, boolean endLost) {
    long at = from;
    Slice last = null;
    blocks.sort(Comparator.comparingLong(TableSalvage.Block::offset));
    for (TableSalvage.Block block : blocks) {
      addGap(at, block.offset(), last, block.firstKey(), false);
      at = block.end();
      last = block.lastKey();
    }
    addGap(at, to, last, null, endLost);
  }

  private void addGap(long at, long end, @Nullable Slice from, @Nullable Slice to, boolean always) {
    if (at < end || always) {
      long length = Math.max(0, end - at); // nothing is left where the file was cut
      CorruptionException damage =
          plain.damaged(
              at,
              "data blocks",
              length == 0 ? "the end of the file" : length + " bytes in which there is none");
      damages.add(damage);
      gaps.add(new TableGap(at, length, from, to, damage));
    }
  }

  /** Notes a data block, or returns why there is none. */
  private @Nullable CorruptionException readBlock(Found place) {
    long offset = place.offset();
    if (dictionaryLost && codecOf(place) == 2) {
      return plain.damaged(offset, "a dictionary to decompress it with", "none that is whole");
    }
    StoredBlockReader reader = new StoredBlockReader(file, name, fileNumber, dictionary);
    try (NativeBuffer raw = reader.read(offset, place.storedBytes())) {
      BlockReader.check(raw);
      blocks.add(describe(place, codecOf(place), raw));
      return null;
    } catch (MalformedException | IndexOutOfBoundsException e) {
      return plain.damaged(offset, "a data block", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return damage(offset, "a data block", e);
    }
  }

  private static TableSalvage.Block describe(Found place, int codec, NativeBuffer raw) {
    BlockReader block = new BlockReader();
    RunReader run = new RunReader();
    block.open(raw);
    block.openRun(0, run);
    Slice first = keyOf(run, 0);
    block.openRun(block.runs() - 1, run);
    return new TableSalvage.Block(
        place.offset(),
        place.storedBytes(),
        raw.capacity(),
        codec,
        block.runs(),
        first,
        keyOf(run, run.rows() - 1));
  }

  private static Slice keyOf(RunReader run, int row) {
    byte[] bytes = new byte[Math.max(run.keyLength(0), run.keyLength(row))];
    MemorySegment target = MemorySegment.ofArray(bytes);
    run.copyFirstKey(target);
    if (row > 0) {
      run.copyKey(row, target);
    }
    return Slice.of(bytes, 0, run.keyLength(row));
  }

  @Override
  public void close() {
    if (index != null) {
      index.release();
      index = null;
    }
    if (dictionary != null) {
      dictionary.close();
      dictionary = null;
    }
  }
}
