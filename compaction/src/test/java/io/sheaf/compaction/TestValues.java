package io.sheaf.compaction;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.value.ValueWriter;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The plainest value store: blocks as they are, behind a byte that keeps empty ones apart. */
final class TestValues implements ValueStore {
  private static final int HEADER_BYTES = 1;

  private final FileSystem fileSystem;
  private final Path directory;
  private final LongSupplier fileNumbers;

  TestValues(FileSystem fileSystem, Path directory, LongSupplier fileNumbers) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.fileNumbers = fileNumbers;
  }

  @Override
  public ValueWriter newWriter(
      int tableId, Compression compression, @Nullable Dictionary dictionary) {
    return new Writer(tableId);
  }

  @Override
  public NativeBuffer read(ValueReference reference, boolean cached) throws IOException {
    NativeBuffer block = NativeBuffer.allocate(reference.rawBytes);
    try (ReadableFile file = fileSystem.open(path(reference.fileNumber))) {
      int read =
          file.read(block.byteBuffer(0, reference.rawBytes), reference.blockOffset + HEADER_BYTES);
      if (read != reference.rawBytes) {
        throw new EOFException(read + " bytes of " + reference);
      }
      return block;
    } catch (IOException cause) {
      block.close();
      throw cause;
    }
  }

  @Override
  public void prefetch(List<ValueReference> references) {}

  @Override
  public void forget(long fileNumber) {}

  @Override
  public String fileName(long fileNumber) {
    return FileNames.of(FileKind.VALUES, fileNumber);
  }

  @Override
  public void close() {}

  private Path path(long number) {
    return directory.resolve(fileName(number));
  }

  private final class Writer implements ValueWriter {
    private final int tableId;
    private @Nullable WritableFile file;
    private long number;
    private long rawBytes;
    private long rows;
    private long blocks;
    private long newestMillis;
    private boolean finished;

    Writer(int tableId) {
      this.tableId = tableId;
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
      WritableFile out = file;
      if (out == null) {
        number = fileNumbers.getAsLong();
        out = fileSystem.create(path(number));
        file = out;
      }
      into.fileNumber = number;
      into.blockOffset = out.position();
      into.storedBytes = HEADER_BYTES + length;
      into.rawBytes = length;
      out.write(ByteBuffer.allocate(HEADER_BYTES));
      out.write(values.asSlice(offset, length).asByteBuffer());
      rawBytes += length;
      this.rows += rows;
      blocks++;
      newestMillis = Math.max(newestMillis, newestTimeMillis);
    }

    @Override
    public long bytesWritten() {
      return file == null ? 0 : file.position();
    }

    @Override
    public List<ValueFileMetadata> finish() throws IOException {
      WritableFile out = file;
      if (out == null) {
        finished = true;
        return List.of();
      }
      out.sync();
      fileSystem.syncDirectory(directory);
      finished = true;
      long bytes = out.position();
      return List.of(
          new ValueFileMetadata(number, tableId, bytes, rawBytes, rows, blocks, newestMillis));
    }

    @Override
    public void close() throws IOException {
      WritableFile out = file;
      file = null;
      if (out != null) {
        out.close();
        if (!finished) {
          fileSystem.delete(path(number));
        }
      }
    }
  }
}
