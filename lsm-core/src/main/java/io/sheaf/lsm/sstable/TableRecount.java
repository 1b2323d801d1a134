package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads every row of an SSTable with its value, and counts anew what the file says of itself.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class TableRecount {
  private static final ScanBounds ALL =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, false);

  /** Is told how each row is. */
  public interface Findings {
    /** The row and its value can be read; the row is valid until this returns. */
    void whole(Entry row);

    /** The value of the row cannot be read; the same. */
    void valueLost(Entry row, IOException cause);

    /** The row is not where a read looks for it; the same. */
    void misplaced(Entry row, String problem);
  }

  private TableRecount() {}

  /**
   * What the metadata of the file must be, as far as its rows can be read.
   *
   * @param extractor the prefix rule that the file was written under
   * @param whole the file as reads see it; null: it cannot be opened
   */
  public static FileMetadata of(
      TableSalvage table,
      FileMetadata stated,
      boolean keepsTimes,
      PrefixExtractor extractor,
      @Nullable TableReader whole,
      Findings findings)
      throws IOException {
    try (TableTotals totals = new TableTotals(keepsTimes);
        KeyCopy last = new KeyCopy()) {
      for (TableSalvage.Piece piece : table.pieces()) {
        piece.reader().date(stated);
        count(piece.reader(), extractor, whole, totals, last, findings);
      }
      return totals.entries() == 0 && table.rangeTombstones().isEmpty()
          ? stated
          : totals.metadata(
              stated.number(),
              stated.level(),
              stated.sizeBytes(),
              last.isPresent() ? last.get() : new Slice(),
              table.rangeTombstones().tombstones());
    }
  }

  private static void count(
      TableReader piece,
      PrefixExtractor extractor,
      @Nullable TableReader whole,
      TableTotals totals,
      KeyCopy last,
      Findings findings)
      throws IOException {
    Slice suffix = new Slice();
    Slice prefix = new Slice();
    ValueReference reference = new ValueReference();
    try (InternalCursor row = piece.cursor(ALL)) {
      for (row.seekFirst(); row.valid(); row.next()) {
        Slice key = row.key();
        int prefixLength = extractor.prefixLength(key);
        prefix.set(key, 0, prefixLength);
        suffix.set(key, prefixLength, key.length() - prefixLength);
        if (row.separated()) {
          row.reference(reference);
          totals.add(key, suffix, row.sequence(), row.timeMillis(), reference);
        } else {
          totals.add(key, suffix, row.sequence(), row.kind(), row.timeMillis(), row.valueLength());
        }
        if (last.isPresent() && key.compareTo(last.get()) < 0) {
          findings.misplaced(row, "stands behind key " + last.get());
        }
        last.set(key);
        if (whole != null && !(whole.mayContainKey(key) && whole.mayContainPrefix(prefix))) {
          findings.misplaced(row, "is not in the file's filter");
        }
        readValue(row, findings);
      }
    }
  }

  private static void readValue(InternalCursor row, Findings findings) {
    try {
      int length = row.kind() == EntryKind.PUT ? row.value().length() : row.valueLength();
      assert length == row.valueLength();
      findings.whole(row);
    } catch (IOException e) {
      findings.valueLost(row, e);
    }
  }
}
