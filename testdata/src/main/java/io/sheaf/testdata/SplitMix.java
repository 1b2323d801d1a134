package io.sheaf.testdata;

/**
 * Turns a counter into evenly spread 64-bit values, so that any row can be drawn without the rows
 * before it. {@link #mix} is a bijection and {@link #unmix} undoes it.
 *
 * <p><em>Thread safety:</em> stateless.
 *
 * <p><em>Source:</em> Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
 * OOPSLA 2014; the constants are variant 13 of Stafford's mixers, as in {@link
 * java.util.SplittableRandom}.
 */
final class SplitMix {
  /** The odd step between two states of one stream: 2^64 divided by the golden ratio. */
  static final long STEP = 0x9E3779B97F4A7C15L;

  private static final long FIRST = 0xBF58476D1CE4E5B9L;
  private static final long SECOND = 0x94D049BB133111EBL;
  private static final long FIRST_INVERSE = inverse(FIRST);
  private static final long SECOND_INVERSE = inverse(SECOND);

  private SplitMix() {}

  /** The value of the stream {@code seed} at position {@code index}. */
  static long at(long seed, long index) {
    return mix(seed + index * STEP);
  }

  static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 30)) * FIRST;
    mixed = (mixed ^ (mixed >>> 27)) * SECOND;
    return mixed ^ (mixed >>> 31);
  }

  static long unmix(long mixed) {
    long value = unshift(mixed, 31);
    value = unshift(value * SECOND_INVERSE, 27);
    return unshift(value * FIRST_INVERSE, 30);
  }

  /** Scales the upper 32 bits of {@code random} down to a number from 0 to {@code bound} - 1. */
  static int below(long random, int bound) {
    return (int) (((random >>> 32) * bound) >>> 32);
  }

  /** Undoes {@code value ^ (value >>> bits)} for {@code bits} from 22 to 63. */
  private static long unshift(long shifted, int bits) {
    long value = shifted ^ (shifted >>> bits);
    return shifted ^ (value >>> bits);
  }

  /** The inverse of an odd number modulo 2^64; each of Newton's steps doubles the right bits. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int step = 0; step < 5; step++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
