package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The ends of queues that are remembered: users drive one another out, and no position is lost. */
final class QueueEndsTest {
  /** Users whose hash codes agree in these bits share few slots. */
  private static final int SAME_SLOTS = (1 << 17) - 1;

  private static final int USERS_OF_A_KIND = 4;
  private static final int EVENTS = 500;

  @Test
  void usersThatShareSlotsKeepTheirPositions() throws Exception {
    long seed = TestSeed.next();
    System.out.println("-Dsheaf.test.seed=" + seed);
    Random random = new Random(seed);
    List<UserId> users = new ArrayList<>(sharing(UserId::of));
    users.addAll(sharing(number -> UserId.of("a user with a long name " + number)));
    long[] positions = new long[users.size()];
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      for (int i = 0; i < EVENTS; i++) {
        int user = random.nextInt(users.size());
        assertEquals(
            ++positions[user], small.im.sync().append(users.get(user), Body.of("event " + i)));
        if (random.nextInt(50) == 0) {
          small.im.conversations().purge(users.get(user), false);
        }
      }
    }
  }

  /** What stands for short ids is theirs alone, and long ones have nothing of the kind. */
  @Test
  void aWordIsOfOneId() {
    assertEquals(0x130F_4240_00L, UserId.of(1_000_000).id().word());
    assertEquals(0x2067_6F00L, UserId.of("go").id().word());
    assertNotEquals(UserId.of("16").id().word(), UserId.of(16).id().word());
    assertEquals(0, UserId.of("of nine b").id().word());
    assertEquals(UserId.of("of nine b"), UserId.of("of nine b"));
    assertNotEquals(UserId.of("of nine b"), UserId.of("of nine c"));
    assertTrue(UserId.of("sixsix").id().word() != 0);
  }

  private static List<UserId> sharing(LongFunction<UserId> user) {
    int slots = UserId.of(1).id().hashCode() & SAME_SLOTS;
    return LongStream.iterate(1, number -> number + 1)
        .mapToObj(user)
        .filter(one -> (one.id().hashCode() & SAME_SLOTS) == slots)
        .limit(USERS_OF_A_KIND)
        .toList();
  }
}
