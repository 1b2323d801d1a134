package io.sheaf.lsm.key;

/**
 * The position of an entry in the order of all writes to a store: rises by one with each entry. A
 * reader that holds sequence number {@code s} sees entries with numbers up to {@code s}.
 */
public final class SequenceNumber {
  /** Older than every entry; also what an entry carries when no reader can tell the difference. */
  public static final long ZERO = 0;

  /** Newer than every entry: 56 bits. */
  public static final long MAX = (1L << 56) - 1;

  private SequenceNumber() {}

  /** Whether an entry may carry this number. */
  public static boolean isOne(long number) {
    return number >= ZERO && number <= MAX;
  }
}
