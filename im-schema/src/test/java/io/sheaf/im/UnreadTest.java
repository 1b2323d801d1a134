package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.table.Kept;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Unread counts where messages expire, recalled ones among them. */
final class UnreadTest {
  private static final long KEPT_MILLIS = Duration.ofDays(1).toMillis();
  private static final int RUNS = 40;
  private static final int CALLS = 150;

  @Test
  void whatWasRecalledDoesNotCountAgainWhenItExpires() throws Exception {
    try (SmallIm small = open(500)) {
      for (int i = 0; i < 3; i++) {
        MessageId oops = small.send(BOB, "oops " + i).id();
        small.im.messages().recall(BOB, TEAM, oops);
      }
      MessageId kept = small.send(BOB, "hello").id();
      small.send(BOB, "hello again");
      assertEquals(2, unread(small, ANN));
      small.nowMillis.addAndGet(KEPT_MILLIS);
      assertEquals(2, unread(small, ANN)); // counts do not fall, and do not rise, by themselves
      MessageId last = small.send(BOB, "last").id();
      assertEquals(3, unread(small, ANN));
      small.im.receipts().read(ANN, TEAM, kept);
      assertEquals(1, unread(small, ANN));
      small.im.writeWindow();
      assertEquals(1, unread(small, ANN));
      small.im.messages().recall(BOB, TEAM, last);
      assertEquals(0, unread(small, ANN));
    }
  }

  /** What was recalled before the table of it was there is taken over when the store is opened. */
  @Test
  void aStoreWithoutTheTableOfRecalledMessagesGetsIt() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (SmallIm small = new SmallIm(disk, options(500)).withTeam(ANN, BOB)) {
      small.im.messages().recall(BOB, TEAM, small.send(BOB, "oops").id());
      small.send(BOB, "hello");
      small.db.write(
          new WriteBatch()
              .deleteRange(small.db.table("message_recalled"), Keys.first(), Keys.behindAll()));
    }
    try (SmallIm small = new SmallIm(disk, options(500))) {
      assertEquals(1, unread(small, ANN));
      small.nowMillis.addAndGet(KEPT_MILLIS);
      assertEquals(1, unread(small, ANN));
    }
  }

  /** Random calls, and time that passes: what is shown before and after positions are written. */
  @Test
  void isWhatPlainCollectionsCount() throws Exception {
    long first = TestSeed.next();
    for (int i = 0; i < RUNS; i++) {
      try {
        new Run(new Random(first + i)).run();
      } catch (Exception | AssertionError e) {
        throw new AssertionError("replay with -Dsheaf.test.seed=" + (first + i), e);
      }
    }
  }

  private static long unread(SmallIm small, UserId user) throws IOException {
    return small.im.list().entry(user, TEAM).unread();
  }

  private static ImOptions options(int largeMembers) {
    Kept kept = ImOptions.DEFAULT.kept();
    return ImOptions.DEFAULT
        .withKept(
            new Kept(kept.events(), kept.devices(), kept.answers(), Duration.ofMillis(KEPT_MILLIS)))
        .withLargeMembers(largeMembers)
        .withWindow(Duration.ofMinutes(1));
  }

  private static SmallIm open(int largeMembers) throws IOException {
    return new SmallIm(new MemoryFileSystem(), options(largeMembers)).withTeam(ANN, BOB, EVE);
  }

  /** A message, there or expired; its place in the list is its sequence number less one. */
  private static final class Sent {
    final MessageId id;
    final UserId sender;
    boolean recalled;
    long writtenMillis;

    Sent(MessageId id, UserId sender, long writtenMillis) {
      this.id = id;
      this.sender = sender;
      this.writtenMillis = writtenMillis;
    }
  }

  private static final class Run {
    private final Random random;
    private final List<UserId> users = List.of(ANN, BOB, EVE);
    private final List<Sent> sent = new ArrayList<>();
    private final Map<UserId, Integer> readSequence = new HashMap<>();
    private final Map<UserId, MessageId> read = new HashMap<>();
    private final Map<UserId, MessageId> told = new HashMap<>();

    Run(Random random) {
      this.random = random;
    }

    void run() throws IOException {
      try (SmallIm small = open(random.nextBoolean() ? 500 : 2)) {
        for (int i = 0; i < CALLS; i++) {
          call(small);
          check(small);
        }
        write(small);
        check(small);
      }
    }

    private void call(SmallIm small) throws IOException {
      UserId user = users.get(random.nextInt(users.size()));
      switch (random.nextInt(8)) {
        case 0, 1 -> sent.add(new Sent(small.send(user, "text").id(), user, small.nowMillis.get()));
        case 2 -> small.nowMillis.addAndGet(random.nextLong(KEPT_MILLIS / 3));
        case 3 -> write(small);
        case 4, 5 -> {
          if (!sent.isEmpty()) {
            MessageId upTo = sent.get(random.nextInt(sent.size())).id;
            small.im.receipts().read(user, TEAM, upTo);
            told.merge(user, upTo, MessageId::max);
          }
        }
        default -> change(small, user);
      }
    }

    private void change(SmallIm small, UserId user) throws IOException {
      List<Sent> there = sent.stream().filter(one -> isThere(one, small) && !one.recalled).toList();
      if (there.isEmpty()) {
        return;
      }
      Sent one = there.get(random.nextInt(there.size()));
      if (random.nextBoolean()) {
        small.im.messages().recall(user, TEAM, one.id);
        one.recalled = true;
      } else {
        small.im.messages().edit(user, TEAM, one.id, Body.of("edited"));
      }
      one.writtenMillis = small.nowMillis.get();
    }

    private void write(SmallIm small) throws IOException {
      small.im.writeWindow();
      for (UserId user : users) {
        readSequence.put(user, readSequence(small, user));
        read.merge(user, told.getOrDefault(user, MessageId.NONE), MessageId::max);
      }
      told.clear();
    }

    private void check(SmallIm small) throws IOException {
      for (UserId user : users) {
        int sequence = readSequence(small, user);
        long unread =
            sent.subList(sequence, sent.size()).stream()
                .filter(one -> !one.recalled && !one.sender.equals(user))
                .count();
        ConversationEntry entry = small.im.list().entry(user, TEAM);
        assertEquals(sequence, entry.readSequence());
        assertEquals(unread, entry.unread());
        assertTrue(unread >= 0);
      }
    }

    /** Up to where a user has read: to there, or to the last behind it that has expired. */
    private int readSequence(SmallIm small, UserId user) {
      int sequence = readSequence.getOrDefault(user, 0);
      MessageId upTo = told.getOrDefault(user, MessageId.NONE);
      if (upTo.isAfter(read.getOrDefault(user, MessageId.NONE))) {
        for (int i = 0; i < sent.size(); i++) {
          if (!sent.get(i).id.isAfter(upTo) || !isThere(sent.get(i), small)) {
            sequence = Math.max(sequence, i + 1);
          }
        }
      }
      return sequence;
    }

    private static boolean isThere(Sent one, SmallIm small) {
      return small.nowMillis.get() < one.writtenMillis + KEPT_MILLIS;
    }
  }
}
