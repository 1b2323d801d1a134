package io.sheaf.im.model;

/**
 * How much a page may hold, as callers ask for it.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class PageLimit {
  private PageLimit() {}

  /**
   * A limit that may be any positive number.
   *
   * @param what is on the page, such as "messages"
   * @throws IllegalArgumentException when it is not positive
   */
  public static int check(int limit, String what) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1 of " + what + ", not " + limit);
    }
    return limit;
  }

  /**
   * A limit from 1 to {@code most}.
   *
   * @param what is on the page, such as "messages"
   * @throws IllegalArgumentException when it is anything else
   */
  public static int check(int limit, int most, String what) {
    if (limit < 1 || limit > most) {
      throw new IllegalArgumentException(
          "limit must be 1 to " + most + " of " + what + ", not " + limit);
    }
    return limit;
  }
}
