package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import io.sheaf.server.command.Call;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.wire.ReplyWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * The rows of table "stream_entry". Numbers in keys are big-endian, others varints.
 *
 * <pre>
 * key   := stream(8) id(16)
 * value := 1 count bytes{count}       format 1; fields and values in turn
 * bytes := length byte{length}
 * </pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class StreamEntry {
  private static final byte FORMAT = 1;
  private static final int KEY_BYTES = Long.BYTES + StreamId.BYTES;

  private StreamEntry() {}

  static byte[] key(long stream, StreamId id) {
    ByteBuffer key = ByteBuffer.allocate(KEY_BYTES).putLong(stream);
    id.put(key);
    return key.array();
  }

  /** The first key behind {@code id}. */
  static byte[] behind(long stream, StreamId id) {
    StreamId next = id.next();
    return next == null
        ? ByteBuffer.allocate(Long.BYTES).putLong(stream + 1).array()
        : key(stream, next);
  }

  static StreamId id(Slice key) {
    return new StreamId(key.longAt(Long.BYTES), key.longAt(2 * Long.BYTES));
  }

  /** Length of the value of an entry with the arguments from {@code first} on, in bytes. */
  static int valueBytes(Call call, int first) {
    int size = 1 + varintBytes(call.count() - first);
    for (int i = first; i < call.count(); i++) {
      int length = call.request().length(i);
      size = Math.addExact(size, varintBytes(length) + length);
    }
    return size;
  }

  /** Writes that value to {@code target}, which has as many bytes. */
  static void write(Call call, int first, Slice target) {
    MemorySegment to = target.segment();
    long at = target.offset();
    to.set(ValueLayout.JAVA_BYTE, at++, FORMAT);
    at = Varint.write(to, at, call.count() - first);
    Slice argument = new Slice();
    for (int i = first; i < call.count(); i++) {
      call.request().slice(i, argument);
      at = Varint.write(to, at, argument.length());
      argument.copyTo(to, at);
      at += argument.length();
    }
  }

  /** Writes an entry: its id, and its fields and values. */
  static void reply(ReplyWriter reply, StreamId id, Slice value) {
    reply.array(2);
    reply(reply, id);
    replyFields(reply, value);
  }

  /** Writes an id. */
  static void reply(ReplyWriter reply, StreamId id) {
    reply.bulkOfTwo(id.millis(), '-', id.sequence());
  }

  private static void replyFields(ReplyWriter reply, Slice value) {
    if (value.length() == 0 || value.byteAt(0) != FORMAT) {
      throw new IllegalStateException(
          "an entry of a stream has a format that this release does not know: use the one that"
              + " wrote it");
    }
    int at = 1;
    int count = varint(value, at);
    at += varintBytes(count);
    reply.array(count);
    Slice field = new Slice();
    for (int i = 0; i < count; i++) {
      int length = varint(value, at);
      at += varintBytes(length);
      reply.bulk(field.set(value, at, length));
      at += length;
    }
  }

  private static int varint(Slice bytes, int from) {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      byte b = bytes.byteAt(from++);
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("a number in an entry of a stream is too long");
  }

  private static int varintBytes(int value) {
    int bytes = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }
}
