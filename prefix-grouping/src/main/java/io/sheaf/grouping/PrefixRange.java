package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.SharedPrefix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which keys can belong to the group of a prefix, so that a cursor knows where it ends.
 *
 * <p>A prefix is <em>open</em> when keys longer than it belong to its group: by the contract of
 * {@link PrefixExtractor}, every key that begins with it does then. Else the prefix itself is the
 * only key of its group.
 *
 * <p><b>Thread safety.</b> None.
 */
final class PrefixRange {
  private final Slice prefix = new Slice();
  private final SharedPrefix shared = new SharedPrefix();
  private PrefixExtractor extractor;

  PrefixRange(PrefixExtractor extractor) {
    this.extractor = extractor;
  }

  /** Goes by another rule. */
  void open(PrefixExtractor extractor) {
    this.extractor = extractor;
  }

  /** Length of the prefix of {@code key}. */
  int length(Slice key) {
    return extractor.prefixLength(key);
  }

  /** Takes the prefix of {@code group}; returns its length. */
  int enter(Groups groups, int group) {
    groups.prefix(group, prefix);
    return prefix.length();
  }

  /** The prefix. */
  Slice bytes() {
    return prefix;
  }

  /** Whether {@code key} belongs to the group. */
  boolean holds(Slice key) {
    return key.startsWith(prefix) && extractor.prefixLength(key) == prefix.length();
  }

  /**
   * A key behind which no key of the group comes: the prefix itself where it is not open, else the
   * smallest key that is larger than all that begin with it; null: there is none.
   */
  @Nullable Slice end() {
    return isOpen(prefix) ? successor(prefix) : prefix;
  }

  /** The one prefix that keys within {@code bounds} can have; null: several, or not known. */
  @Nullable Slice onlyPrefix(ScanBounds bounds) {
    return shared.of(bounds.lower(), bounds.upper(), extractor);
  }

  private boolean isOpen(Slice candidate) {
    byte[] longer = Arrays.copyOf(candidate.toByteArray(), candidate.length() + 1);
    return extractor.prefixLength(Slice.of(longer)) == candidate.length();
  }

  private static @Nullable Slice successor(Slice prefix) {
    byte[] bytes = prefix.toByteArray();
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == (byte) 0xFF) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    bytes[length - 1]++;
    return Slice.of(bytes, 0, length);
  }
}
