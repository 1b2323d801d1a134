package io.sheaf.im.id;

/**
 * Who sends and receives: a person, or a program that speaks like one.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param id the number or the text it is
 */
public record UserId(Id id) implements Comparable<UserId> {
  private static final String WHAT = "user";

  /** The user with this number. */
  public static UserId of(long number) {
    return new UserId(Id.of(number));
  }

  /**
   * The user with this name.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@value Id#MAX_BYTES} bytes
   */
  public static UserId of(String name) {
    return new UserId(Id.of(WHAT, name));
  }

  /** See {@link #of(String)}, for names that are no UTF-8. */
  public static UserId of(byte[] name) {
    return new UserId(Id.of(WHAT, name));
  }

  @Override
  public int compareTo(UserId other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
