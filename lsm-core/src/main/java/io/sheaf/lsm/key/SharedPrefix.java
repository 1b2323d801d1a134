package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Finds the prefix that all keys between two bounds have, where they have one: a scan that stays in
 * one group needs to look at nothing else. Used again and again, it allocates nothing.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class SharedPrefix {
  private final Slice prefix = new Slice();
  private final Slice made = new Slice();
  private byte[] bytes = new byte[64];
  private MemorySegment segment = MemorySegment.ofArray(bytes);

  /** Ready to be asked. */
  public SharedPrefix() {}

  /**
   * The prefix of all keys from {@code lower} to before {@code upper} by the rule of {@code
   * extractor}; null: they may have several.
   *
   * @return a view of {@code lower}, valid until the next call
   */
  public @Nullable Slice of(
      @Nullable Slice lower, @Nullable Slice upper, PrefixExtractor extractor) {
    if (lower == null || lower.isEmpty()) {
      return null;
    }
    prefix.set(lower, 0, extractor.prefixLength(lower));
    return isWhole(extractor) && endsBefore(upper) ? prefix : null;
  }

  /** Whether keys longer than the prefix have it: else no group is behind it. */
  private boolean isWhole(PrefixExtractor extractor) {
    int length = prefix.length();
    copyPrefix();
    bytes[length] = 0;
    return extractor.prefixLength(made.set(segment, 0, length + 1)) == length;
  }

  /** Whether no key behind those that begin with the prefix lies below {@code upper}. */
  private boolean endsBefore(@Nullable Slice upper) {
    copyPrefix();
    int length = prefix.length();
    while (length > 0 && bytes[length - 1] == (byte) 0xFF) {
      length--;
    }
    if (length == 0) {
      return true;
    }
    bytes[length - 1]++;
    return upper != null && upper.compareTo(made.set(segment, 0, length)) <= 0;
  }

  private void copyPrefix() {
    int length = prefix.length();
    if (length >= bytes.length) {
      bytes = new byte[2 * length];
      segment = MemorySegment.ofArray(bytes);
    }
    prefix.copyTo(segment, 0);
  }
}
