package io.sheaf.torture.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/**
 * Changes some bytes of a file, as an attacker would who knows where numbers stand: to extremes, a
 * little up or down, to what stands elsewhere, longer or shorter.
 *
 * <p><b>Thread safety.</b> None.
 */
final class Mutator {
  private static final int MOST_CHANGES = 5;
  private static final int LONGEST_PIECE = 24;
  private static final byte[] EXTREMES = {0, 1, 0x7F, (byte) 0x80, (byte) 0xFF, (byte) 0xFE};
  private static final long[] LARGE = {
    -1, 0, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 0x8000_0000L, 1L << 20, 1L << 40
  };

  private final Random random;

  Mutator(Random random) {
    this.random = random;
  }

  /** The bytes, changed in a few places. */
  byte[] change(byte[] content) {
    byte[] changed = content.clone();
    for (int i = random.nextInt(MOST_CHANGES); i >= 0 && changed.length > 0; i--) {
      changed = once(changed);
    }
    return changed;
  }

  private byte[] once(byte[] content) {
    int at = random.nextInt(content.length);
    int length = Math.min(1 + random.nextInt(LONGEST_PIECE), content.length - at);
    switch (random.nextInt(9)) {
      case 0 -> content[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 1 -> content[at] = EXTREMES[random.nextInt(EXTREMES.length)];
      case 2 -> content[at] += (byte) (random.nextInt(9) - 4);
      case 3 -> content[at] = (byte) random.nextInt();
      case 4 -> putLarge(content, at);
      case 5 -> {
        int from = random.nextInt(content.length - length + 1);
        System.arraycopy(content, from, content, at, length);
      }
      case 6 -> {
        return Arrays.copyOf(content, at);
      }
      case 7 -> {
        return replaced(content, at, 0, length); // longer
      }
      default -> {
        return replaced(content, at, length, 0); // shorter
      }
    }
    return content;
  }

  private void putLarge(byte[] content, int at) {
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    number.putLong(LARGE[random.nextInt(LARGE.length)]);
    int width = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
    System.arraycopy(number.array(), 0, content, at, Math.min(width, content.length - at));
  }

  /** With {@code more} random bytes instead of {@code fewer} at a place. */
  private byte[] replaced(byte[] content, int at, int fewer, int more) {
    byte[] changed = new byte[content.length - fewer + more];
    byte[] piece = new byte[more];
    random.nextBytes(piece);
    System.arraycopy(content, 0, changed, 0, at);
    System.arraycopy(piece, 0, changed, at, more);
    System.arraycopy(content, at + fewer, changed, at + more, content.length - at - fewer);
    return changed;
  }
}
