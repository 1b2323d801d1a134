package io.sheaf.cli.move;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The rows of a RocksDB column family in key order.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who opened it closes it.
 */
final class RocksSource implements AutoCloseable {
  private final RocksIterator rows;
  private final Opened opened;
  private boolean begun;

  private RocksSource(RocksIterator rows, Opened opened) {
    this.rows = rows;
    this.opened = opened;
  }

  /** What was opened, to be closed again in the reverse order. */
  private static final class Opened {
    private final List<AutoCloseable> all = new ArrayList<>();

    <T extends AutoCloseable> T add(T resource) {
      all.add(resource);
      return resource;
    }

    void close() throws IOException {
      for (AutoCloseable each : all.reversed()) {
        try {
          each.close();
        } catch (Exception e) {
          throw new IOException("RocksDB cannot be closed: " + e.getMessage(), e);
        }
      }
      all.clear();
    }
  }

  /**
   * Opens a column family for reading.
   *
   * @throws IOException when there is none, or RocksDB says why it cannot be opened
   */
  static RocksSource open(Path directory, String columnFamily) throws IOException {
    RocksDB.loadLibrary();
    Opened opened = new Opened();
    boolean open = false;
    try {
      RocksSource source = open(directory, columnFamily, opened);
      open = true;
      return source;
    } catch (RocksDBException e) {
      throw new IOException("RocksDB in " + directory + ": " + e.getMessage(), e);
    } finally {
      if (!open) {
        opened.close();
      }
    }
  }

  private static RocksSource open(Path directory, String columnFamily, Opened opened)
      throws RocksDBException, IOException {
    List<String> names = new ArrayList<>();
    for (byte[] name :
        RocksDB.listColumnFamilies(opened.add(new Options()), directory.toString())) {
      names.add(new String(name, StandardCharsets.UTF_8));
    }
    if (!names.contains(columnFamily)) {
      throw new IOException(
          directory
              + " has no column family '"
              + columnFamily
              + "'; name one of these with --column-family: "
              + String.join(", ", names));
    }
    ColumnFamilyOptions familyOptions = opened.add(new ColumnFamilyOptions());
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (String name : names) {
      descriptors.add(
          new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), familyOptions));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    DBOptions options = opened.add(new DBOptions());
    RocksDB db =
        opened.add(RocksDB.openReadOnly(options, directory.toString(), descriptors, handles));
    handles.forEach(opened::add);
    return new RocksSource(
        opened.add(db.newIterator(handles.get(names.indexOf(columnFamily)))), opened);
  }

  /** Goes to the next row; false behind the last. */
  boolean next() throws IOException {
    if (begun) {
      rows.next();
    } else {
      rows.seekToFirst();
      begun = true;
    }
    if (!rows.isValid()) {
      try {
        rows.status();
      } catch (RocksDBException e) {
        throw new IOException("RocksDB: " + e.getMessage(), e);
      }
    }
    return rows.isValid();
  }

  byte[] key() {
    return rows.key();
  }

  byte[] value() {
    return rows.value();
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
