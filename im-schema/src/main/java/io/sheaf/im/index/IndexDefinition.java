package io.sheaf.im.index;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;

/**
 * What an index finds.
 *
 * @param name by which it is kept in the store: the same name must always mean the same extractor
 * @param source which rows it is of
 * @param extractor what a row is found by
 */
public record IndexDefinition(String name, IndexSource source, Extractor extractor) {
  /** The value of entries that need none, as whose they are says all. */
  public static final Id NO_VALUE = Id.of(0);

  private static final int MAX_NAME = 64;

  /** Checks the name. */
  public IndexDefinition {
    boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7F);
    if (name.isEmpty() || name.length() > MAX_NAME || !plain) {
      throw new IllegalArgumentException(
          "the name of an index is 1 to " + MAX_NAME + " characters of ASCII, not '" + name + "'");
    }
  }

  /**
   * Says by what a row is found. Pure: the same row always gives the same entries. When it throws,
   * the row is not written.
   */
  @FunctionalInterface
  public interface Extractor {
    /** Gives the entries of {@code row} to {@code entries}. */
    void extract(IndexedRow row, Entries entries);
  }

  /** Takes the entries of a row. */
  public interface Entries {
    /**
     * The row is found among those of {@code user}, by {@code value}.
     *
     * @throws IllegalArgumentException when the row is another user's own ({@link
     *     IndexSource#INBOX})
     */
    void ofUser(UserId user, Id value);

    /**
     * The row is found among those of its conversation, by {@code value}.
     *
     * @throws IllegalArgumentException when the row is a user's own ({@link IndexSource#INBOX})
     */
    void ofConversation(Id value);
  }
}
