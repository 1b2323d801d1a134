package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.value.ValueWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Value blocks in a map; remembers what was asked of it. */
final class MapValueStore implements ValueStore {
  final List<NativeBuffer> handedOut = new ArrayList<>();
  final List<Long> reads = new ArrayList<>();
  final List<List<Long>> prefetches = new ArrayList<>();
  private final Map<Long, Map<Long, byte[]>> files = new ConcurrentHashMap<>();
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private long file = 1000;
  private long offset = 32;

  /** Adds a value to the block being built and points {@code into} at it; lengths come later. */
  void append(byte[] value, ValueReference into) {
    into.fileNumber = file;
    into.blockOffset = offset;
    into.valueOffset = block.size();
    into.valueLength = value.length;
    into.rawBytes = 1 << 20;
    into.storedBytes = 1 << 20;
    block.writeBytes(value);
  }

  /** Bytes in the block being built. */
  int blockBytes() {
    return block.size();
  }

  /** Ends the block being built. */
  void endBlock() {
    byte[] bytes = block.toByteArray();
    files.computeIfAbsent(file, number -> new ConcurrentHashMap<>()).put(offset, bytes);
    offset += bytes.length + 20L;
    block.reset();
  }

  /** The next block goes to another file. */
  void nextFile() {
    file++;
    offset = 32;
  }

  @Override
  public synchronized NativeBuffer read(ValueReference reference, boolean cached)
      throws IOException {
    reads.add(reference.blockOffset);
    Map<Long, byte[]> blocks = files.get(reference.fileNumber);
    byte[] bytes = blocks == null ? null : blocks.get(reference.blockOffset);
    if (bytes == null) {
      throw new CorruptionException("values", reference.blockOffset, "a block", "none");
    }
    NativeBuffer buffer = NativeBuffer.copyOf(MemorySegment.ofArray(bytes));
    handedOut.add(buffer);
    return buffer;
  }

  @Override
  public synchronized void prefetch(List<ValueReference> references) {
    prefetches.add(references.stream().map(reference -> reference.blockOffset).toList());
  }

  @Override
  public ValueWriter newWriter(
      int tableId, Compression compression, @Nullable Dictionary dictionary) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forget(long fileNumber) {
    files.remove(fileNumber);
  }

  @Override
  public String fileName(long fileNumber) {
    return fileNumber + ".val";
  }

  @Override
  public void close() {}
}
