package io.sheaf.server.wire;

import io.sheaf.lsm.coding.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request: the name of a command and its arguments, as places in the bytes that came.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Arguments are valid until the
 * decoder that filled it goes on; what is kept longer is copied.
 */
public final class Request {
  private static final int KEPT_ARGUMENTS = 1 << 10;
  private static final int LARGE_ARGUMENTS = 10_000;
  private static final int LARGE_BYTES = 1 << 20;

  /** What the objects of a copy take besides its bytes, about. */
  private static final int OBJECT_BYTES = 200;

  private final InputBuffer input;
  private int[] places = new int[2 * 16];
  private int count;

  /** Without arguments, over the bytes of {@code input}. */
  public Request(InputBuffer input) {
    this.input = input;
  }

  /** A request made of copies, to be executed later. */
  public static Request of(byte[]... arguments) {
    int length = 0;
    for (byte[] argument : arguments) {
      length = Math.addExact(length, argument.length);
    }
    byte[] bytes = new byte[length];
    Request request = new Request(new InputBuffer(bytes));
    request.places = new int[2 * arguments.length];
    int offset = 0;
    for (byte[] argument : arguments) {
      System.arraycopy(argument, 0, bytes, offset, argument.length);
      request.add(offset, argument.length);
      offset += argument.length;
    }
    return request;
  }

  /** A copy that outlives the bytes that came. */
  public Request copy() {
    byte[][] arguments = new byte[count][];
    for (int i = 0; i < count; i++) {
      arguments[i] = bytes(i);
    }
    return of(arguments);
  }

  /** Number of arguments, the name of the command included. */
  public int count() {
    return count;
  }

  /** Length of an argument, in bytes. */
  public int length(int index) {
    check(index);
    return places[2 * index + 1];
  }

  /** Memory that a copy takes, about, in bytes. */
  public long heldBytes() {
    return OBJECT_BYTES + argumentBytes() + placesBytes();
  }

  /** Length of all arguments together, in bytes. */
  public long argumentBytes() {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += places[2 * i + 1];
    }
    return sum;
  }

  /** Whether it is so long that what it makes has to be done one after another. */
  public boolean isLarge() {
    return count > LARGE_ARGUMENTS
        || (count > 0 && places[2 * count - 2] + places[2 * count - 1] > LARGE_BYTES);
  }

  /** Memory that the places of its arguments take, in bytes. */
  public long placesBytes() {
    return (long) Integer.BYTES * places.length;
  }

  /** A byte of an argument. */
  public byte byteAt(int index, int offset) {
    if (offset < 0 || offset >= length(index)) {
      throw new IndexOutOfBoundsException("byte " + offset + " of argument " + index);
    }
    return input.array()[input.start() + places[2 * index] + offset];
  }

  /** Points {@code slice} at an argument. */
  public Slice slice(int index, Slice slice) {
    int length = length(index);
    return slice.set(input.segment(), (long) input.start() + places[2 * index], length);
  }

  /** A copy of an argument. */
  public byte[] bytes(int index) {
    int length = length(index);
    int from = input.start() + places[2 * index];
    return Arrays.copyOfRange(input.array(), from, from + length);
  }

  /** An argument as text. */
  public String text(int index) {
    int length = length(index);
    return new String(
        input.array(), input.start() + places[2 * index], length, StandardCharsets.UTF_8);
  }

  /** Whether an argument is {@code word}, which is in lower case, in whatever case. */
  public boolean is(int index, String word) {
    int length = length(index);
    if (length != word.length()) {
      return false;
    }
    int from = input.start() + places[2 * index];
    for (int i = 0; i < length; i++) {
      if (lower(input.array()[from + i]) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }

  void clear() {
    count = 0;
    if (places.length > 2 * KEPT_ARGUMENTS) {
      places = new int[2 * 16];
    }
  }

  /** Adds an argument at {@code offset} behind the first byte of the request. */
  void add(int offset, int length) {
    if (2 * count == places.length) {
      places = Arrays.copyOf(places, 2 * places.length);
    }
    places[2 * count] = offset;
    places[2 * count + 1] = length;
    count++;
  }

  private void check(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("argument " + index + " of " + count);
    }
  }
}
