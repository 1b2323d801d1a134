package io.sheaf.bench.im;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Delivery;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread of the load: sends, and does for each message what receivers do: some of them sync and
 * acknowledge, fewer read, look at the history, or open their list.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class MixedLoad {
  private static final int BODIES = 4096;
  private static final int SYNCS_A_MESSAGE = 2;
  private static final double READS_A_MESSAGE = 0.5;
  private static final double HISTORIES_A_MESSAGE = 0.2;
  private static final double LISTS_A_MESSAGE = 0.05;
  private static final int SYNC_LIMIT = 100;
  private static final DeviceId PHONE = DeviceId.of("phone");

  private final ImStore im;
  private final Groups groups;
  private final SplittableRandom random;
  private final Figures figures = new Figures();
  private final Body[] bodies = new Body[BODIES];
  private final double rowsPerSecond;
  private final int number;
  private long messages;

  /**
   * A thread of the load.
   *
   * @param rowsPerSecond rows of sync queues that it writes at most; infinite: as fast as it can
   */
  MixedLoad(ImStore im, Groups groups, int number, double rowsPerSecond, SplittableRandom random) {
    this.im = im;
    this.groups = groups;
    this.number = number;
    this.rowsPerSecond = rowsPerSecond;
    this.random = random;
    StandardWorkload workload = new StandardWorkload(BODIES, 100, number);
    for (int i = 0; i < BODIES; i++) {
      bodies[i] = Body.of(workload.valueOf(i));
    }
  }

  Figures figures() {
    return figures;
  }

  /** Runs until this time, by {@link System#nanoTime}. */
  void runUntil(long endNanos) throws IOException {
    long begin = System.nanoTime();
    long before = figures.queueRows;
    while (System.nanoTime() < endNanos) {
      SentMessage message = send();
      receive(message);
      long due = begin + (long) ((figures.queueRows - before) / rowsPerSecond * 1e9);
      long early = due - System.nanoTime();
      if (early > 50_000) {
        LockSupport.parkNanos(early);
      }
    }
  }

  private SentMessage send() {
    int group = groups.draw(random);
    int[] members = groups.members(group);
    // The first members of a group say the most.
    int first = Math.min(members.length, 1 + members.length / 6);
    int sender = members[random.nextInt(random.nextBoolean() ? first : members.length)];
    Draft draft =
        new Draft(
            ConversationId.of(group),
            UserId.of(sender),
            ClientMessageId.of((long) number << 40 | ++messages),
            0,
            bodies[random.nextInt(BODIES)],
            random.nextInt(50) == 0
                ? List.of(UserId.of(members[random.nextInt(members.length)]))
                : List.of(),
            false,
            List.of(),
            OptionalLong.empty());
    long begin = System.nanoTime();
    SendOutcome outcome = im.sender().send(draft);
    time(Operation.SEND, begin);
    if (outcome instanceof SendOutcome.Durable durable) {
      figures.queueRows += durable.message().deliveries().size();
      figures.receivers += members.length;
      return durable.message();
    }
    throw new IllegalStateException(outcome.toString());
  }

  private void receive(SentMessage message) throws IOException {
    List<Delivery> deliveries = message.deliveries();
    for (int i = 0; i < SYNCS_A_MESSAGE && !deliveries.isEmpty(); i++) {
      sync(deliveries.get(random.nextInt(deliveries.size())).user());
    }
    if (deliveries.isEmpty()) {
      return;
    }
    UserId user = deliveries.get(random.nextInt(deliveries.size())).user();
    if (random.nextDouble() < READS_A_MESSAGE) {
      long begin = System.nanoTime();
      im.receipts().read(user, message.conversation(), message.id());
      time(Operation.READ, begin);
    }
    if (random.nextDouble() < HISTORIES_A_MESSAGE) {
      long begin = System.nanoTime();
      im.history().page(user, message.conversation(), HistoryQuery.newest(50));
      time(Operation.HISTORY, begin);
    }
    if (random.nextDouble() < LISTS_A_MESSAGE) {
      long begin = System.nanoTime();
      im.list().page(user, null, 20);
      time(Operation.LIST, begin);
    }
  }

  private void sync(UserId user) throws IOException {
    long begin = System.nanoTime();
    SyncResult result = im.sync().read(user, PHONE, SYNC_LIMIT);
    time(Operation.SYNC, begin);
    long position =
        switch (result) {
          case SyncResult.Rebase rebase -> rebase.position();
          case SyncResult.Events events -> {
            figures.events += events.events().size();
            yield events.events().isEmpty()
                ? events.newestPosition()
                : events.events().getLast().position();
          }
        };
    begin = System.nanoTime();
    im.sync().acknowledge(user, PHONE, position);
    time(Operation.ACKNOWLEDGE, begin);
  }

  private void time(Operation operation, long beginNanos) {
    figures.times(operation).recordValue(System.nanoTime() - beginNanos);
  }
}
