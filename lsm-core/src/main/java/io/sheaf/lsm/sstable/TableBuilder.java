package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.StoredTable;
import io.sheaf.lsm.version.TableDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an SSTable, as {@link TableFormat} says.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Copies what it is given. The creator
 * closes it; closed before {@link #finish} returned, it deletes the file.
 */
public final class TableBuilder implements AutoCloseable {
  private static final Comparator<RangeTombstone> TOMBSTONE_ORDER =
      Comparator.comparing(RangeTombstone::start)
          .thenComparing(RangeTombstone::end)
          .thenComparing(Comparator.comparingLong(RangeTombstone::sequence).reversed());

  private final FileSystem fileSystem;
  private final Path path;
  private final long fileNumber;
  private final int level;
  private final StoredTable table;
  private final PrefixExtractor extractor;
  private final boolean keepsTimes;
  private final int dictionaryBytes;
  private final WritableFile file;
  private final StoredBlockWriter out;
  private final BlockBuilder block;
  private final TableIndexBuilder index;
  private final PrefixFilterBuilder filter;
  private final TableTotals totals;
  private final List<RangeTombstone> tombstones = new ArrayList<>();
  private final KeyCopy firstOfBlock;
  private final KeyCopy last;
  private final Slice prefix = new Slice();
  private final Slice suffix = new Slice();
  private int lastPrefixLength;
  private long lastSequence;
  private final boolean ingested;
  private boolean sameKey;
  private boolean newPrefix;
  private List<MergedRange> merged = List.of();
  private boolean finished;
  private boolean closed;

  /**
   * Creates the file.
   *
   * @param level level of the run that the file will belong to, kept in its metadata
   * @param table the table that it belongs to
   * @param dictionary what data blocks are compressed with; null: nothing
   * @throws java.nio.file.FileAlreadyExistsException when the name is taken
   */
  public TableBuilder(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      int level,
      TableDescriptor table,
      Compression compression,
      @Nullable Dictionary dictionary)
      throws IOException {
    this(fileSystem, file, fileNumber, level, table, compression, dictionary, false);
  }

  /**
   * The same.
   *
   * @param ingested whether the entries, which have sequence number 0, get the one that the
   *     manifest says
   */
  public TableBuilder(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      int level,
      TableDescriptor table,
      Compression compression,
      @Nullable Dictionary dictionary,
      boolean ingested)
      throws IOException {
    this(
        fileSystem,
        file,
        fileNumber,
        level,
        table,
        compression,
        dictionary,
        ingested,
        table.options().keyBlockBytes(),
        table.options().expires());
  }

  /** The same with data blocks of any length, in bytes, and with write times or not. */
  TableBuilder(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      int level,
      TableDescriptor table,
      Compression compression,
      @Nullable Dictionary dictionary,
      int blockBytes,
      boolean keepsTimes)
      throws IOException {
    this(
        fileSystem,
        file,
        fileNumber,
        level,
        table,
        compression,
        dictionary,
        false,
        blockBytes,
        keepsTimes);
  }

  private TableBuilder(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      int level,
      TableDescriptor table,
      Compression compression,
      @Nullable Dictionary dictionary,
      boolean ingested,
      int blockBytes,
      boolean keepsTimes)
      throws IOException {
    this.ingested = ingested;
    this.fileSystem = fileSystem;
    this.path = file;
    this.fileNumber = fileNumber;
    this.level = level;
    this.table = StoredTable.of(table);
    this.extractor = table.options().prefix();
    this.keepsTimes = keepsTimes;
    Cleanup undo = new Cleanup();
    this.file = fileSystem.create(file);
    try {
      undo.add(() -> fileSystem.delete(file));
      undo.add(this.file);
      this.out =
          undo.add(
              new StoredBlockWriter(
                  this.file,
                  fileNumber,
                  ingested ? FileHeader.INGESTED_VERSION : FileHeader.TABLE_VERSION,
                  compression,
                  dictionary));
      this.dictionaryBytes = (int) out.position() - FileHeader.BYTES;
      this.block = undo.add(new BlockBuilder(blockBytes, keepsTimes));
      this.index = undo.add(new TableIndexBuilder());
      this.filter = undo.add(new PrefixFilterBuilder());
      this.totals = undo.add(new TableTotals(keepsTimes));
      this.firstOfBlock = undo.add(new KeyCopy());
      this.last = undo.add(new KeyCopy());
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  /**
   * Appends an entry with its value inside, or a delete. Keys rise; versions of a key come newest
   * first.
   *
   * @param value ignored for a delete
   * @throws IllegalArgumentException when the entry does not come after the one before, or key or
   *     value is too long
   */
  public void add(Slice key, long sequence, EntryKind kind, long timeMillis, Slice value)
      throws IOException {
    if (kind == EntryKind.PUT && value.length() > TableFormat.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of "
              + key
              + " has "
              + value.length()
              + " bytes, at most "
              + TableFormat.MAX_VALUE_BYTES);
    }
    begin(key, sequence);
    if (block.isFullBefore(newPrefix, kind)) {
      writeBlock();
    }
    beginBlock(key);
    block.add(key, newPrefix, sameKey, sequence, kind, timeMillis, value);
    totals.add(key, suffix, sequence, kind, timeMillis, value.length());
    end(key, sequence);
  }

  /**
   * Appends a PUT whose value lies in a value block.
   *
   * @throws IllegalArgumentException see {@link #add}
   */
  public void addReference(Slice key, long sequence, long timeMillis, ValueReference reference)
      throws IOException {
    begin(key, sequence);
    if (block.isFullBefore(newPrefix, reference)) {
      writeBlock();
    }
    beginBlock(key);
    block.addReference(key, newPrefix, sameKey, sequence, timeMillis, reference);
    totals.add(key, suffix, sequence, timeMillis, reference);
    end(key, sequence);
  }

  /** Adds a range tombstone; in any order, before {@link #finish}. */
  public void addRangeTombstone(RangeTombstone tombstone) {
    checkOpen();
    tombstones.add(tombstone);
  }

  /** Says what the file has replaced, in key order; before {@link #finish}. */
  public void setMerged(List<MergedRange> merged) {
    checkOpen();
    this.merged = List.copyOf(merged);
  }

  private void begin(Slice key, long sequence) {
    checkOpen();
    boolean first = totals.entries() == 0;
    int order = first ? 1 : key.compareTo(last.get());
    if (order < 0 || (order == 0 && sequence >= lastSequence)) {
      throw new IllegalArgumentException(
          "entry "
              + key
              + " at "
              + sequence
              + " does not come after "
              + last.get()
              + " at "
              + lastSequence
              + " in "
              + path);
    }
    if (key.length() > TableFormat.MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key " + key + " is longer than " + TableFormat.MAX_KEY_BYTES + " bytes");
    }
    if (!SequenceNumber.isOne(sequence)) {
      throw new IllegalArgumentException("sequence number " + sequence + " of " + key);
    }
    sameKey = order == 0;
    int prefixLength = sameKey ? lastPrefixLength : extractor.prefixLength(key);
    prefix.set(key, 0, prefixLength);
    suffix.set(key, prefixLength, key.length() - prefixLength);
    if (sameKey) {
      newPrefix = false;
      return;
    }
    newPrefix = first || prefixLength != lastPrefixLength || !last.get().startsWith(prefix);
    lastPrefixLength = prefixLength;
    if (newPrefix) {
      filter.add(prefix.hash64());
    }
    if (!newPrefix || !suffix.isEmpty()) {
      filter.add(key.hash64());
    }
  }

  private void beginBlock(Slice key) {
    if (block.isEmpty()) {
      firstOfBlock.set(key);
    }
  }

  private void end(Slice key, long sequence) {
    lastSequence = sequence;
    if (!sameKey) {
      last.set(key);
    }
  }

  private void writeBlock() throws IOException {
    index.add(firstOfBlock.get(), last.get(), out.position());
    out.writeData(block.finish());
    block.clear();
  }

  /** The key of the entry appended last; valid until the next. Empty before the first. */
  public Slice lastKey() {
    return last.get();
  }

  /** Number of entries appended, range tombstones not counted. */
  public long entries() {
    return totals.entries();
  }

  /** Bytes that the file would have now, roughly; rather too many. */
  public long estimatedBytes() {
    return out.position()
        + (block.isEmpty() ? 0 : block.estimatedBytes())
        + filter.estimatedBytes()
        + index.estimatedBytes();
  }

  /**
   * Completes the file and makes its content durable; the directory is the caller's.
   *
   * @throws IllegalStateException when there is nothing in it
   */
  public FileMetadata finish() throws IOException {
    checkOpen();
    if (totals.entries() == 0 && tombstones.isEmpty()) {
      throw new IllegalStateException("table " + path + " would be empty");
    }
    if (!block.isEmpty()) {
      writeBlock();
    }
    tombstones.sort(TOMBSTONE_ORDER);
    FileMetadata metadata = totals.metadata(fileNumber, level, 0, last.get(), tombstones);
    out.writeFooter(writeTail(metadata));
    file.sync();
    file.close();
    finished = true;
    FileMetadata complete =
        totals.metadata(fileNumber, level, out.position(), last.get(), tombstones);
    close();
    return complete;
  }

  private TableFooter writeTail(FileMetadata metadata) throws IOException {
    try (GrowableBuffer raw = new GrowableBuffer(4 << 10)) {
      long filterOffset = out.position();
      if (!filter.isEmpty()) {
        filter.finish(raw);
        out.writePlain(raw);
        raw.clear();
      }
      long tombstonesOffset = out.position();
      if (!tombstones.isEmpty()) {
        TombstoneBlock.append(tombstones, raw);
        out.writeCompressed(raw);
        raw.clear();
      }
      long indexOffset = out.position();
      index.finish(filterOffset, raw);
      out.writeCompressed(raw);
      raw.clear();
      long propertiesOffset = out.position();
      new TableProperties(metadata, table, merged, ingested, keepsTimes, dictionaryBytes)
          .append(raw);
      out.writeCompressed(raw);
      return new TableFooter(filterOffset, tombstonesOffset, indexOffset, propertiesOffset);
    }
  }

  private void checkOpen() {
    if (closed || finished) {
      throw new ClosedException("builder of " + path);
    }
  }

  /** Gives back what it holds; before {@link #finish} returned, deletes what was written. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    out.close();
    block.close();
    index.close();
    filter.close();
    totals.close();
    firstOfBlock.close();
    last.close();
    if (!finished) {
      try {
        file.close();
      } finally {
        fileSystem.delete(path);
      }
    }
  }
}
