package io.sheaf.lsm.key;

import io.sheaf.lsm.coding.Slice;

/**
 * Splits a key into prefix (whose rows form a group: a user, a conversation) and suffix (an id that
 * rises).
 *
 * <p><b>Contract.</b> Pure; a group's keys stand together in key order: when two keys share a
 * prefix, so does every key between them. Different prefixes sort as the whole keys do. A prefix
 * that some key has with a suffix is the prefix of every key that begins with it.
 *
 * <p><b>Thread safety.</b> Implementations are immutable.
 */
public interface PrefixExtractor {
  /** The default: the whole key is its prefix, every key a group of its own. */
  PrefixExtractor WHOLE_KEY =
      new PrefixExtractor() {
        @Override
        public int prefixLength(Slice key) {
          return key.length();
        }

        @Override
        public String name() {
          return "whole";
        }
      };

  /** Length of the prefix of {@code key}, 0 to its length. */
  int prefixLength(Slice key);

  /**
   * A name that stands for the rule, stored with the table and its files ({@code "fixed:8"}): a
   * file whose filter was made by another rule is read without its filter.
   */
  String name();
}
