package io.sheaf.bench.im;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.NewMember;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The conversations of the load: groups of 2 to 10,000 members, of which a message reaches some
 * thirty on average; the first 6 % of them get half of the messages, the next 14 % a quarter.
 *
 * <p><b>Thread safety.</b> Immutable once it is made.
 */
final class Groups {
  private static final double HOT = 0.06;
  private static final double WARM = 0.20;
  private static final double HOT_SHARE = 0.50;
  private static final double WARM_SHARE = 0.74;
  private static final double LOG_MEAN = 2.75;
  private static final double LOG_SIGMA = 0.95;
  private static final int MOST_ORDINARY = 500;

  /** One message of a thousand goes to a large group; there are so many of them. */
  private static final int LARGE_GROUPS = 10;

  private static final double LARGE_SHARE = 0.001;
  private static final int LARGEST = 10_000;

  private final int[][] members;

  /** Draws groups of {@code users} users, one for each three of them. */
  Groups(int users, SplittableRandom random) {
    int ordinary = Math.max(20, users / 3);
    members = new int[ordinary + LARGE_GROUPS][];
    for (int group = 0; group < members.length; group++) {
      int size =
          group < ordinary
              ? (int) Math.exp(LOG_MEAN + LOG_SIGMA * gaussian(random))
              : LARGEST * (group - ordinary + 1) / LARGE_GROUPS;
      int most = group < ordinary ? MOST_ORDINARY : LARGEST;
      members[group] = draw(Math.clamp(size, 2, Math.min(most, users / 2)), users, random);
    }
  }

  /** Makes the conversations. */
  void create(ImStore im) throws IOException {
    for (int group = 0; group < members.length; group++) {
      List<NewMember> all = new ArrayList<>(members[group].length);
      for (int user : members[group]) {
        all.add(NewMember.of(UserId.of(user)));
      }
      im.conversations().create(ConversationId.of(group), false, all);
    }
  }

  /** A group by the share of messages it gets. */
  int draw(SplittableRandom random) {
    int ordinary = members.length - LARGE_GROUPS;
    if (random.nextDouble() < LARGE_SHARE) {
      return ordinary + random.nextInt(LARGE_GROUPS);
    }
    double share = random.nextDouble();
    int hot = (int) (HOT * ordinary);
    int warm = (int) (WARM * ordinary);
    if (share < HOT_SHARE) {
      return random.nextInt(Math.max(1, hot));
    }
    return share < WARM_SHARE
        ? hot + random.nextInt(Math.max(1, warm - hot))
        : warm + random.nextInt(ordinary - warm);
  }

  /** The members of a group. */
  int[] members(int group) {
    return members[group];
  }

  /** How many groups there are. */
  int count() {
    return members.length;
  }

  private static int[] draw(int size, int users, SplittableRandom random) {
    Set<Integer> drawn = new HashSet<>();
    while (drawn.size() < size) {
      // Who is in many groups is in many groups: half of the places go to a tenth of the users.
      drawn.add(
          random.nextBoolean() ? random.nextInt(Math.max(1, users / 10)) : random.nextInt(users));
      if (drawn.size() > users * 2 / 5) {
        drawn.add(random.nextInt(users));
      }
    }
    return drawn.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
