package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.Compressor;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.StreamCompressor;
import io.sheaf.lsm.io.FileHeader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the bytes of a record together, see {@link LogFormat}, in one buffer that is used again and
 * again.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it; what {@link #finish}
 * returns is valid until the next {@link #begin}.
 */
final class RecordBuilder implements AutoCloseable {
  private final long logNumber;
  private final int storeId;
  private final long place;
  private final int usualBytes;
  private final Crc32c crc = new Crc32c();
  private final View view = new View();
  private final View source = new View();
  private GrowableBuffer bytes;
  private int storedBytes;

  RecordBuilder(long logNumber, int storeId, int usualBytes) {
    this.logNumber = logNumber;
    this.storeId = storeId;
    this.place = FileHeader.place(logNumber, storeId);
    this.usualBytes = usualBytes;
    this.bytes = new GrowableBuffer(usualBytes);
  }

  /** The header of the log. */
  ByteBuffer logHeader(PreviousLog previous) {
    bytes.clear();
    LogHeader.append(logNumber, storeId, previous, bytes);
    return view.of(bytes, 0, bytes.size());
  }

  /** Begins a record without payload. */
  void begin(int kind, long firstSequence, int entryCount, long writeTimeMillis, long synced) {
    bytes.clear();
    bytes.putInt(0); // checksum of the header
    bytes.putInt(0); // checksum of the payload
    bytes.putInt(0); // length as stored
    bytes.putInt(0); // length
    bytes.putInt(entryCount);
    bytes.putInt(kind);
    bytes.putLong(firstSequence);
    bytes.putLong(writeTimeMillis);
    bytes.putLong(synced);
    storedBytes = 0;
  }

  /** Adds the payload as it is. */
  void payload(GrowableBuffer payload) {
    bytes.putBytes(payload.segment(), 0, payload.size());
    storedBytes = payload.size();
    bytes.setInt(8, storedBytes);
    bytes.setInt(12, storedBytes);
  }

  /** Adds the payload compressed, where that makes it shorter. */
  void payload(GrowableBuffer payload, Compressor compressor) {
    int codec = compressor.compress(source.of(payload, 0, payload.size()), bytes).code();
    storedBytes = bytes.size() - LogFormat.RECORD_HEADER_BYTES;
    bytes.setInt(8, storedBytes);
    bytes.setInt(12, payload.size());
    bytes.setInt(20, LogFormat.GROUP | codec << 8);
  }

  /** Adds the payload as the next piece of the log's stream, even where that makes it longer. */
  void payload(GrowableBuffer payload, StreamCompressor stream) {
    int start = bytes.size();
    bytes.ensure(StreamCompressor.mostStoredBytes(payload.size()));
    ByteBuffer target = view.of(bytes, start, (int) bytes.segment().byteSize());
    stream.compress(source.of(payload, 0, payload.size()), target);
    storedBytes = target.position() - start;
    bytes.advance(storedBytes);
    bytes.setInt(8, storedBytes);
    bytes.setInt(12, payload.size());
    bytes.setInt(20, LogFormat.GROUP | LogFormat.STREAM_CODEC << 8);
  }

  /** The whole record, to be written at {@code offset}. */
  ByteBuffer finish(long offset) {
    int total = (int) LogFormat.recordBytes(storedBytes);
    while (bytes.size() < total) {
      bytes.putByte(0);
    }
    int header = LogFormat.RECORD_HEADER_BYTES;
    crc.begin(place, offset + header);
    bytes.setInt(4, crc.update(view.of(bytes, header, total)).value());
    crc.begin(place, offset);
    bytes.setInt(0, crc.update(view.of(bytes, 4, header)).value());
    return view.of(bytes, 0, total);
  }

  /** Gives memory back where a long record took more than {@code keptBytes}. */
  void shrink(int keptBytes) {
    if (bytes.segment().byteSize() > keptBytes) {
      bytes.close();
      bytes = new GrowableBuffer(usualBytes);
    }
  }

  @Override
  public void close() {
    bytes.close();
  }

  /** A buffer's memory for channels and codecs, made anew only when the memory is another. */
  private static final class View {
    private @Nullable MemorySegment seen;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very memory
    ByteBuffer of(GrowableBuffer target, int from, int to) {
      MemorySegment memory = target.segment();
      if (memory != seen) {
        buffer = target.byteBuffer(0, (int) memory.byteSize());
        seen = memory;
      }
      return buffer.limit(to).position(from);
    }
  }
}
