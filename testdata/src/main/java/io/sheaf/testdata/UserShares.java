package io.sheaf.testdata;

/**
 * Who writes how much: the first 6 % of the ranks write 50 % of the rows, the next 14 % write 24 %,
 * the rest 26 %, evenly within each of the three.
 *
 * <p>A rank counts from 0, the busiest users first. A user id is the rank under a bijection of the
 * 64-bit numbers, so that users with neighbouring ranks have keys far apart.
 *
 * <p><em>Thread safety:</em> immutable.
 *
 * @param users the number of users, at least {@value #FEWEST_USERS}
 * @param idSeed what the user ids are scattered by
 */
record UserShares(int users, long idSeed) {
  /** With fewer users one of the three shares would be empty. */
  static final int FEWEST_USERS = 20;

  private static final long HOT_ROWS = (1L << 32) * 50 / 100;
  private static final long HOT_OR_WARM_ROWS = (1L << 32) * 74 / 100;

  UserShares {
    if (users < FEWEST_USERS) {
      throw new IllegalArgumentException(
          "users is " + users + ": give at least " + FEWEST_USERS + ", so that no share is empty");
    }
  }

  /** The number of users that write half of the rows. */
  int hotUsers() {
    return (int) (users * 6L / 100);
  }

  private int hotOrWarmUsers() {
    return (int) (users * 20L / 100);
  }

  /** The rank that the 64 random bits of one row fall on: the upper half chooses the share. */
  int rankOf(long random) {
    long share = random >>> 32;
    int hot = hotUsers();
    int hotOrWarm = hotOrWarmUsers();
    long within = random << 32;
    if (share < HOT_ROWS) {
      return SplitMix.below(within, hot);
    }
    if (share < HOT_OR_WARM_ROWS) {
      return hot + SplitMix.below(within, hotOrWarm - hot);
    }
    return hotOrWarm + SplitMix.below(within, users - hotOrWarm);
  }

  /** The id of the user of a rank; ranks from {@link #users} on give ids that no user has. */
  long userOfRank(long rank) {
    return SplitMix.mix(rank + idSeed);
  }

  /** The rank of a user id; negative, or {@link #users} and more, where there is no such user. */
  long rankOfUser(long user) {
    return SplitMix.unmix(user) - idSeed;
  }
}
