package io.sheaf.im.limit;

/**
 * How fast who may send.
 *
 * @param user each user
 * @param conversation all members of each conversation together
 * @param clientKind all clients of each kind together
 * @param application each application
 */
public record Rates(Rate user, Rate conversation, Rate clientKind, Rate application) {
  /** No limits. */
  public static final Rates UNLIMITED =
      new Rates(Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED);
}
