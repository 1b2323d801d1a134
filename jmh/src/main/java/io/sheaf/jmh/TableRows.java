package io.sheaf.jmh;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.jmh.DenseRows.DenseRow;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.sstable.TableBuilder;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one SSTable of the standard workload, dense, in the order of their keys, with the
 * default options of a table.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param rows the rows
 * @param references where their values would lie; null: inside
 * @param dictionary what blocks are compressed with
 */
record TableRows(
    List<DenseRow> rows,
    @Nullable List<ValueReference> references,
    @Nullable Dictionary dictionary) {
  /** Number of rows. */
  static final int ROWS = 20_000;

  /** Number of the file. */
  static final long FILE_NUMBER = 17;

  /** What a block of messages shrinks to, roughly. */
  private static final double STORED_RATIO = 0.39;

  /**
   * The rows.
   *
   * @param values {@code inline}: in the file; {@code separated}: referred to
   */
  static TableRows prepare(String values) {
    List<DenseRow> rows = DenseRows.of(DenseRows.workload(ROWS)).sorted().all();
    return new TableRows(
        rows,
        switch (values) {
          case "inline" -> null;
          case "separated" -> references(rows);
          default -> throw new IllegalArgumentException("values are inline or separated");
        },
        GroupedBlocks.dictionary(TableOptions.DEFAULT.dictionaryBytes()));
  }

  /** Writes them as a file of this name. */
  FileMetadata build(FileSystem files, Path file) throws IOException {
    TableOptions options = TableOptions.DEFAULT.withPrefix(new FixedPrefix(DenseRows.PREFIX_BYTES));
    try (TableBuilder builder =
        new TableBuilder(
            files,
            file,
            FILE_NUMBER,
            0,
            new TableDescriptor(1, "messages", options),
            options.compression(),
            dictionary)) {
      for (int i = 0; i < ROWS; i++) {
        DenseRow row = rows.get(i);
        if (references == null) {
          builder.add(row.key(), i + 1L, EntryKind.PUT, 0, row.value());
        } else {
          builder.addReference(row.key(), i + 1L, 0, references.get(i));
        }
      }
      return builder.finish();
    }
  }

  /** The keys in their order. */
  List<Slice> keys() {
    return rows.stream().map(DenseRow::key).toList();
  }

  /** Lays the values of each user out in blocks of a value file. */
  private static List<ValueReference> references(List<DenseRow> rows) {
    int fullBytes = TableOptions.DEFAULT.valueBlockBytes();
    List<ValueReference> all = new ArrayList<>();
    List<ValueReference> block = new ArrayList<>();
    long offset = 0;
    int blockBytes = 0;
    for (int i = 0; i < rows.size(); i++) {
      ValueReference reference = new ValueReference();
      reference.valueOffset = blockBytes;
      reference.valueLength = rows.get(i).value().length();
      block.add(reference);
      blockBytes += reference.valueLength;
      boolean last = i + 1 == rows.size() || !rows.get(i + 1).prefix().equals(rows.get(i).prefix());
      if (last || blockBytes >= fullBytes) {
        int storedBytes = (int) (blockBytes * STORED_RATIO);
        for (ValueReference each : block) {
          each.fileNumber = FILE_NUMBER + 1;
          each.blockOffset = offset;
          each.rawBytes = blockBytes;
          each.storedBytes = storedBytes;
        }
        all.addAll(block);
        block.clear();
        offset += storedBytes;
        blockBytes = 0;
      }
    }
    return all;
  }
}
