package io.sheaf.im.model;

import io.sheaf.im.id.UserId;

/**
 * Who is to become a member.
 *
 * @param user who
 * @param role the service's own number, 0 to 255
 * @param hasHugeList whether the account is in so many conversations (a robot that notifies
 *     everybody) that its entries are better kept with each conversation than in one list
 */
public record NewMember(UserId user, int role, boolean hasHugeList) {
  private static final int MAX_ROLE = 255;

  /** Checks the role. */
  public NewMember {
    if (role < 0 || role > MAX_ROLE) {
      throw new IllegalArgumentException("a role is 0 to " + MAX_ROLE + ", not " + role);
    }
  }

  /** A member of role 0 with a list of its own. */
  public static NewMember of(UserId user) {
    return new NewMember(user, 0, false);
  }
}
