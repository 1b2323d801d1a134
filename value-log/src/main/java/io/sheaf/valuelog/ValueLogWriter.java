package io.sheaf.valuelog;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Compressor;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes value blocks of one table into value files, each up to a size. A file is created when its
 * first block comes, so a writer without blocks leaves no file.
 *
 * <p>After an exception nothing more can be written: closing deletes the files.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who asked for it closes it.
 */
public final class ValueLogWriter implements ValueWriter {
  private static final int PAYLOAD_BYTES = 64 << 10;

  private final FileSystem fileSystem;
  private final Path directory;
  private final LongSupplier fileNumbers;
  private final int tableId;
  private final ValueLogOptions options;
  private final MemoryBudget budget;
  private final Executor syncer;
  private final @Nullable Dictionary dictionary;
  private final Compressor compressor;
  private final GrowableBuffer buffer;
  private final List<ValueFileWriter> complete = new ArrayList<>();
  private final List<ValueFileMetadata> metadata = new ArrayList<>();
  private GrowableBuffer payload;
  private @Nullable ValueFileWriter file;
  private long completeBytes;
  private long budgetedBytes;
  private State state = State.WRITING;

  private enum State {
    WRITING,
    FAILED,
    FINISHED,
    CLOSED
  }

  /**
   * A writer of blocks of one table.
   *
   * @param dictionary what blocks are compressed with; null: nothing
   * @param fileNumbers gives a number that no file of the store has or had, each time it is asked
   * @param syncer runs syncs beside this writer; a sync that it does not run in time runs here
   */
  ValueLogWriter(
      FileSystem fileSystem,
      Path directory,
      LongSupplier fileNumbers,
      int tableId,
      Compression compression,
      @Nullable Dictionary dictionary,
      ValueLogOptions options,
      MemoryBudget budget,
      Executor syncer) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.fileNumbers = fileNumbers;
    this.tableId = tableId;
    this.options = options;
    this.budget = budget;
    this.syncer = syncer;
    this.dictionary = dictionary;
    this.compressor = new Compressor(compression, dictionary);
    this.buffer = new GrowableBuffer(ValueFileWriter.BUFFER_BYTES);
    this.payload = new GrowableBuffer(PAYLOAD_BYTES);
    countMemory();
  }

  @Override
  public void addBlock(
      Slice prefix,
      Slice firstSuffix,
      Slice lastSuffix,
      int rows,
      long newestTimeMillis,
      MemorySegment values,
      long offset,
      int length,
      ValueReference into)
      throws IOException {
    checkWriting();
    check(prefix, firstSuffix, lastSuffix, rows, length);
    MemorySegment all = values.asSlice(offset, length);
    state = State.FAILED; // until the end is reached
    Compression.Codec codec = compress(all);
    ValueFileWriter target = fileForNextBlock();
    into.fileNumber = target.number();
    into.blockOffset = target.sizeBytes();
    into.rawBytes = length;
    into.storedBytes =
        target.append(
            codec, length, payload, rows, prefix, firstSuffix, lastSuffix, newestTimeMillis);
    countMemory();
    if (payload.segment().byteSize() > ValueFileWriter.BUFFER_BYTES) {
      payload.close();
      payload = new GrowableBuffer(PAYLOAD_BYTES);
      countMemory();
    }
    state = State.WRITING;
  }

  private static void check(
      Slice prefix, Slice firstSuffix, Slice lastSuffix, int rows, int length) {
    if (rows < 1) {
      throw new IllegalArgumentException("a value block holds at least one row, not " + rows);
    }
    if (length < 0 || length > ValueFileFormat.MAX_RAW_BYTES) {
      throw new IllegalArgumentException(
          "values of a block must be 0 bytes to 1 GB, not " + length + " bytes");
    }
    long keyBytes = (long) prefix.length() + firstSuffix.length() + lastSuffix.length();
    if (keyBytes > ValueFileFormat.MAX_BLOCK_HEADER_BYTES - 64) {
      throw new IllegalArgumentException(
          "prefix " + prefix + " and suffixes have " + keyBytes + " bytes, more than 1 MB");
    }
  }

  /** Fills {@link #payload}. */
  private Compression.Codec compress(MemorySegment values) {
    payload.clear();
    if (values.isNative()) {
      return compressor.compress(values.asByteBuffer(), payload);
    }
    try (GrowableBuffer copy = new GrowableBuffer((int) values.byteSize())) {
      copy.putBytes(values, 0, (int) values.byteSize());
      ByteBuffer direct = copy.byteBuffer(0, copy.size());
      return compressor.compress(direct, payload);
    }
  }

  private ValueFileWriter fileForNextBlock() throws IOException {
    ValueFileWriter current = file;
    if (current != null && current.sizeBytes() >= options.fileBytes()) {
      completeFile(current);
      current.beginSync();
      current = null;
    }
    if (current == null) {
      long number = fileNumbers.getAsLong();
      buffer.clear();
      current =
          new ValueFileWriter(
              fileSystem,
              directory.resolve(FileNames.of(FileKind.VALUES, number)),
              number,
              tableId,
              options.syncBytes(),
              dictionary,
              buffer,
              syncer);
      file = current;
    }
    return current;
  }

  private void completeFile(ValueFileWriter current) throws IOException {
    ValueFileMetadata described = current.finish();
    metadata.add(described);
    complete.add(current);
    completeBytes += described.sizeBytes();
    file = null;
  }

  @Override
  public long bytesWritten() {
    return completeBytes + (file == null ? 0 : file.sizeBytes());
  }

  @Override
  public List<ValueFileMetadata> finish() throws IOException {
    checkWriting();
    state = State.FAILED; // until the end is reached
    if (file != null) {
      completeFile(file);
    }
    for (ValueFileWriter each : complete) {
      each.makeDurable();
    }
    state = State.FINISHED;
    return List.copyOf(metadata);
  }

  private void checkWriting() throws IOException {
    switch (state) {
      case WRITING -> {}
      case FAILED ->
          throw new IOException(
              "writing values to " + directory + " failed before; close the writer, begin anew");
      case FINISHED, CLOSED -> throw new ClosedException("value writer of table " + tableId);
    }
  }

  /** Keeps the budget at what the buffers take. */
  private void countMemory() {
    long bytes = buffer.segment().byteSize() + payload.segment().byteSize();
    budget.add(MemoryBudget.Use.BUFFERS, bytes - budgetedBytes);
    budgetedBytes = bytes;
  }

  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    boolean keep = state == State.FINISHED;
    state = State.CLOSED;
    compressor.close();
    buffer.close();
    payload.close();
    budget.add(MemoryBudget.Use.BUFFERS, -budgetedBytes);
    if (!keep) {
      discard();
    }
  }

  private void discard() throws IOException {
    List<ValueFileWriter> all = new ArrayList<>(complete);
    if (file != null) {
      all.add(file);
    }
    IOException failure = null;
    for (ValueFileWriter each : all) {
      try {
        each.delete();
      } catch (IOException e) {
        if (failure == null) {
          failure = new IOException("cannot remove unfinished value files of " + directory);
        }
        failure.addSuppressed(e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
