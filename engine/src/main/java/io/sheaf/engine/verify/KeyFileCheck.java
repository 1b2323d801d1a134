package io.sheaf.engine.verify;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LostRows;
import io.sheaf.engine.inspect.MetadataComparison;
import io.sheaf.engine.inspect.RowRange;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.sstable.TableGap;
import io.sheaf.lsm.sstable.TableProperties;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.sstable.TableRecount;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PrefixResolver;
import io.sheaf.lsm.version.TableDescriptor;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks SSTables, and with a deep check the values that their rows refer to.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class KeyFileCheck {
  private final StoreFileReaders readers;
  private final boolean deep;
  private final Findings findings;
  private long rows;

  KeyFileCheck(StoreFileReaders readers, boolean deep, Findings findings) {
    this.readers = readers;
    this.deep = deep;
    this.findings = findings;
  }

  /** Rows read so far. */
  long rows() {
    return rows;
  }

  /** Checks a file that the manifest names. */
  void check(TableDescriptor table, FileMetadata file, boolean present) {
    String name = FileNames.of(FileKind.SSTABLE, file.number());
    if (!present) {
      findings.add(
          new Finding(name, 0, "is in the manifest, but there is no such file", all(table, file)));
      return;
    }
    try (TableReader whole = readers.table(file.number())) {
      whole.date(file);
      TableProperties properties = whole.properties();
      String differences = MetadataComparison.differences(properties.metadata(), file);
      if (properties.table().id() != table.id()) {
        differences = "table " + properties.table().id() + " instead of " + table.id();
      }
      if (!differences.isEmpty()) {
        findings.add(
            new Finding(
                name, 0, "is not what the manifest says: " + differences, all(table, file)));
      }
      if (deep) {
        checkRows(table, file, whole);
      }
    } catch (IOException e) {
      findings.add(name, e, null);
      if (deep) {
        checkRows(table, file, null);
      }
    }
  }

  /** Checks a file of which no manifest speaks. */
  void checkAlone(long number, PrefixResolver prefixes) {
    String name = FileNames.of(FileKind.SSTABLE, number);
    try (TableReader whole = readers.table(number)) {
      if (deep) {
        checkRows(
            whole.properties().table().resolve(prefixes), whole.properties().metadata(), whole);
      }
    } catch (IOException e) {
      findings.add(name, e, null);
    }
  }

  private void checkRows(TableDescriptor table, FileMetadata file, @Nullable TableReader whole) {
    String name = FileNames.of(FileKind.SSTABLE, file.number());
    try (TableSalvage salvage = readers.salvage(file.number())) {
      Set<Long> gaps = new HashSet<>();
      for (TableGap gap : salvage.gaps()) {
        gaps.add(gap.offset());
        findings.add(
            name,
            gap.cause(),
            range(
                table,
                gap.from() == null ? file.smallestKey() : gap.from(),
                gap.to() == null ? file.largestKey() : gap.to(),
                RowRange.UNKNOWN));
      }
      for (CorruptionException damage : salvage.damages()) {
        if (!gaps.contains(damage.offset())) {
          findings.add(name, damage, null);
        }
      }
      recount(name, table, file, whole, salvage);
    } catch (IOException e) {
      findings.add(name, e, all(table, file));
    }
  }

  private void recount(
      String name,
      TableDescriptor table,
      FileMetadata file,
      @Nullable TableReader whole,
      TableSalvage salvage)
      throws IOException {
    LostRows lost = new LostRows(table, findings::add);
    boolean sameRule = whole != null && whole.groupedBy(table.options().prefix());
    Optional<TableProperties> properties = salvage.properties();
    FileMetadata counted =
        TableRecount.of(
            salvage,
            file,
            properties.map(stored -> keepsTimes(stored, file)).orElse(table.options().expires()),
            table.options().prefix(),
            sameRule ? whole : null,
            new RowFindings(name, table, lost));
    lost.end();
    if (salvage.damages().isEmpty() && sameRule) {
      String differences = MetadataComparison.differences(counted, file);
      if (!differences.isEmpty()) {
        findings.add(
            new Finding(name, 0, "its rows were counted anew: " + differences, all(table, file)));
      }
    }
  }

  private static boolean keepsTimes(TableProperties stored, FileMetadata stated) {
    return stored.ingested() ? stated.newestTimeMillis() > 0 : stored.keepsTimes();
  }

  /** Findings about single rows of a file. */
  private final class RowFindings implements TableRecount.Findings {
    private final String name;
    private final TableDescriptor table;
    private final LostRows lost;
    private final ValueReference reference = new ValueReference();

    RowFindings(String name, TableDescriptor table, LostRows lost) {
      this.name = name;
      this.table = table;
      this.lost = lost;
    }

    @Override
    public void valueLost(Entry row, IOException cause) {
      rows++;
      row.reference(reference);
      lost.lost(readers.values().fileName(reference.fileNumber), row, cause);
    }

    @Override
    public void misplaced(Entry row, String problem) {
      Slice key = Slice.copyOf(row.key());
      findings.add(new Finding(name, 0, "a row " + problem, range(table, key, key, 1)));
    }

    @Override
    public void whole(Entry row) {
      rows++;
      lost.end();
    }
  }

  private static RowRange all(TableDescriptor table, FileMetadata file) {
    return range(table, file.smallestKey(), file.largestKey(), file.entries());
  }

  private static RowRange range(TableDescriptor table, Slice from, Slice to, long rows) {
    return RowRange.of(table.name(), table.options().prefix(), from, to, rows);
  }
}
