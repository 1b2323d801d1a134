package io.sheaf.im.id;

/**
 * What a client calls a message before the store has answered: unique for its sender, so that a
 * message that is sent again is known.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param id the number or the text it is
 */
public record ClientMessageId(Id id) implements Comparable<ClientMessageId> {
  private static final String WHAT = "client message";

  /** The client message with this number. */
  public static ClientMessageId of(long number) {
    return new ClientMessageId(Id.of(number));
  }

  /**
   * The client message with this name.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@value Id#MAX_BYTES} bytes
   */
  public static ClientMessageId of(String name) {
    return new ClientMessageId(Id.of(WHAT, name));
  }

  /** See {@link #of(String)}, for names that are no UTF-8. */
  public static ClientMessageId of(byte[] name) {
    return new ClientMessageId(Id.of(WHAT, name));
  }

  @Override
  public int compareTo(ClientMessageId other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
