package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.DecompressionDictionary;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.key.RangeTombstones;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * All of an SSTable but its data.
 *
 * @param index where the data blocks lie
 * @param filter filter of prefixes and keys; null where there is no data
 * @param dictionary what the data is compressed with; null: nothing
 * @param tombstones range tombstones
 * @param properties what the file says of itself
 */
record TableParts(
    TableIndex index,
    @Nullable PrefixFilter filter,
    @Nullable DecompressionDictionary dictionary,
    RangeTombstones tombstones,
    TableProperties properties)
    implements AutoCloseable {

  /**
   * Reads and checks the parts of a file of {@code fileBytes} bytes.
   *
   * @throws io.sheaf.lsm.io.CorruptionException when one is not what was written
   */
  static TableParts read(StoredBlockReader blocks, long fileNumber, long fileBytes)
      throws IOException {
    TableFooter footer = TableFooter.read(blocks, fileNumber, fileBytes);
    long filterAt = footer.filterOffset();
    long tombstonesAt = footer.tombstonesOffset();
    long indexAt = footer.indexOffset();
    long propertiesAt = footer.propertiesOffset();
    int propertiesBytes = (int) (fileBytes - TableFooter.BYTES - propertiesAt);
    TableProperties properties =
        blocks.read(
            propertiesAt,
            propertiesBytes,
            "properties",
            block -> TableProperties.parse(block, fileNumber, fileBytes));
    RangeTombstones tombstones =
        tombstonesAt == indexAt
            ? RangeTombstones.NONE
            : blocks.read(
                tombstonesAt,
                (int) (indexAt - tombstonesAt),
                "range tombstones",
                TombstoneBlock::parse);
    TableIndex index =
        blocks.read(
            indexAt,
            (int) (propertiesAt - indexAt),
            "an index",
            block -> TableIndex.parse(block, indexAt));
    DecompressionDictionary dictionary = null;
    try {
      if (index.offset(index.blocks()) != filterAt) {
        throw blocks.damaged(
            indexAt, "data blocks up to " + filterAt, "up to " + index.offset(index.blocks()));
      }
      dictionary = dictionary(blocks, properties, index.offset(0));
      PrefixFilter filter =
          filterAt == tombstonesAt
              ? null
              : blocks.read(
                  filterAt, (int) (tombstonesAt - filterAt), "a filter", PrefixFilter::parse);
      return new TableParts(index, filter, dictionary, tombstones, properties);
    } catch (Throwable e) {
      index.release();
      if (dictionary != null) {
        dictionary.close();
      }
      throw e;
    }
  }

  /** Gives back the memory of parts that no reader has taken over. */
  @Override
  public void close() {
    index.release();
    if (filter != null) {
      filter.close();
    }
    if (dictionary != null) {
      dictionary.close();
    }
  }

  private static @Nullable DecompressionDictionary dictionary(
      StoredBlockReader blocks, TableProperties properties, long dataOffset) throws IOException {
    int storedBytes = properties.dictionaryBytes();
    if (dataOffset - FileHeader.BYTES != storedBytes) {
      throw blocks.damaged(
          FileHeader.BYTES,
          "a dictionary of " + storedBytes + " bytes",
          (dataOffset - FileHeader.BYTES) + " bytes before the data");
    }
    return storedBytes == 0
        ? null
        : blocks.read(FileHeader.BYTES, storedBytes, "a dictionary", TableParts::dictionary);
  }

  private static DecompressionDictionary dictionary(NativeBuffer block) {
    byte[] bytes = new Slice().set(block.segment(), 0, block.capacity()).toByteArray();
    DecompressionDictionary made = new DecompressionDictionary(new Dictionary(bytes));
    block.close();
    return made;
  }
}
