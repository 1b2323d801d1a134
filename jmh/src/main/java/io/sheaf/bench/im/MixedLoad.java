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
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread of the load: sends, and does for each message what receivers do. Those that are
 * connected get it pushed and acknowledge now and then. Of the others one syncs and acknowledges:
 * it gets all that has come since it was its turn, so each event reaches its device. Fewer read,
 * look at the history, or open their list.
 *
 * <p>At a fixed rate, times count from when a message was due: where those before it took too long,
 * that is a part of how long it takes.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class MixedLoad {
  private static final int BODIES = 4096;
  private static final double READS_A_MESSAGE = 0.5;
  private static final double HISTORIES_A_MESSAGE = 0.2;
  private static final double LISTS_A_MESSAGE = 0.05;
  private static final int SYNC_LIMIT = 100;
  private static final long REFUSED_PAUSE_NANOS = 20_000;
  private static final long SHORTEST_PAUSE_NANOS = 50_000;
  private static final DeviceId PHONE = DeviceId.of("phone");

  private final ImStore im;
  private final Groups groups;
  private final ConnectedDevices connected;
  private final boolean gated;
  private final SplittableRandom random;
  private final Figures figures = new Figures();
  private final Body[] bodies = new Body[BODIES];
  private final double rowsPerSecond;
  private final int number;
  private long messages;

  /** How long after its time a message comes, as those before took longer. */
  private long lateNanos;

  /**
   * A thread of the load.
   *
   * @param gated whether sends go through rates and smoothing
   * @param rowsPerSecond rows of sync queues that it writes at most; infinite: as fast as it can
   */
  MixedLoad(
      ImStore im,
      Groups groups,
      ConnectedDevices connected,
      boolean gated,
      int number,
      double rowsPerSecond,
      SplittableRandom random) {
    this.im = im;
    this.groups = groups;
    this.connected = connected;
    this.gated = gated;
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
    lateNanos = 0;
    while (System.nanoTime() < endNanos) {
      Optional<SentMessage> message = send();
      if (message.isPresent()) {
        receive(message.get());
      } else {
        LockSupport.parkNanos(REFUSED_PAUSE_NANOS);
      }
      if (rowsPerSecond < Double.POSITIVE_INFINITY) {
        long due = begin + (long) ((figures.queueRows - before) / rowsPerSecond * 1e9);
        long early = due - System.nanoTime();
        lateNanos = Math.max(0, -early);
        if (early > SHORTEST_PAUSE_NANOS) {
          LockSupport.parkNanos(early);
        }
      }
    }
  }

  /** Sends a message; empty where it did not get through. */
  private Optional<SentMessage> send() {
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
    SendOutcome outcome = gated ? im.send(draft) : im.sender().send(draft);
    if (outcome instanceof SendOutcome.Durable durable) {
      time(Operation.SEND, begin);
      figures.queueRows += durable.message().deliveries().size();
      figures.receivers += members.length;
      return Optional.of(durable.message());
    }
    if (outcome instanceof SendOutcome.NotWritten not
        && not.cause() instanceof ImException.TooFast) {
      figures.refused++;
      return Optional.empty();
    }
    throw new IllegalStateException(outcome.toString());
  }

  private void receive(SentMessage message) throws IOException {
    for (Optional<ConnectedDevices.Device> device = connected.nextDue();
        device.isPresent();
        device = connected.nextDue()) {
      acknowledge(device.get().user(), device.get().position());
    }
    Optional<ConnectedDevices.Device> behind = connected.nextBehind();
    if (behind.isPresent()) {
      sync(behind.get().user());
    }
    List<Delivery> deliveries = message.deliveries();
    if (deliveries.isEmpty()) {
      return;
    }
    int first = random.nextInt(deliveries.size());
    for (int i = 0; i < deliveries.size(); i++) {
      UserId user = deliveries.get((first + i) % deliveries.size()).user();
      if (!connected.isConnected(user)) {
        sync(user);
        break;
      }
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
    acknowledge(user, position);
  }

  private void acknowledge(UserId user, long position) throws IOException {
    long begin = System.nanoTime();
    im.sync().acknowledge(user, PHONE, position);
    time(Operation.ACKNOWLEDGE, begin);
  }

  private void time(Operation operation, long beginNanos) {
    figures.times(operation).recordValue(System.nanoTime() - beginNanos + lateNanos);
  }
}
