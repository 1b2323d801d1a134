package io.sheaf.im.id;

/**
 * Where messages are said: between two, in a group, in a channel.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param id the number or the text it is
 */
public record ConversationId(Id id) implements Comparable<ConversationId> {
  private static final String WHAT = "conversation";

  /** The conversation with this number. */
  public static ConversationId of(long number) {
    return new ConversationId(Id.of(number));
  }

  /**
   * The conversation with this name.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@value Id#MAX_BYTES} bytes
   */
  public static ConversationId of(String name) {
    return new ConversationId(Id.of(WHAT, name));
  }

  /** See {@link #of(String)}, for names that are no UTF-8. */
  public static ConversationId of(byte[] name) {
    return new ConversationId(Id.of(WHAT, name));
  }

  @Override
  public int compareTo(ConversationId other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
