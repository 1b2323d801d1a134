package io.sheaf.im.table;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.Varint;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Puts the value of a row together. What it writes, {@link RowReader} reads.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class RowWriter {
  private byte[] bytes = new byte[64];
  private int size;

  /** A value that begins with its format. */
  public RowWriter(int format) {
    writeByte(format);
  }

  /** One byte. */
  public RowWriter writeByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** An unsigned number in 1 to 10 bytes. */
  public RowWriter varint(long value) {
    room(Varint.MAX_BYTES);
    size = (int) Varint.write(MemorySegment.ofArray(bytes), size, value);
    return this;
  }

  /** An id, which ends by itself. */
  public RowWriter id(Id id) {
    return rest(id.encoded());
  }

  /** Eight bytes, big-endian. */
  public RowWriter messageId(MessageId id) {
    room(Long.BYTES);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[size++] = (byte) (id.value() >>> shift);
    }
    return this;
  }

  /** Bytes that go to the end of the value, or end by themselves. */
  public RowWriter rest(byte[] rest) {
    room(rest.length);
    System.arraycopy(rest, 0, bytes, size, rest.length);
    size += rest.length;
    return this;
  }

  /** The value. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
