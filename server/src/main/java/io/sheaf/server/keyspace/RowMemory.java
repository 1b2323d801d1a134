package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a transaction keeps until it ends: the values of rows that it sets, and the key
 * that is on its way to the store. They lie in chunks that the next transaction uses again, so that
 * a command leaves no copy of its value behind on the heap. A large value has memory of its own,
 * and so has any beyond {@link #MOST_CHUNKS}; 4 MB of that lie on the heap, the rest off it.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> What is handed out is valid
 * until {@link #clear}.
 */
final class RowMemory {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int LARGE_BYTES = CHUNK_BYTES / 4;
  private static final int MOST_CHUNKS = 32;
  private static final long MOST_APART_BYTES = 4 << 20;

  private final List<MemorySegment> chunks = new ArrayList<>();
  private @Nullable Runnable whenLarge;
  private long apartBytes;
  private @Nullable Arena arena;
  private int current = -1;
  private int used;

  private final Slice key = new Slice();
  private byte[] keyBytes = new byte[256];
  private MemorySegment keySegment = MemorySegment.ofArray(keyBytes);

  RowMemory() {}

  /** Has {@code task} run before much memory is taken, until {@link #clear}. */
  RowMemory whenLarge(Runnable task) {
    whenLarge = task;
    return this;
  }

  /** Room for {@code length} bytes, with anything in it. */
  Slice allocate(int length) {
    boolean needsChunk = current < 0 || used + length > CHUNK_BYTES;
    if (length > LARGE_BYTES || (needsChunk && current + 1 == MOST_CHUNKS)) {
      return apart(length);
    }
    if (needsChunk) {
      current++;
      used = 0;
      if (current == chunks.size()) {
        chunks.add(MemorySegment.ofArray(new byte[CHUNK_BYTES]));
      }
    }
    Slice room = new Slice().set(chunks.get(current), used, length);
    used += length;
    return room;
  }

  /** Whether room for {@code length} bytes may be much memory, which is waited for. */
  boolean isMuch(int length) {
    return apartBytes + length > MOST_APART_BYTES;
  }

  /** Room that stands alone: little of it on the heap, and what is large off it. */
  private Slice apart(int length) {
    apartBytes += length;
    if (apartBytes <= MOST_APART_BYTES) {
      return Slice.of(new byte[length]);
    }
    Runnable told = whenLarge;
    if (told != null) {
      told.run();
    }
    Arena taken = arena;
    if (taken == null) {
      taken = Arena.ofConfined();
      arena = taken;
    }
    return new Slice().set(taken.allocate(length), 0, length);
  }

  /** A copy of {@code bytes}. */
  Slice copy(Slice bytes) {
    Slice copy = allocate(bytes.length());
    bytes.copyTo(copy.segment(), copy.offset());
    return copy;
  }

  /** A copy of {@code bytes}. */
  Slice copy(byte[] bytes) {
    Slice copy = allocate(bytes.length);
    MemorySegment.copy(
        bytes, 0, copy.segment(), ValueLayout.JAVA_BYTE, copy.offset(), bytes.length);
    return copy;
  }

  /** {@code bytes} as a slice that is valid until this is called again. */
  Slice key(byte[] bytes) {
    if (bytes.length > keyBytes.length) {
      keyBytes = new byte[Math.max(bytes.length, 2 * keyBytes.length)];
      keySegment = MemorySegment.ofArray(keyBytes);
    }
    System.arraycopy(bytes, 0, keyBytes, 0, bytes.length);
    return key.set(keySegment, 0, bytes.length);
  }

  /** Forgets everything, and keeps the chunks. */
  void clear() {
    current = -1;
    used = 0;
    apartBytes = 0;
    whenLarge = null;
    Arena taken = arena;
    arena = null;
    if (taken != null) {
      taken.close();
    }
  }
}
